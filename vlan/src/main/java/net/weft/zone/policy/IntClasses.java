package net.weft.zone.policy;

import java.util.List;

/** Maps an unsigned 32-bit number to the row of its class, by binary search among the starts of the classes. */
final class IntClasses {
    /**
     * The starts of the classes, from the lowest number; the highest bit is inverted, so that signed order is unsigned
     * order.
     */
    private final int[] starts;
    private final int[] rows;

    /** Creates the map from the boundaries of at most 32 bits. */
    IntClasses(List<Rows.Boundary> boundaries) {
        List<Rows.Boundary> mine = boundaries.stream().filter(boundary -> boundary.start().bitLength() <= 32).toList();
        starts = new int[mine.size() + 1];
        rows = new int[mine.size() + 1];
        starts[0] = Integer.MIN_VALUE;
        rows[0] = Rows.EMPTY;
        for (int i = 0; i < mine.size(); i++) {
            starts[i + 1] = mine.get(i).start().intValue() ^ Integer.MIN_VALUE;
            rows[i + 1] = mine.get(i).row();
        }
    }

    int row(int number) {
        int key = number ^ Integer.MIN_VALUE;
        int at = 0;
        for (int left = starts.length; left > 1;) {
            int half = left >>> 1;
            at = starts[at + half] <= key ? at + half : at;
            left -= half;
        }
        return rows[at];
    }

}
