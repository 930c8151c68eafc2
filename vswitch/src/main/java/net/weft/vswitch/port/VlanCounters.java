package net.weft.vswitch.port;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;

/**
 * The counters of forwarded frames in each VLAN, which are frames that were admitted and then sent to a port or
 * flooded. Each worker updates a row of its own, once for each run of frames of one VLAN in a burst; a reader adds the
 * rows up.
 */
public final class VlanCounters {
    /** Exclusive upper bound of VLAN IDs. */
    public static final int VIDS = 4096;
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final List<long[]> rows;

    /** @param rows one row for each worker, each created by {@link #row} */
    public VlanCounters(List<long[]> rows) {
        this.rows = List.copyOf(rows);
    }

    /** Creates a row for one worker: packets at {@code 2 * vid}, bytes at {@code 2 * vid + 1}. */
    public static long[] row() {
        return new long[2 * VIDS];
    }

    /** Adds a row that is no longer written to a row that is not written yet. */
    public static void add(long[] from, long[] to) {
        for (int cell = 0; cell < to.length; cell++) {
            to[cell] += from[cell];
        }
    }

    /** Number of frames forwarded in a VLAN. */
    public long packets(int vid) {
        return sum(2 * vid);
    }

    /** Number of bytes forwarded in a VLAN, as received, with inline tags, without frame check sequence. */
    public long bytes(int vid) {
        return sum(2 * vid + 1);
    }

    private long sum(int cell) {
        long sum = 0;
        for (long[] row : rows) {
            sum += (long) CELL.getOpaque(row, cell);
        }
        return sum;
    }
}
