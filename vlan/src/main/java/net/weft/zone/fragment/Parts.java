package net.weft.zone.fragment;

/**
 * Which parts of each datagram of a {@link FragmentTable} have come: ranges of units, ascending, that grow together where they meet. A
 * datagram that comes in order, or in reverse order, has one.
 */
final class Parts {
    /** The part is new and contradicts none. */
    static final int ADDED = 0;
    /** All of it has come before. */
    static final int DUPLICATE = 1;
    /** Some of it has come before, or it is behind the end, or there are too many pieces. */
    static final int CONTRADICTS = 2;

    /** Ranges apart that one datagram may have. */
    private static final int RANGES = 64;
    private static final int END = 0xffff;

    /** Unit behind the last part, 0 while unknown. */
    private final int[] ends;
    private final int[] counts;
    /** First unit and, in the low half, the one behind. */
    private final int[] ranges;

    Parts(int datagrams) {
        ends = new int[datagrams];
        counts = new int[datagrams];
        ranges = new int[datagrams * RANGES];
    }

    void clear(int entry) {
        ends[entry] = 0;
        counts[entry] = 0;
    }

    boolean isComplete(int entry) {
        return ends[entry] != 0 && counts[entry] == 1 && ranges[entry * RANGES] == ends[entry];
    }

    /** Adds a part to those that have come. */
    int add(int entry, FragmentKey part) {
        int end = ends[entry];
        boolean behindEnd = end != 0 && (part.end > end || (part.isLast && part.end != end));
        int base = entry * RANGES;
        int count = counts[entry];
        boolean beforeLast = part.isLast && count > 0 && (ranges[base + count - 1] & END) > part.end;
        if (behindEnd || beforeLast) {
            return CONTRADICTS;
        }
        int at = 0;
        while (at < count && ranges[base + at] >>> 16 < part.start) {
            at++;
        }
        int overlap = overlap(base, at, count, part);
        if (overlap != ADDED) {
            return overlap;
        }
        boolean joinsBefore = at > 0 && (ranges[base + at - 1] & END) == part.start;
        boolean joinsBehind = at < count && ranges[base + at] >>> 16 == part.end;
        if (!joinsBefore && !joinsBehind && count == RANGES) {
            return CONTRADICTS;
        }
        join(entry, base, at, part, joinsBefore, joinsBehind);
        if (part.isLast) {
            ends[entry] = part.end;
        }
        return ADDED;
    }

    /** {@code at} is the first range that starts at the part or behind it. */
    private int overlap(int base, int at, int count, FragmentKey part) {
        boolean before = at > 0 && (ranges[base + at - 1] & END) > part.start;
        boolean behind = at < count && ranges[base + at] >>> 16 < part.end;
        if (!before && !behind) {
            return ADDED;
        }
        boolean withinBefore = before && (ranges[base + at - 1] & END) >= part.end;
        boolean withinBehind = behind && ranges[base + at] >>> 16 == part.start
                && (ranges[base + at] & END) >= part.end;
        return withinBefore || withinBehind ? DUPLICATE : CONTRADICTS;
    }

    private void join(int entry, int base, int at, FragmentKey part, boolean before, boolean behind) {
        int count = counts[entry];
        if (before && behind) {
            ranges[base + at - 1] = ranges[base + at - 1] & ~END | ranges[base + at] & END;
            System.arraycopy(ranges, base + at + 1, ranges, base + at, count - at - 1);
            counts[entry] = count - 1;
        } else if (before) {
            ranges[base + at - 1] = ranges[base + at - 1] & ~END | part.end;
        } else if (behind) {
            ranges[base + at] = part.start << 16 | ranges[base + at] & END;
        } else {
            System.arraycopy(ranges, base + at, ranges, base + at + 1, count - at);
            ranges[base + at] = part.start << 16 | part.end;
            counts[entry] = count + 1;
        }
    }
}
