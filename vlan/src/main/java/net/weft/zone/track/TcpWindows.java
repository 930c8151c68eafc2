package net.weft.zone.track;

/**
 * The words that hold the windows of a TCP connection. A side's window word has the end of what it has sent (upper
 * half) and the end of what it has allowed the other side to send (lower half); the scales word has the largest window
 * that each side has announced, in units of its scale, and the scales. Sequence numbers are compared modulo 2^32.
 */
final class TcpWindows {
    /**
     * The bytes that may be outstanding beyond any window: retransmissions and duplicates that crossed an
     * acknowledgment.
     */
    static final int MAX_ACK_WINDOW = 66_000;
    /**
     * The bytes that a connection picked up mid-stream may have outstanding: the largest window possible (RFC 7323,
     * 2.2).
     */
    static final int LARGEST_WINDOW = 1 << 30;

    /** Set when both SYNs have been seen, so that the scales are final. */
    private static final long IS_ANSWERED = 1L << 40;

    /**
     * Set when a SYN has passed although the connection is open; the bits above are the low bits of the number that its
     * answer acknowledges.
     */
    private static final long HAS_NEW_SYN = 1L << 41;
    private static final int NEW_SYN_SHIFT = 42;

    private TcpWindows() {
    }

    static long window(int end, int granted) {
        return (long) end << 32 | granted & 0xffff_ffffL;
    }

    static int end(long window) {
        return (int) (window >>> 32);
    }

    static int granted(long window) {
        return (int) window;
    }

    static int largest(long scales, int side) {
        return (int) (scales >>> (side << 4)) & 0xffff;
    }

    static int scale(long scales, int side) {
        return (int) (scales >>> 32 + (side << 2)) & 0xf;
    }

    static long withLargest(long scales, int side, int largest) {
        int shift = side << 4;
        return scales & ~(0xffffL << shift) | (long) largest << shift;
    }

    static long withScale(long scales, int side, int scale) {
        int shift = 32 + (side << 2);
        return scales & ~(0xfL << shift) | (long) scale << shift;
    }

    /** Returns the largest announced window in bytes; at least 1. */
    static int largestBytes(long scales, int side) {
        return Math.max(largest(scales, side) << scale(scales, side), 1);
    }

    /** Returns the scales word of a first SYN. */
    static long ofSyn(int side, int window, int scale) {
        return withScale(withLargest(0, side, window), side, scale);
    }

    /** Returns the scales word of a first SYN and its retransmission together; the record of another SYN is kept. */
    static long ofSynAgain(long scales, int side, int window, int scale) {
        long larger = withLargest(scales, side, Math.max(largest(scales, side), window));
        return scale == TcpSegment.NO_SCALE ? larger : withScale(larger, side, scale);
    }

    /**
     * Returns the scales word of both SYNs, the second of which is from {@code side}; the scales apply only if both
     * have one.
     */
    static long ofAnswer(long scales, int side, int window, int scale) {
        if (isAnswered(scales)) {
            return scales;
        }
        int other = side ^ 1;
        int offered = scale(scales, other);
        boolean scaled = scale != TcpSegment.NO_SCALE && offered != TcpSegment.NO_SCALE;
        long both = withScale(withScale(IS_ANSWERED, side, scaled ? scale : 0), other, scaled ? offered : 0);
        return withLargest(withLargest(both, side, inUnits(window, scaled ? scale : 0)), other,
                inUnits(largest(scales, other), scaled ? offered : 0));
    }

    static boolean isAnswered(long scales) {
        return (scales & IS_ANSWERED) != 0;
    }

    /** Returns the assumed scales word of a connection picked up mid-stream. */
    static long ofPickedUp(int side, int window) {
        long scales = withScale(withScale(IS_ANSWERED, 0, TcpSegment.MAX_SCALE), 1, TcpSegment.MAX_SCALE);
        return withLargest(withLargest(scales, side, window), side ^ 1, 0xffff);
    }

    static long withNewSyn(long scales, int sequence) {
        return scales & HAS_NEW_SYN - 1 | HAS_NEW_SYN | (long) (sequence + 1) << NEW_SYN_SHIFT;
    }

    static boolean acknowledgesNewSyn(long scales, int acknowledgment) {
        return (scales & HAS_NEW_SYN) != 0
                && scales >>> NEW_SYN_SHIFT == (long) acknowledgment << NEW_SYN_SHIFT >>> NEW_SYN_SHIFT;
    }

    private static int inUnits(int window, int scale) {
        return window + (1 << scale) - 1 >>> scale;
    }

    /** Returns the later of two sequence numbers. */
    static int later(int a, int b) {
        return a - b > 0 ? a : b;
    }
}
