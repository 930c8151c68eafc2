package net.weft.vswitch.forward;

import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.port.LagLeg;
import net.weft.vswitch.port.LegCounters;
import org.jspecify.annotations.Nullable;

/** One worker's rows of the counters of legs: only legs of link aggregations have counters of their own. */
final class LegRows {
    private static final long[] NO_ROW = {};
    static final LegRows NONE = new LegRows(new @Nullable LagLeg[0], 0);

    /** By leg number; without cells for legs without counters. */
    private final long[][] rows;

    /** @param legs what the legs have of their own, by leg number; null for legs without counters */
    LegRows(@Nullable LagLeg[] legs, int workerId) {
        rows = new long[legs.length][];
        for (int leg = 0; leg < legs.length; leg++) {
            LagLeg own = legs[leg];
            rows[leg] = own == null ? NO_ROW : own.counters.row(workerId);
        }
    }

    /** Returns whether a burst came in by a leg of a link aggregation. */
    boolean isLag(Burst burst) {
        return burst.leg >= 0 && burst.leg < rows.length && rows[burst.leg].length > 0;
    }

    /** Counts a burst that came in by a leg of a link aggregation. @param collects whether the leg accepts users' frames */
    void received(Burst burst, boolean collects) {
        long[] row = rows[burst.leg];
        row[LegCounters.RX_PACKETS] += burst.count;
        row[LegCounters.RX_BYTES] += burst.bytes();
        if (!collects) {
            row[LegCounters.STANDBY] += burst.count;
        }
    }

    /** Counts what a transmitter has sent by a leg since the last call. */
    void sent(int leg, Transmitter by) {
        long[] row = leg < rows.length ? rows[leg] : NO_ROW;
        if (row.length > 0) {
            row[LegCounters.TX_PACKETS] += by.takeFrames();
            row[LegCounters.TX_BYTES] += by.takeBytes();
        } else {
            by.takeFrames();
            by.takeBytes();
        }
    }
}
