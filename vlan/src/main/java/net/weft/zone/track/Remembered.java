package net.weft.zone.track;

import java.util.Arrays;

/** Connections by number: the keys of those that packets have followed, and where in the table they were. One worker's. */
final class Remembered {
    private final ConnectionKey[] keys;
    private final int[] slots;

    Remembered(int count) {
        keys = new ConnectionKey[count];
        Arrays.setAll(keys, number -> new ConnectionKey());
        slots = new int[count];
    }

    void put(int number, int slot, ConnectionKey key) {
        keys[number].copy(key);
        slots[number] = slot;
    }

    int slot(int number) {
        return slots[number];
    }

    ConnectionKey key(int number) {
        return keys[number];
    }
}
