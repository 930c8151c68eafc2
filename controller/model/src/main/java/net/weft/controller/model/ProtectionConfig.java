package net.weft.controller.model;

import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The settings that protect the rest of the fabric from a port.
 *
 * @param stormLimit most flooded frames a second that the port may send into the switch, 1-{@value #MAX_STORM_LIMIT};
 *     {@value #NO_STORM_LIMIT}: no limit; empty: the switch's default
 * @param ingressRate most bits a second that the port may send into the switch, {@value #MIN_RATE}-{@value #MAX_RATE};
 *     empty: no limit
 * @param egressRate most bits a second that the switch transmits on the port, in the same range; empty: no limit
 * @param bpdu handling of spanning tree frames
 * @param loopProbes whether loops through the port are looked for
 * @param macMove handling of addresses that move to the port again and again
 * @param passed protocols on reserved addresses that the port forwards
 */
public record ProtectionConfig(OptionalInt stormLimit, OptionalLong ingressRate, OptionalLong egressRate, Bpdu bpdu,
        boolean loopProbes, MacMove macMove, Set<Passed> passed) {
    public static final int MAX_STORM_LIMIT = 100_000_000;
    public static final int NO_STORM_LIMIT = 0;
    public static final long MIN_RATE = 8_000;
    public static final long MAX_RATE = 1_000_000_000_000L;
    public static final ProtectionConfig NONE = new ProtectionConfig(OptionalInt.empty(), OptionalLong.empty(),
            OptionalLong.empty(), Bpdu.DROP);

    public ProtectionConfig {
        passed = Set.copyOf(passed);
    }

    /** Creates a protection that looks for loops, reports moved addresses and forwards no reserved addresses. */
    public ProtectionConfig(OptionalInt stormLimit, OptionalLong ingressRate, OptionalLong egressRate, Bpdu bpdu) {
        this(stormLimit, ingressRate, egressRate, bpdu, true, MacMove.TELL, Set.of());
    }

    /** The handling of received spanning tree frames. */
    public enum Bpdu {
        DROP, GUARD, FORWARD
    }

    /** The handling of addresses that move to the port again and again. */
    public enum MacMove {
        TELL, HOLD, SHUT
    }

    /** A protocol on reserved addresses. */
    public enum Passed {
        LLDP, LACP, EAPOL, PTP
    }
}
