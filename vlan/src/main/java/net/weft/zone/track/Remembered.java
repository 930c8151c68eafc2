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

    int slot(int number) {
        return (int) words[number * WORDS + SLOT_AND_SIDE];
    }

    /** Whose packets were remembered: 0 for A, 1 for B. */
    int side(int number) {
        return (int) (words[number * WORDS + SLOT_AND_SIDE] >>> 32);
    }

    /**
     * Whether the slot has the connection still.
     *
     * @param epoch of the policies that it must have been asked of
     * @return its state, or 0
     */
    long state(int number, ConnectionTable table, int epoch) {
        int at = number * WORDS;
        return table.state((int) words[at + SLOT_AND_SIDE], words[at + HIGH_A], words[at + LOW_A], words[at + HIGH_B],
                words[at + LOW_B], words[at + TUPLE], words[at + MEMBERSHIP], epoch);
    }
}
