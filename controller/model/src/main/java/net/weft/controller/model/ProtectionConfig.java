package net.weft.controller.model;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How the rest of the fabric is kept safe from a port.
 *
 * @param stormLimit flooded frames it may send in, a second, 1-{@value #MAX_STORM_LIMIT}; empty: no limit
 * @param ingressRate bits a second it may send in, {@value #MIN_RATE}-{@value #MAX_RATE}; empty: no limit
 * @param egressRate bits a second that may leave by it, in the same range; empty: no limit
 * @param bpdu what becomes of spanning tree frames
 */
public record ProtectionConfig(OptionalInt stormLimit, OptionalLong ingressRate, OptionalLong egressRate, Bpdu bpdu) {
    public static final int MAX_STORM_LIMIT = 100_000_000;
    public static final long MIN_RATE = 8_000;
    public static final long MAX_RATE = 1_000_000_000_000L;
    public static final ProtectionConfig NONE = new ProtectionConfig(OptionalInt.empty(), OptionalLong.empty(),
            OptionalLong.empty(), Bpdu.DROP);

    /** What becomes of spanning tree frames. */
    public enum Bpdu {
        DROP, GUARD, FORWARD
    }
}
