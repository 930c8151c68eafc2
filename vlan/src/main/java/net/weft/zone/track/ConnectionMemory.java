package net.weft.zone.track;

import java.lang.foreign.MemorySegment;

/**
 * Creates and reads the memory of a {@link ConnectionTable}: a mapped file that may outlive the process. Any thread, but
 * only one process at a time.
 */
public final class ConnectionMemory {
    private ConnectionMemory() {
    }

    /**
     * Returns the bytes that a table needs.
     *
     * @param capacity connections, {@code 1..}{@value Layout#MAX_CAPACITY}
     */
    public static long bytes(int capacity) {
        return TableHeader.bytes(capacity);
    }

    /**
     * Returns what {@link #attach} would find; changes nothing.
     *
     * @param segment as in {@link #attach}
     */
    public static Attachment inspect(MemorySegment segment, int capacity, long bootHigh, long bootLow) {
        return TableHeader.inspect(segment, capacity, bootHigh, bootLow);
    }

    /**
     * Attaches to the table in the memory, or creates a new one if there is none that fits (see {@link ConnectionTable#attachment}).
     * No other process may use it. Takes about 0.1 s for a million connections.
     *
     * @param segment aligned to 8 bytes, at least {@link #bytes} long; zeros, or the table of an earlier process
     * @param capacity connections, {@code 1..}{@value Layout#MAX_CAPACITY}
     * @param bootHigh with {@code bootLow}, identifies this boot of the machine, because clocks start anew
     * @param seed key of the hash of a new table; unpredictable
     * @param nowSeconds a clock that continues across processes, as for all times here
     * @param coldSeconds duration of mid-stream pickup of TCP when the table is new
     */
    public static ConnectionTable attach(MemorySegment segment, int capacity, long bootHigh, long bootLow, long seed,
            int nowSeconds, int coldSeconds) {
        if (segment.byteSize() < bytes(capacity)) {
            throw new IllegalArgumentException("a table of " + capacity + " connections needs " + bytes(capacity)
                    + " bytes: the memory has " + segment.byteSize());
        }
        Attachment attachment = TableHeader.open(segment, capacity, bootHigh, bootLow, seed, nowSeconds, coldSeconds);
        ConnectionTable table = new ConnectionTable(segment, capacity, attachment);
        new Recovery(table).run(nowSeconds);
        return table;
    }
}
