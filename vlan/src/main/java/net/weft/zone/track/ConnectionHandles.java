package net.weft.zone.track;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Handles of connections, for flow-cache hits, which need no lookup. A handle holds the key and the slot of a
 * connection, and is valid while the slot has that key and was evaluated in the current epoch. Belongs to one worker.
 */
final class ConnectionHandles {
    private final ConnectionTable table;
    private final ConnectionLookup lookup;
    private final TcpTracking tcpTracking;
    private final ConnectionKey[] keys;
    private final int[] slots;

    /**
     * @param lookup supplies the clock, the epoch and the timeouts
     * @param count number of handles: {@code 0..count-1}
     */
    ConnectionHandles(ConnectionTable table, ConnectionLookup lookup, TcpTracking tcpTracking, int count) {
        this.table = table;
        this.lookup = lookup;
        this.tcpTracking = tcpTracking;
        keys = new ConnectionKey[count];
        Arrays.setAll(keys, number -> new ConnectionKey());
        slots = new int[count];
    }

    void put(int number, int slot, ConnectionKey key) {
        keys[number].copy(key);
        slots[number] = slot;
    }

    /** Evaluates a flow-cache hit; see {@link ConnTracker#resume}. */
    boolean resume(int number, int frameLength) {
        ConnectionKey known = keys[number];
        int slot = slots[number];
        if (!isStill(slot, known) || known.isFirstAnswer()) {
            return false;
        }
        long next = Layout.withSeconds(known.state, lookup.nowSeconds);
        if (next != known.state && !TableWords.compareAndSet(table.address(slot), known.state, next)) {
            return false;
        }
        table.count(slot, known.side, frameLength);
        return true;
    }

    /** Counts a packet; see {@link ConnTracker#repeat}. */
    void repeat(int number, int frameLength) {
        table.count(slots[number], keys[number].side, frameLength);
    }

    /** Evaluates a flow-cache hit of TCP; see {@link ConnTracker#resumeTcp}. */
    boolean resumeTcp(int number, int frameLength, MemorySegment segment, long frame, long parsed) {
        ConnectionKey known = keys[number];
        int slot = slots[number];
        if (!isStill(slot, known) || Layout.phase(known.state) != ConnectionState.TCP_ESTABLISHED
                || !lookup.tcp.read(segment, frame, parsed)
                || tcpTracking.evaluate(slot, known, lookup.nowSeconds) != TcpTracking.VALID) {
            return false;
        }
        table.count(slot, known.side, frameLength);
        return true;
    }

    private boolean isStill(int slot, ConnectionKey known) {
        return table.holds(slot, known) && Layout.epoch(known.policy) == lookup.epoch
                && !ConnectionState.isSilent(known.state, lookup.nowSeconds, lookup.silence);
    }
}
