package net.weft.vswitch.port;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;

/**
 * Frames forwarded in each VLAN: received, admitted, and sent to a port or flooded. Each worker adds to a row of its own, once
 * for each run of frames of one VLAN in a burst; a reader adds the rows up.
 */
public final class VlanCounters {
    /** VLAN IDs are below this. */
    public static final int VIDS = 4096;
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final List<long[]> rows;

    /** @param rows one a worker, each from {@link #row} */
    public VlanCounters(List<long[]> rows) {
        this.rows = List.copyOf(rows);
    }

    /** A row for one worker: packets at {@code 2 * vid}, bytes behind them. */
    public static long[] row() {
        return new long[2 * VIDS];
    }

    /** Adds a row that nobody writes any more to one that nobody writes yet. */
    public static void add(long[] from, long[] to) {
        for (int cell = 0; cell < to.length; cell++) {
            to[cell] += from[cell];
        }
    }

    /** Frames forwarded in a VLAN. */
    public long packets(int vid) {
        return sum(2 * vid);
    }

    /** Their bytes as received, inline tags included, frame check sequence not. */
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
