package net.weft.zone.guard;

/** What a guard is told of the frame it is asked about besides its bytes, and what it says beside its answer. One per worker, filled anew. */
public final class GuardQuery {
    AddressOwners owners = new AddressOwners(DeclaredAddresses.NONE, new AddressHolds(0));
    int vlan;
    int port;
    int nowSeconds;
    /** False: nothing is noted, for a trace. */
    boolean changes;
    /** Whether the port may send router advertisements. */
    boolean mayAdvertise;
    private long probedMac;

    /** Whose addresses are from now on. */
    public void adopt(AddressOwners next, boolean noting) {
        owners = next;
        changes = noting;
    }

    /** A frame follows. @param advertises whether its port may send router advertisements */
    public GuardQuery of(int inVlan, int byPort, int atSecond, boolean advertises) {
        vlan = inVlan;
        port = byPort;
        nowSeconds = atSecond;
        mayAdvertise = advertises;
        probedMac = 0;
        return this;
    }

    /** The MAC address of who has the address that the frame, refused, has probed for; 0: it was no probe, or that is not known. */
    public long probedMac() {
        return probedMac;
    }

    /** The answer to a probe for an address that another has. */
    int probed(long mac) {
        probedMac = mac;
        return PortGuard.IP;
    }
}
