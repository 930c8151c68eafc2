package net.weft.zone.track;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import net.weft.zone.ConnectionLimits;

/**
 * How many connections ports and networks have, and who makes room when there are too many.
 * <p>
 * A connection that nobody has answered, or that is over, is spare. The spare ones begun by a port are remembered in a small ring, the
 * oldest first out; the sweep puts back those that the ring has lost. At a port's limit its own oldest spare one goes; at a network's, or when the table is
 * full, one of the port that has most. So a flood pays with its own, and what was answered is never given up for it.
 */
final class ConnectionLimiter {
    private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);
    private static final int PORTS = 1 << 16;
    private static final int VLANS = 1 << 12;
    private static final int RINGS = 1 << 12;
    private static final int RING = 128;
    private static final int ANY_VLAN = 0;

    private final ConnectionTable table;
    private final int[] ofPort = new int[PORTS];
    private final int[] spareOfPort = new int[PORTS];
    private final int[] ofVlan = new int[VLANS];
    /** The port that has most spare connections, as far as known, in a VLAN; in {@link #ANY_VLAN} of all. */
    private final int[] greediest = new int[VLANS];
    private final int[] heads = new int[RINGS];
    private final int[] rings = new int[RINGS * RING];

    ConnectionLimiter(ConnectionTable table) {
        this.table = table;
    }

    int ofPort(int port) {
        return (int) INTS.getOpaque(ofPort, port);
    }

    int ofVlan(int vlan) {
        return (int) INTS.getOpaque(ofVlan, vlan);
    }

    int total() {
        int sum = 0;
        for (int vlan = 1; vlan < VLANS; vlan++) {
            sum += ofVlan(vlan);
        }
        return sum;
    }

    /**
     * Counts a connection that is about to be begun, and finds a place for it.
     *
     * @return a slot, or -1 when there is one too many, and nothing was counted
     */
    int admit(int vlan, int port, ConnectionLimits limits) {
        if ((int) INTS.getAndAdd(ofPort, port, 1) >= limits.perPort() && !makeRoom(port, ANY_VLAN)) {
            INTS.getAndAdd(ofPort, port, -1);
            return -1;
        }
        if ((int) INTS.getAndAdd(ofVlan, vlan, 1) < limits.perNetwork()
                || makeRoomIn(vlan, port)) {
            int slot = table.freeSlots().allocate();
            if (slot < 0 && makeRoomIn(ANY_VLAN, port)) {
                slot = table.freeSlots().allocate();
            }
            if (slot >= 0) {
                return slot;
            }
        }
        INTS.getAndAdd(ofPort, port, -1);
        INTS.getAndAdd(ofVlan, vlan, -1);
        return -1;
    }

    /** Whether a connection would be given a place, as far as can be told without making room. */
    boolean admits(int vlan, int port, ConnectionLimits limits) {
        boolean spare = (int) INTS.getOpaque(spareOfPort, port) > 0;
        return (ofPort(port) < limits.perPort() || spare)
                && (ofVlan(vlan) < limits.perNetwork()
                        || (int) INTS.getOpaque(spareOfPort, (int) INTS.getOpaque(greediest, vlan)) > 0)
                && (table.used() < table.capacity() || total() < table.capacity()
                        || (int) INTS.getOpaque(spareOfPort, (int) INTS.getOpaque(greediest, ANY_VLAN)) > 0);
    }

    /** A connection that was counted has become spare; of this slot. */
    void spare(int slot, int vlan, int port) {
        int spares = (int) INTS.getAndAdd(spareOfPort, port, 1) + 1;
        compete(vlan, port, spares);
        compete(ANY_VLAN, port, spares);
        int ring = port & RINGS - 1;
        int head = (int) INTS.getAndAdd(heads, ring, 1);
        INTS.setOpaque(rings, ring * RING + (head & RING - 1), slot + 1);
    }

    private void compete(int vlan, int port, int spares) {
        int most = (int) INTS.getOpaque(greediest, vlan);
        if (most != port && spares > (int) INTS.getOpaque(spareOfPort, most)) {
            INTS.setOpaque(greediest, vlan, port);
        }
    }

    /** A spare connection was answered. */
    void answered(int port) {
        INTS.getAndAdd(spareOfPort, port, -1);
    }

    /** The sweep has met a spare connection: it takes the place of one in the ring that is spare no longer. */
    void remind(int slot, int vlan, int port) {
        int spares = (int) INTS.getOpaque(spareOfPort, port);
        compete(vlan, port, spares);
        compete(ANY_VLAN, port, spares);
        int ring = port & RINGS - 1;
        int head = (int) INTS.getOpaque(heads, ring);
        int at = ring * RING + (head & RING - 1);
        int oldest = (int) INTS.getOpaque(rings, at) - 1;
        if ((oldest < 0 || !isSpareOf(oldest, port)) && INTS.compareAndSet(heads, ring, head, head + 1)) {
            INTS.setOpaque(rings, at, slot + 1);
        }
    }

    /** A connection was found when the table was attached. */
    void count(int vlan, int port, boolean isSpare) {
        INTS.getAndAdd(ofPort, port, 1);
        INTS.getAndAdd(ofVlan, vlan, 1);
        if (isSpare) {
            int spares = (int) INTS.getAndAdd(spareOfPort, port, 1) + 1;
            compete(vlan, port, spares);
            compete(ANY_VLAN, port, spares);
        }
    }

    /** A connection is gone. */
    void forget(int vlan, int port, boolean isSpare) {
        INTS.getAndAdd(ofPort, port, -1);
        INTS.getAndAdd(ofVlan, vlan, -1);
        if (isSpare) {
            INTS.getAndAdd(spareOfPort, port, -1);
        }
    }

    /**
     * Gives up a spare connection of the greediest port in a VLAN, or of all. When that has none there, as its greed lies in other VLANs, the
     * newcomer must do, until the sweep has found who else is greedy.
     */
    private boolean makeRoomIn(int vlan, int newcomer) {
        int greedy = (int) INTS.getOpaque(greediest, vlan);
        if (makeRoom(greedy, vlan)) {
            return true;
        }
        if (greedy == newcomer) {
            return false;
        }
        INTS.setOpaque(greediest, vlan, newcomer);
        return makeRoom(newcomer, vlan);
    }

    /** Gives up the oldest spare connection known of a port, in a VLAN or any. */
    private boolean makeRoom(int port, int vlan) {
        if ((int) INTS.getOpaque(spareOfPort, port) <= 0) {
            return false;
        }
        int ring = port & RINGS - 1;
        int head = (int) INTS.getOpaque(heads, ring);
        for (int i = 0; i < RING; i++) {
            int at = ring * RING + (head + i & RING - 1);
            if ((int) INTS.getOpaque(rings, at) == 0) {
                continue;
            }
            int slot = (int) INTS.getAndSet(rings, at, 0) - 1;
            if (slot >= 0 && giveUp(slot, port, vlan)) {
                return true;
            }
        }
        return false;
    }

    private boolean giveUp(int slot, int port, int vlan) {
        long state = table.state(slot);
        return isSpareOf(slot, port) && (vlan == ANY_VLAN || Layout.vlan(table.policy(slot)) == vlan)
                && table.remove(slot, state);
    }

    private boolean isSpareOf(int slot, int port) {
        return ConnectionState.isSpare(Layout.phase(table.state(slot))) && Layout.port(table.policy(slot)) == port;
    }
}
