package net.weft.zone.policy;

import java.util.List;

/** Maps an IPv6 address to the row of its class, by binary search among the starts of the classes. */
final class LongClasses {
    /**
     * The upper 64 bits of the starts, from the lowest address; the highest bit is inverted, so that signed order is
     * unsigned order.
     */
    private final long[] high;
    private final long[] low;
    private final int[] rows;

    /** Creates the map from the boundaries among the IPv6 addresses. */
    LongClasses(List<Rows.Boundary> boundaries) {
        List<Rows.Boundary> mine = boundaries.stream()
                .filter(boundary -> boundary.start().compareTo(Ranges.ALL_IPV6.low()) >= 0
                        && boundary.start().compareTo(Ranges.ALL_IPV6.high()) <= 0)
                .toList();
        high = new long[mine.size() + 1];
        low = new long[mine.size() + 1];
        rows = new int[mine.size() + 1];
        high[0] = Long.MIN_VALUE;
        low[0] = Long.MIN_VALUE;
        rows[0] = Rows.EMPTY;
        for (int i = 0; i < mine.size(); i++) {
            high[i + 1] = mine.get(i).start().shiftRight(64).longValue() ^ Long.MIN_VALUE;
            low[i + 1] = mine.get(i).start().longValue() ^ Long.MIN_VALUE;
            rows[i + 1] = mine.get(i).row();
        }
    }

    int row(long addressHigh, long addressLow) {
        long keyHigh = addressHigh ^ Long.MIN_VALUE;
        long keyLow = addressLow ^ Long.MIN_VALUE;
        int at = 0;
        for (int left = rows.length; left > 1;) {
            int half = left >>> 1;
            int middle = at + half;
            boolean reached = high[middle] < keyHigh || (high[middle] == keyHigh && low[middle] <= keyLow);
            at = reached ? middle : at;
            left -= half;
        }
        return rows[at];
    }
}
