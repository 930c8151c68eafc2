package net.weft.vswitch.port;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The counters of one leg of a link aggregation. Each worker writes a row of its own with plain stores; a reader adds the
 * rows up. What the port itself counts, such as drops, is in {@link PortCounters}.
 */
public final class LegCounters {
    public static final int RX_PACKETS = 0;
    public static final int RX_BYTES = 1;
    public static final int TX_PACKETS = 2;
    public static final int TX_BYTES = 3;
    /** Cell: frames received while the leg did not collect, which were dropped unless a link protocol took them. */
    public static final int STANDBY = 4;
    /** Cells of a row: two cache lines, so that two workers never write to the same one. */
    private static final int ROW = 16;
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[][] rows;

    public LegCounters(int workers) {
        rows = new long[workers][ROW];
    }

    /** Returns the row that worker {@code id} writes. */
    public long[] row(int id) {
        return rows[id];
    }

    /** Returns the sum of a cell over all workers. Any thread. */
    public long sum(int cell) {
        long sum = 0;
        for (long[] row : rows) {
            sum += (long) CELL.getOpaque(row, cell);
        }
        return sum;
    }
}
