package net.weft.vswitch.fdb;

/**
 * How many entries of the {@link MacTable} each port has made lately: the sum of all it made, halved every {@value #WINDOW_SECONDS} s. A port that
 * floods the table stands out by it, however many entries others have. Counts that race may be lost.
 */
final class NewEntries {
    /** From here on a port floods: more new stations in a few seconds than one port of a network has. */
    static final int FLOOD = 4096;
    static final int WINDOW_SECONDS = 8;
    private static final int WINDOW_SHIFT = 3;

    /** By port: window in the upper half, count in the lower. */
    private final long[] words;

    NewEntries(int ports) {
        words = new long[ports];
    }

    int count(int port, int nowSeconds) {
        long word = words[port];
        int windows = (nowSeconds >>> WINDOW_SHIFT) - (int) (word >>> Integer.SIZE);
        return windows <= 0 ? (int) word : windows >= Integer.SIZE ? 0 : (int) word >>> windows;
    }

    void add(int port, int nowSeconds) {
        int count = count(port, nowSeconds);
        words[port] = (long) (nowSeconds >>> WINDOW_SHIFT) << Integer.SIZE | Math.min(count + 1, Integer.MAX_VALUE);
    }

    boolean floods(int port, int nowSeconds) {
        return count(port, nowSeconds) >= FLOOD;
    }
}
