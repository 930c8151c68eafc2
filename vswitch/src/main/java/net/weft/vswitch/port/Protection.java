package net.weft.vswitch.port;

/**
 * The limits and guards that protect the rest of the network from a port.
 * @param stormLimit maximum rate of received broadcast, multicast and unknown unicast frames, in segments a second; 0:
 *            no limit
 * @param ingressRate maximum rate of received frames in bits a second; 0: no limit
 * @param egressRate maximum rate of sent frames in bits a second; 0: no limit
 * @param bpdu action on received BPDUs
 * @param loopProbes whether loop probes are sent and detected on the port
 */
public record Protection(int stormLimit, long ingressRate, long egressRate, Bpdu bpdu, boolean loopProbes) {
    /** No limits; BPDUs are dropped. */
    public static final Protection NONE = new Protection(0, 0, 0, Bpdu.DROP, false);

    /** The action on BPDUs (IEEE 802.1Q 14, and Cisco's per-VLAN BPDUs). */
    public enum Bpdu {
        /** BPDUs are dropped and counted. */
        DROP,
        /** BPDUs are dropped, and the port is err-disabled while they arrive. */
        GUARD,
        /** BPDUs are flooded to the ports of the VLAN that also forward BPDUs. */
        FORWARD
    }
}
