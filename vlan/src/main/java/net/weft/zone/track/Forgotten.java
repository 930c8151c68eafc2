package net.weft.zone.track;

/**
 * The slots of the connections that a tracker which changes nothing would have removed for the packets of one burst, so
 * that a trace neither finds nor counts a connection that is gone when the packet itself begins one. One thread.
 */
final class Forgotten {
    /** A flooded packet has copies for at most eight zones that begin a connection, and each removes at most one. */
    private static final int MOST = 16;

    private final int[] slots = new int[MOST];
    private int count;

    void clear() {
        count = 0;
    }

    void add(int slot) {
        if (count < MOST && !contains(slot)) {
            slots[count++] = slot;
        }
    }

    boolean contains(int slot) {
        for (int n = 0; n < count; n++) {
            if (slots[n] == slot) {
                return true;
            }
        }
        return false;
    }

    int count() {
        return count;
    }

    /** Returns the n-th slot, {@code 0..count() - 1}. */
    int slot(int n) {
        return slots[n];
    }
}
