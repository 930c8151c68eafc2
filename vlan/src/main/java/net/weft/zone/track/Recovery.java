package net.weft.zone.track;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import net.weft.packet.IpProtocol;

/**
 * Prepares a table for a new process: complete entries are added to a new index and counted; the others, and
 * those that are not where their hash puts them, become free.
 * The policies are looked up again for each connection, because epochs start anew.
 */
final class Recovery {
    private final ConnectionTable table;
    private final MemorySegment segment;
    private final ConnectionTuple key = new ConnectionTuple();

    Recovery(ConnectionTable table) {
        this.table = table;
        segment = table.segment();
    }

    void run(int nowSeconds) {
        if (!table.attachment().isNew()) {
            BitSet indexed = indexed();
            table.index().clear();
            table.freeSlots().clear();
            for (int slot = 0; slot < table.used(); slot++) {
                recover(slot, indexed.get(slot), nowSeconds);
            }
        }
    }

    /**
     * Returns the slots whose entries are in the index of the process before, where their hash puts them: an entry of
     * which a bit has changed is not.
     */
    private BitSet indexed() {
        BitSet indexed = new BitSet();
        for (int slot = 0; slot < table.used(); slot++) {
            boolean isUsed = Layout.phase(table.state(slot)) != ConnectionState.FREE;
            indexed.set(slot, isUsed && table.index().contains(slot, table.hashOf(slot)));
        }
        return indexed;
    }

    private void recover(int slot, boolean isIndexed, int nowSeconds) {
        long at = table.entry(slot);
        long state = segment.get(JAVA_LONG, at + Layout.STATE);
        long policy = segment.get(JAVA_LONG, at + Layout.POLICY);
        if (!isIndexed || !isWhole(at, state, policy) || isKnown(slot, at, policy)) {
            segment.set(JAVA_LONG, at + Layout.STATE, state + Layout.INCARNATION_STEP & Layout.INCARNATION);
            table.freeSlots().release(slot);
            return;
        }
        if (nowSeconds - Layout.seconds(state) < 0) {
            state = Layout.withSeconds(state, nowSeconds);
        }
        // Connections of one flooded packet count one by one from now on.
        state = Layout.withPhase(state, ConnectionState.base(Layout.phase(state)));
        segment.set(JAVA_LONG, at + Layout.STATE, state);
        segment.set(JAVA_LONG, at + Layout.POLICY, policy & ~Layout.EPOCH_MASK);
        table.occupancy().count(Layout.vlan(policy), Layout.port(policy), Layout.phase(state));
        if (table.index().publish(slot, table.hashOf(slot)) < 0) {
            table.remove(slot, segment.get(JAVA_LONG, at + Layout.STATE));
        }
    }

    private boolean isWhole(long at, long state, long policy) {
        int phase = Layout.phase(state);
        int protocol = (int) segment.get(JAVA_LONG, at + Layout.TUPLE) & 0xff;
        int vlan = Layout.vlan(policy);
        return phase != ConnectionState.FREE && phase < ConnectionState.COUNT && vlan >= 1 && vlan <= 4094
                && ConnectionState.isTcp(phase) == (protocol == IpProtocol.TCP);
    }

    private boolean isKnown(int slot, long at, long policy) {
        key.highA = segment.get(JAVA_LONG, at + Layout.HIGH_A);
        key.lowA = segment.get(JAVA_LONG, at + Layout.LOW_A);
        key.highB = segment.get(JAVA_LONG, at + Layout.HIGH_B);
        key.lowB = segment.get(JAVA_LONG, at + Layout.LOW_B);
        key.tuple = segment.get(JAVA_LONG, at + Layout.TUPLE);
        key.membership = policy & Layout.MEMBERSHIP;
        key.hash = table.hashOf(slot);
        return table.index().find(key) >= 0;
    }
}
