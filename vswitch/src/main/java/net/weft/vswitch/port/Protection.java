package net.weft.vswitch.port;

/**
 * How the rest of the switch is kept safe from a port.
 *
 * @param stormLimit broadcast, multicast and unknown unicast frames it may send in, a second, segments counted; 0: no limit
 * @param ingressRate bits a second it may send in; 0: no limit
 * @param egressRate bits a second that may leave by it; 0: no limit
 * @param bpdu what becomes of a bridge's spanning tree frames
 * @param loopProbes whether probes leave by it and are looked for
 */
public record Protection(int stormLimit, long ingressRate, long egressRate, Bpdu bpdu, boolean loopProbes) {
    /** No limits; spanning tree dropped. */
    public static final Protection NONE = new Protection(0, 0, 0, Bpdu.DROP, false);

    /** What becomes of spanning tree frames (IEEE 802.1Q 14, and the per-VLAN kind that Cisco sends). */
    public enum Bpdu {
        /** Dropped and counted. */
        DROP,
        /** Dropped, and the port is shut while they come. */
        GUARD,
        /** Flooded to the ports of the VLAN that forward them too. */
        FORWARD
    }
}
