package net.weft.zone.track;

/** Connections by number: the keys of those that packets have followed, and where in the table they were. One worker's. */
final class Remembered {
    private static final int WORDS = 8;
    private static final int SLOT_AND_SIDE = 0;
    private static final int LOW_A = 1;
    private static final int LOW_B = 2;
    private static final int TUPLE = 3;
    private static final int HIGH_A = 4;
    private static final int HIGH_B = 5;
    private static final int MEMBERSHIP = 6;

    private final long[] words;

    Remembered(int count) {
        words = new long[count * WORDS];
    }

    void put(int number, int slot, FlowKey key) {
        int at = number * WORDS;
        words[at + SLOT_AND_SIDE] = (long) key.side << 32 | slot;
        words[at + LOW_A] = key.lowA;
        words[at + LOW_B] = key.lowB;
        words[at + TUPLE] = key.tuple;
        words[at + HIGH_A] = key.highA;
        words[at + HIGH_B] = key.highB;
        words[at + MEMBERSHIP] = key.membership;
    }

    /** Puts a connection into the key, in the table's order. Returns its slot. */
    int get(int number, FlowKey key) {
        int at = number * WORDS;
        long slotAndSide = words[at + SLOT_AND_SIDE];
        key.side = (int) (slotAndSide >>> 32);
        key.lowA = words[at + LOW_A];
        key.lowB = words[at + LOW_B];
        key.tuple = words[at + TUPLE];
        key.highA = words[at + HIGH_A];
        key.highB = words[at + HIGH_B];
        key.membership = words[at + MEMBERSHIP];
        return (int) slotAndSide;
    }
}
