package net.weft.zone.guard;

/**
 * Whose addresses are: what ports declare, joined with what was seen of them. A declared address protects its owner from the moment its guest is
 * heard until the port goes down; between two guarded access ports always.
 *
 * <p>One of each snapshot; any thread may ask, and nothing is allocated, but for a link-local address that is claimed for the first time.
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

    /** Whether nobody declares anything. */
    public boolean isEmpty() {
        return declared.isEmpty();
    }

    // ---- MAC addresses ---------------------------------------------------------------------------------------------

    /** Notes a frame that came in by a port, and was permitted. */
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

    /** Whether a source MAC address is another port's. */
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

    /** The port that holds a MAC address; negative where none does, or several share it. */
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

    /** Whether claiming an IP address, in ARP or neighbour discovery, takes it away from another port. */
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

    /** The MAC address of another port that declares an IP address, 0 where it is not known; negative for no such port. */
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
     * Why a guarded guest may not have a link-local address that is not made of its own MAC: the MAC address of who has it, 0 where that is not
     * known or it has too many; negative if it may.
     *
     * @param low lower half of the address
     * @param perMac whether the port declares MAC addresses
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

    /** Notes that who may has advertised from a link-local address, or about it. */
    void advertised(GuardQuery of, long low, long mac, boolean isRouter) {
        if (of.changes) {
            holds.advertised.note(of.vlan, low, mac, of.port, isRouter, of.nowSeconds);
        }
    }

    /** The lower half of the link-local address that is made of a MAC address (RFC 4291, appendix A). */
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
