package net.weft.vswitch.forward;

import java.util.Arrays;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.port.FlowFields;
import net.weft.vswitch.port.LagLeg;
import org.jspecify.annotations.Nullable;

/**
 * The legs of each port: MAC entries and the flow cache refer to a port, this table maps the port to its legs and each
 * leg to its device. One port may have several legs (link aggregation), and one leg may serve several ports (a socket
 * with many peers behind it).
 * <p>
 * Part of a snapshot, immutable. {@link LinkState} holds which legs are up.
 */
public final class LegTable {
    /** Stands for a leg in a free slot of a link aggregation. */
    public static final int FREE = -1;
    /** Value in {@link #only} of a port without leg. */
    private static final int NO_LEG = -1;
    /** Value in {@link #only} of a port with several legs. */
    private static final int SEVERAL = -2;

    /** The open device of each leg; null while it is closed. */
    public final @Nullable Device[] device;
    private final int[] only;
    private final @Nullable LegGroup[] groups;

    /** The counters and policers of each leg of a link aggregation, by leg number; null for other legs. */
    final @Nullable LagLeg[] lagLegs;
    /** Index of the port of each leg of a link aggregation. */
    private final int[] lagPort;
    /** Slot of each leg of a link aggregation. */
    private final int[] slot;

    private LegTable(@Nullable Device[] device, int[] only, @Nullable LegGroup[] groups, @Nullable LagLeg[] lagLegs,
            int[] lagPort, int[] slot) {
        this.device = device;
        this.only = only;
        this.groups = groups;
        this.lagLegs = lagLegs;
        this.lagPort = lagPort;
        this.slot = slot;
    }

    /** Exclusive upper bound of the leg numbers. */
    public int legs() {
        return device.length;
    }

    /**
     * Returns the leg by which a frame leaves a port.
     * @param up the port's word of {@link LinkState}, not 0
     * @param worker id of the worker that sends the frame; negative for a trace
     * @param nowNs monotonic clock
     * @return number of the leg, negative if no leg is up
     */
    int pick(Burst burst, int i, int port, int up, int worker, long nowNs) {
        int leg = only[port];
        return leg != SEVERAL ? leg : pickFromGroup(burst, i, port, up, worker, nowNs);
    }

    private int pickFromGroup(Burst burst, int i, int port, int up, int worker, long nowNs) {
        LegGroup group = groups[port];
        return group == null ? LegGroup.NONE : group.pick(burst, i, up, worker, nowNs);
    }

    /** Returns why a frame leaves a port by its leg; null unless the port is a link aggregation. For a trace. */
    public LegGroup.@Nullable Choice explain(Burst burst, int i, int port, LinkState links) {
        LegGroup group = groups[port];
        return group == null ? null : group.explain(burst, i, links.forwarding(port));
    }

    /** The legs of a port that has several; null for any other port. */
    @Nullable
    LegGroup group(int port) {
        return groups[port];
    }

    /**
     * Returns whether users' frames that arrive by a leg of a link aggregation are accepted.
     * @param leg number of a leg that has a {@link LagLeg}
     */
    boolean collects(int leg, LinkState links) {
        return (links.collecting(lagPort[leg]) >>> slot[leg] & 1) != 0;
    }

    /** Number of legs of a port; of a link aggregation the number of its slots, of which some may be free. */
    public int count(int port) {
        LegGroup group = groups[port];
        return group != null ? group.size() : only[port] == NO_LEG ? 0 : 1;
    }

    /** Number of the {@code n}-th leg of a port, {@code 0..count-1}; negative for a free slot. */
    public int leg(int port, int n) {
        LegGroup group = groups[port];
        return group == null ? only[port] : group.leg(n);
    }

    /**
     * Returns the number of the first leg in a set of legs of a port that has an open device, negative if there is
     * none. Used for the switch's own frames.
     * @param legs bit {@code n} stands for the {@code n}-th leg
     */
    int first(int port, int legs) {
        for (int n = 0; n < count(port); n++) {
            int leg = leg(port, n);
            if ((legs >>> n & 1) != 0 && leg >= 0 && device[leg] != null) {
                return leg;
            }
        }
        return NO_LEG;
    }

    /** Returns a copy of this table with other devices, for a trace. */
    public LegTable with(@Nullable Device[] others) {
        @Nullable
        LagLeg[] copies = lagLegs.clone();
        for (int leg = 0; leg < copies.length; leg++) {
            LagLeg live = copies[leg];
            copies[leg] = live == null ? null : live.copy();
        }
        return new LegTable(others, only, groups, copies, lagPort, slot);
    }

    /** Returns a table in which none of {@code ports} ports has a leg. */
    public static LegTable none(int ports) {
        return new Builder(ports, 0).build();
    }

    /** Builds a table port by port. */
    public static final class Builder {
        private final @Nullable Device[] device;
        private final int[] only;
        private final @Nullable LegGroup[] groups;
        private final @Nullable LagLeg[] lagLegs;
        private final int[] lagPort;
        private final int[] slot;

        /**
         * @param ports exclusive upper bound of port indices
         * @param legs exclusive upper bound of leg numbers
         */
        public Builder(int ports, int legs) {
            device = new @Nullable Device[legs];
            only = new int[ports];
            Arrays.fill(only, NO_LEG);
            groups = new @Nullable LegGroup[ports];
            lagLegs = new @Nullable LagLeg[legs];
            lagPort = new int[legs];
            slot = new int[legs];
        }

        /** Sets the open device of a leg. */
        public Builder device(int leg, @Nullable Device open) {
            device[leg] = open;
            return this;
        }

        /** Sets the legs of a port, in the order of their bits in {@link LinkState}. */
        public Builder port(int port, int... legs) {
            only[port] = legs.length == 0 ? NO_LEG : legs.length == 1 ? legs[0] : SEVERAL;
            groups[port] = legs.length > 1 ? LegGroup.balanced(legs) : null;
            return this;
        }

        /**
         * Sets the legs of a port whose legs a protocol controls.
         * @param legs numbers of the legs by slot, negative where a slot is free
         * @param own what each of these legs has of its own
         */
        public Builder lag(int port, int[] legs, @Nullable LagLeg[] own, LegBuckets buckets, FlowFields fields) {
            only[port] = SEVERAL;
            groups[port] = LegGroup.aggregated(legs, buckets, fields);
            for (int n = 0; n < legs.length; n++) {
                if (legs[n] >= 0) {
                    lagLegs[legs[n]] = own[n];
                    lagPort[legs[n]] = port;
                    slot[legs[n]] = n;
                }
            }
            return this;
        }

        /** Returns the table. The builder must not be used afterwards. */
        public LegTable build() {
            return new LegTable(device, only, groups, lagLegs, lagPort, slot);
        }
    }
}
