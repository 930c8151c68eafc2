package net.weft.controller.model;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The settings that protect the rest of the fabric from a port.
 *
 * @param stormLimit most flooded frames a second that the port may send into the switch, 1-{@value #MAX_STORM_LIMIT};
 *     empty: no limit
 * @param ingressRate most bits a second that the port may send into the switch, {@value #MIN_RATE}-{@value #MAX_RATE};
 *     empty: no limit
 * @param egressRate most bits a second that the switch transmits on the port, in the same range; empty: no limit
 * @param bpdu handling of spanning tree frames
 */
public record ProtectionConfig(OptionalInt stormLimit, OptionalLong ingressRate, OptionalLong egressRate, Bpdu bpdu) {
    public static final int MAX_STORM_LIMIT = 100_000_000;
    public static final long MIN_RATE = 8_000;
    public static final long MAX_RATE = 1_000_000_000_000L;
    public static final ProtectionConfig NONE = new ProtectionConfig(OptionalInt.empty(), OptionalLong.empty(),
            OptionalLong.empty(), Bpdu.DROP);

    /** The handling of received spanning tree frames. */
    public enum Bpdu {
        DROP, GUARD, FORWARD
    }
}
