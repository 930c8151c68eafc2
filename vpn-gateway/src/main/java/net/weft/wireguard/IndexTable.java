package net.weft.wireguard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Finds a session by the receiver index of a message. Indices are random, so that nobody can guess them, and unique within the gateway.
 * Look-ups take no lock; changes are serialized. Open addressing; a removed entry leaves a mark behind until the table is rebuilt.
 */
final class IndexTable {
    /** What an index leads to: a handshake that waits for its answer, or a key pair. */
    static final class Entry {
        private final int index;
        private final Peer peer;
        private volatile @Nullable KeyPair keyPair;

        Entry(int index, Peer peer) {
            this.index = index;
            this.peer = peer;
        }

        int index() {
            return index;
        }

        Peer peer() {
            return peer;
        }

        @Nullable
        KeyPair keyPair() {
            return keyPair;
        }

        void keyPair(KeyPair pair) {
            keyPair = pair;
        }
    }

    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Object[].class);
    private static final Object REMOVED = new Object();
    private static final int FIRST_SLOTS = 64;

    private final Randomness random;
    private volatile @Nullable Object[] slots = new @Nullable Object[FIRST_SLOTS];
    private int live;
    private int filled;

    IndexTable(Randomness random) {
        this.random = random;
    }

    @Nullable
    Entry find(int index) {
        @Nullable
        Object[] table = slots;
        for (int at = home(index, table.length);; at = at + 1 & table.length - 1) {
            Object slot = SLOT.getAcquire(table, at);
            if (slot == null) {
                return null;
            }
            if (slot instanceof Entry entry && entry.index == index) {
                return entry;
            }
        }
    }

    /** Gives the peer an index that nobody else has. */
    synchronized Entry add(Peer peer) {
        if (filled * 2 >= slots.length) {
            rebuild();
        }
        int index;
        do {
            index = Messages.getInt(random.bytes(Integer.BYTES), 0);
        } while (find(index) != null);
        Entry entry = new Entry(index, peer);
        put(slots, entry);
        live++;
        filled++;
        return entry;
    }

    synchronized void remove(int index) {
        @Nullable
        Object[] table = slots;
        for (int at = home(index, table.length);; at = at + 1 & table.length - 1) {
            Object slot = table[at];
            if (slot == null) {
                return;
            }
            if (slot instanceof Entry entry && entry.index == index) {
                SLOT.setRelease(table, at, REMOVED);
                live--;
                return;
            }
        }
    }

    synchronized int size() {
        return live;
    }

    private void rebuild() {
        int size = FIRST_SLOTS;
        while (size < live * 4) {
            size *= 2;
        }
        @Nullable
        Object[] table = new @Nullable Object[size];
        for (Object slot : slots) {
            if (slot instanceof Entry entry) {
                put(table, entry);
            }
        }
        filled = live;
        slots = table;
    }

    private static void put(@Nullable Object[] table, Entry entry) {
        int at = home(entry.index, table.length);
        while (table[at] != null) {
            at = at + 1 & table.length - 1;
        }
        SLOT.setRelease(table, at, entry);
    }

    /** An index is random already. */
    private static int home(int index, int slots) {
        return (index ^ index >>> 16) & slots - 1;
    }
}
