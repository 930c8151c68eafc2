package net.weft.zone.guard;

/**
 * The owners of addresses: the declared addresses of ports, combined with the observed ones. A declared address
 * protects its owner from the moment its guest is heard until the port goes down; between two guarded access ports
 * always.
 * <p>Each snapshot has one; any thread may call it, and nothing is allocated, except for a link-local address that is
 * claimed for the first time.
 */
public final class AddressOwners {
    private static final int ANY = -1;

    private final DeclaredAddresses declared;
    private final AddressHolds holds;

    public AddressOwners(DeclaredAddresses declared, AddressHolds holds) {
        this.declared = declared;
        this.holds = holds;
    }

    public DeclaredAddresses declared() {
        return declared;
    }

    /** Returns whether no port declares addresses. */
    public boolean isEmpty() {
        return declared.isEmpty();
    }

    // ---- MAC addresses ---------------------------------------------------------------------------------------------

    /** Records a frame that was received from a port and passed its guard. */
    public void hear(int vlan, long mac, int port) {
        if (!declared.declares(port)) {
            return;
        }
        int entry = declared.macEntry(vlan, mac, ANY);
        while (entry >= 0 && declared.portOfMac(entry) != port) {
            entry = declared.macEntry(vlan, mac, entry);
        }
        if (entry >= 0 || declared.firstMac(port) == 0) {
            holds.hear(port, mac, entry < 0 ? -1 : declared.bitOfMac(entry));
        }
    }

    /** Returns whether a source MAC address belongs to another port. */
    public boolean refusesMac(int vlan, long mac, int port) {
        boolean refused = false;
        for (int entry = declared.macEntry(vlan, mac, ANY); entry >= 0; entry = declared.macEntry(vlan, mac, entry)) {
            int owner = declared.portOfMac(entry);
            if (owner == port) {
                return false;
            }
            refused |= holds.isHeld(owner, declared.bitOfMac(entry)) || isBetweenGuarded(owner, port);
        }
        return refused;
    }

    /** Returns the port that holds a MAC address; negative if there is none, or several share the address. */
    public int holder(int vlan, long mac) {
        int found = DeclaredAddresses.NOBODY;
        for (int entry = declared.macEntry(vlan, mac, ANY); entry >= 0; entry = declared.macEntry(vlan, mac, entry)) {
            if (found != DeclaredAddresses.NOBODY) {
                return DeclaredAddresses.NOBODY;
            }
            int owner = declared.portOfMac(entry);
            found = holds.isHeld(owner, declared.bitOfMac(entry)) ? owner : found;
        }
        return found;
    }

    private boolean isBetweenGuarded(int owner, int port) {
        return declared.isGuardedAccess(owner) && declared.isGuardedAccess(port);
    }

    // ---- IP addresses ----------------------------------------------------------------------------------------------

    /**
     * Returns whether a claim of an IP address, in ARP or neighbour discovery, would take the address away from another
     * port.
     */
    boolean refusesClaim(int vlan, long high, long low, int port) {
        boolean refused = false;
        for (int entry = declared.ipEntry(vlan, high, low, ANY); entry >= 0; entry = declared.ipEntry(vlan, high, low,
                entry)) {
            int owner = declared.portOfIp(entry);
            if (owner == port) {
                return false;
            }
            refused |= holds.isHeard(owner) || isBetweenGuarded(owner, port);
        }
        return refused;
    }

    /**
     * Returns the MAC address of another port that declares an IP address, 0 if it is unknown; negative if there is no
     * such port.
     */
    long declarer(int vlan, long high, long low, int port) {
        int owner = declared.declarerOfIp(vlan, high, low, port);
        if (owner == DeclaredAddresses.NOBODY) {
            return -1;
        }
        long mac = declared.firstMac(owner);
        return mac != 0 ? mac : holds.macOf(owner);
    }

    // ---- link-local addresses --------------------------------------------------------------------------------------

    /**
     * Decides whether a guarded guest may use a link-local address that is not derived from its own MAC address.
     *
     * @param low lower half of the address
     * @param perMac whether the port declares MAC addresses
     * @return negative if it may; otherwise the MAC address of the owner, 0 if that is unknown or the guest has too
     * many addresses
     */
    long linkLocalOwner(GuardQuery of, long low, long mac, boolean perMac) {
        int vlan = of.vlan;
        if (isEui64(low) && declared.declarerOfMac(vlan, macOf(low), of.port) != DeclaredAddresses.NOBODY) {
            return macOf(low);
        }
        long advertiser = holds.advertised.advertiser(vlan, low, of.port, of.nowSeconds);
        if (advertiser >= 0 && !of.mayAdvertise) {
            return advertiser;
        }
        if (holds.linkLocals.permits(vlan, low, mac, of.port, perMac, of.mayAdvertise, of.nowSeconds, of.changes)) {
            return -1;
        }
        LinkLocals.Claim claim = holds.linkLocals.find(vlan, low);
        return claim == null ? 0 : claim.mac;
    }

    /** Records an advertisement from, or about, a link-local address by a port that may advertise. */
    void advertised(GuardQuery of, long low, long mac, boolean isRouter) {
        if (of.changes) {
            holds.advertised.note(of.vlan, low, mac, of.port, isRouter, of.nowSeconds);
        }
    }

    /** Returns the lower half of the link-local address that is derived from a MAC address (RFC 4291, appendix A). */
    static long eui64(long mac) {
        return (mac >>> 24 << 40 | 0xff_fe00_0000L | mac & 0xff_ffffL) ^ 1L << 57;
    }

    private static boolean isEui64(long low) {
        return (low >>> 24 & 0xffff) == 0xfffe;
    }

    private static long macOf(long low) {
        return (low ^ 1L << 57) >>> 40 << 24 | low & 0xff_ffffL;
    }
}
