package net.weft.zone.guard;

/**
 * The parameters of a guard's check besides the bytes of the frame, and its secondary result. One per worker, refilled
 * for each frame.
 */
public final class GuardQuery {
    AddressOwners owners = new AddressOwners(DeclaredAddresses.NONE, new AddressHolds(0));
    int vlan;
    int port;
    int nowSeconds;
    /** False to record nothing, for a trace. */
    boolean changes;
    /** True if the port may send router advertisements. */
    boolean mayAdvertise;
    private long probedMac;

    /** Sets the owners of addresses. @param noting false to record nothing, for a trace */
    public void adopt(AddressOwners next, boolean noting) {
        owners = next;
        changes = noting;
    }

    /** Sets the parameters for a frame. @param advertises whether its port may send router advertisements */
    public GuardQuery of(int inVlan, int byPort, int atSecond, boolean advertises) {
        vlan = inVlan;
        port = byPort;
        nowSeconds = atSecond;
        mayAdvertise = advertises;
        probedMac = 0;
        return this;
    }

    /**
     * Returns the MAC address of the owner of the address that the rejected frame has probed for; 0 if it was not a
     * probe, or the owner is unknown.
     */
    public long probedMac() {
        return probedMac;
    }

    /** Rejects a probe for an address of another port. @param mac MAC address of the owner, 0 if unknown */
    int probed(long mac) {
        probedMac = mac;
        return PortGuard.IP;
    }
}
