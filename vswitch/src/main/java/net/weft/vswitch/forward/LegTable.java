package net.weft.vswitch.forward;

import java.util.Arrays;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import org.jspecify.annotations.Nullable;

/**
 * The legs of each port: MAC entries and the flow cache refer to a port, this table maps the port to its legs and each
 * leg to its device. One port may have several legs (link aggregation), and one leg may serve several ports (a socket
 * with many peers behind it).
 * <p>
 * Part of a snapshot, immutable. {@link LinkState} holds which legs are up.
 */
public final class LegTable {
    /** Value in {@link #only} of a port without leg. */
    private static final int NO_LEG = -1;
    /** Value in {@link #only} of a port with several legs. */
    private static final int SEVERAL = -2;

    /** The open device of each leg; null while it is closed. */
    public final @Nullable Device[] device;
    private final int[] only;
    private final @Nullable LegGroup[] groups;

    private LegTable(@Nullable Device[] device, int[] only, @Nullable LegGroup[] groups) {
        this.device = device;
        this.only = only;
        this.groups = groups;
    }

    /** Exclusive upper bound of the leg numbers. */
    public int legs() {
        return device.length;
    }

    /**
     * Returns the leg by which a frame leaves a port.
     * @param up the port's word of {@link LinkState}, not 0
     * @return number of the leg, negative if no leg is up
     */
    int pick(Burst burst, int i, int port, int up) {
        int leg = only[port];
        return leg != SEVERAL ? leg : pickFromGroup(burst, i, port, up);
    }

    private int pickFromGroup(Burst burst, int i, int port, int up) {
        LegGroup group = groups[port];
        return group == null ? LegGroup.NONE : group.pick(FlowHash.of(burst, i), up);
    }

    /** Number of legs of a port. */
    public int count(int port) {
        LegGroup group = groups[port];
        return group != null ? group.size() : only[port] == NO_LEG ? 0 : 1;
    }

    /** Number of the {@code n}-th leg of a port, {@code 0..count-1}. */
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
            if ((legs >>> n & 1) != 0 && device[leg(port, n)] != null) {
                return leg(port, n);
            }
        }
        return NO_LEG;
    }

    /** Returns a copy of this table with other devices, for a trace. */
    public LegTable with(@Nullable Device[] others) {
        return new LegTable(others, only, groups);
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

        /**
         * @param ports exclusive upper bound of port indices
         * @param legs exclusive upper bound of leg numbers
         */
        public Builder(int ports, int legs) {
            device = new @Nullable Device[legs];
            only = new int[ports];
            Arrays.fill(only, NO_LEG);
            groups = new @Nullable LegGroup[ports];
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

        /** Returns the table. The builder must not be used afterwards. */
        public LegTable build() {
            return new LegTable(device, only, groups);
        }
    }
}
