package net.weft.vswitch.forward;

import java.util.Arrays;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import org.jspecify.annotations.Nullable;

/**
 * By which leg each port is reached: MAC entries and cached flows name a port, this table its legs, and a leg its device. One port may
 * have several legs (link aggregation), and one leg may serve several ports (a socket with many peers behind it).
 * <p>
 * Part of a snapshot, immutable. Which legs are up is said by {@link LinkState}.
 */
public final class LegTable {
    /** In {@link #only}: the port has no leg. */
    private static final int NO_LEG = -1;
    /** In {@link #only}: the port has several legs. */
    private static final int SEVERAL = -2;

    /** By leg, its open device; null while it is closed. */
    public final @Nullable Device[] device;
    private final int[] only;
    private final @Nullable LegGroup[] groups;

    private LegTable(@Nullable Device[] device, int[] only, @Nullable LegGroup[] groups) {
        this.device = device;
        this.only = only;
        this.groups = groups;
    }

    /** The leg numbers are below this. */
    public int legs() {
        return device.length;
    }

    /**
     * The leg that a frame leaves a port by.
     *
     * @param up the port's word of {@link LinkState}, not 0
     * @return number of the leg, negative when none takes it
     */
    int pick(Burst burst, int i, int port, int up) {
        int leg = only[port];
        return leg != SEVERAL ? leg : several(burst, i, port, up);
    }

    private int several(Burst burst, int i, int port, int up) {
        LegGroup group = groups[port];
        return group == null ? LegGroup.NONE : group.pick(FlowHash.of(burst, i), up);
    }

    /** How many legs a port has. */
    public int count(int port) {
        LegGroup group = groups[port];
        return group != null ? group.size() : only[port] == NO_LEG ? 0 : 1;
    }

    /** Number of the {@code n}-th leg of a port, {@code 0..count-1}. */
    public int leg(int port, int n) {
        LegGroup group = groups[port];
        return group == null ? only[port] : group.leg(n);
    }

    /** The open device of the first leg in a set, for frames of the switch's own; null when there is none. */
    int first(int port, int legs) {
        for (int n = 0; n < count(port); n++) {
            if ((legs >>> n & 1) != 0 && device[leg(port, n)] != null) {
                return leg(port, n);
            }
        }
        return NO_LEG;
    }

    /** The same legs with other devices, for a trace. */
    public LegTable with(@Nullable Device[] others) {
        return new LegTable(others, only, groups);
    }

    /** No legs, for so many ports. */
    public static LegTable none(int ports) {
        return new Builder(ports, 0).build();
    }

    /** Made port by port. */
    public static final class Builder {
        private final @Nullable Device[] device;
        private final int[] only;
        private final @Nullable LegGroup[] groups;

        /**
         * @param ports port indices are below this
         * @param legs leg numbers are below this
         */
        public Builder(int ports, int legs) {
            device = new @Nullable Device[legs];
            only = new int[ports];
            Arrays.fill(only, NO_LEG);
            groups = new @Nullable LegGroup[ports];
        }

        /** Names the open device of a leg. */
        public Builder device(int leg, @Nullable Device open) {
            device[leg] = open;
            return this;
        }

        /** Names the legs of a port; their order is that of the bits in {@link LinkState}. */
        public Builder port(int port, int... legs) {
            only[port] = legs.length == 0 ? NO_LEG : legs.length == 1 ? legs[0] : SEVERAL;
            groups[port] = legs.length > 1 ? LegGroup.balanced(legs) : null;
            return this;
        }

        /** The table; the builder is used up. */
        public LegTable build() {
            return new LegTable(device, only, groups);
        }
    }
}
