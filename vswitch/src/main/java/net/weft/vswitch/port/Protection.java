package net.weft.vswitch.port;

import java.util.Set;

/**
 * The limits and guards that protect the rest of the network from a port.
 * @param stormLimit maximum rate of received broadcast, multicast and unknown unicast frames, in segments a second; 0:
 *            no limit; {@link #DEFAULT_STORM_LIMIT}: the default limit
 * @param ingressRate maximum rate of received frames in bits a second; 0: no limit
 * @param egressRate maximum rate of sent frames in bits a second; 0: no limit
 * @param bpdu action on received BPDUs
 * @param loopProbes whether loop probes are sent and detected on the port
 * @param macMove action on addresses that move to the port again and again
 * @param passed protocols on reserved addresses that the port forwards
 */
public record Protection(int stormLimit, long ingressRate, long egressRate, Bpdu bpdu, boolean loopProbes,
        MacMove macMove, Set<LinkLocalProtocol> passed) {
    /**
     * The default storm limit: broadcast and unknown unicast frames, not multicast, at most {@link
     * #DEFAULT_STORM_RATE} a second with bursts of {@link #DEFAULT_STORM_SECONDS} s.
     */
    public static final int DEFAULT_STORM_LIMIT = -1;
    /** Segments a second of the default storm limit. */
    public static final int DEFAULT_STORM_RATE = 20_000;
    /** The time in which the default storm limit fills its bucket, seconds. */
    static final double DEFAULT_STORM_SECONDS = 2;
    /** No limits; BPDUs are dropped. */
    public static final Protection NONE = new Protection(0, 0, 0, Bpdu.DROP, false);

    public Protection {
        passed = Set.copyOf(passed);
    }

    /** Creates a protection that reports moved addresses and forwards no frames to reserved addresses. */
    public Protection(int stormLimit, long ingressRate, long egressRate, Bpdu bpdu, boolean loopProbes) {
        this(stormLimit, ingressRate, egressRate, bpdu, loopProbes, MacMove.TELL, Set.of());
    }

    /** The action on BPDUs (IEEE 802.1Q 14, and Cisco's per-VLAN BPDUs). */
    public enum Bpdu {
        /** BPDUs are dropped and counted. */
        DROP,
        /** BPDUs are dropped, and the port is err-disabled while they arrive. */
        GUARD,
        /** BPDUs are flooded to the ports of the VLAN that also forward BPDUs. */
        FORWARD
    }

    /** The action on an address that moves to the port again and again. Every move is counted and reported. */
    public enum MacMove {
        /** Moves are only reported. */
        TELL,
        /** The address stays on its previous port for some time. */
        HOLD,
        /** The port that the address moves to is err-disabled. */
        SHUT
    }
}
