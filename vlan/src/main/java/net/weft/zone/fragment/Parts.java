package net.weft.zone.fragment;

/**
 * The fragments of each datagram of a {@link FragmentTable} that have arrived, as ascending ranges of units, which
 * merge where they meet. A datagram whose fragments arrive in order, or in reverse order, has one range.
 */
final class Parts {
    /** The fragment is new and contradicts no other. */
    static final int ADDED = 0;
    /** The whole fragment has arrived before. */
    static final int DUPLICATE = 1;
    /** The fragment overlaps another, lies beyond the end, or there are too many ranges. */
    static final int CONTRADICTS = 2;

    /** The maximum number of separate ranges of a datagram. */
    private static final int RANGES = 64;
    private static final int END = 0xffff;

    /** The unit after the last fragment, 0 while unknown. */
    private final int[] ends;
    private final int[] counts;
    /** The first unit of each range and, in the low half, the unit after it. */
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

    /** Adds a fragment; returns {@link #ADDED}, {@link #DUPLICATE} or {@link #CONTRADICTS}. */
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

    /** Checks a fragment for overlaps. @param at the first range that starts at the fragment or after it */
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
