package net.weft.zone.track;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import net.weft.zone.ConnectionLimits;

/**
 * Counts the connections of ports and networks, and evicts connections when a limit is reached.
 * <p>
 * A connection that was not answered, or that is over, is spare. The spare connections opened by a port are recorded in
 * a small ring, in order of age; the sweep restores those that the ring has lost. At a port's limit its own oldest
 * spare connection is evicted; at a network's limit, or when the table is full, one of the port that has most. So a
 * flood evicts its own connections, and an answered connection is never evicted for it.
 */
final class ConnectionLimiter {
    private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);
    private static final int PORTS = 1 << 16;
    private static final int VLANS = 1 << 12;
    private static final int RINGS = 1 << 12;
    private static final int RING = 128;
    private static final int ANY_VLAN = 0;
    private static final int ANY_PORT = -1;

    private final ConnectionTable table;
    private final int[] ofPort = new int[PORTS];
    private final int[] spareOfPort = new int[PORTS];
    private final int[] ofVlan = new int[VLANS];
    /**
     * The port with the most spare connections, as far as known, in each VLAN; index {@link #ANY_VLAN} is for all
     * VLANs.
     */
    private final int[] topPort = new int[VLANS];
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
     * Counts a new connection and allocates a slot for it.
     *
     * @return the slot, or -1 when a limit is reached and nothing was counted
     */
    int admit(int vlan, int port, ConnectionLimits limits) {
        if ((int) INTS.getAndAdd(ofPort, port, 1) >= limits.perPort() && !makeRoom(port, ANY_VLAN, true)) {
            INTS.getAndAdd(ofPort, port, -1);
            return -1;
        }
        if ((int) INTS.getAndAdd(ofVlan, vlan, 1) < limits.perNetwork()
                || makeRoomIn(vlan, port, true)) {
            int slot = table.freeSlots().allocate();
            if (slot < 0 && makeRoomIn(ANY_VLAN, port, false)) {
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

    /** Allocates a slot for a further connection of a flooded packet, which is not counted; as {@link #admit}. */
    int admitUncounted(int port) {
        int slot = table.freeSlots().allocate();
        return slot < 0 && makeRoomIn(ANY_VLAN, port, false) ? table.freeSlots().allocate() : slot;
    }

    /** Counts a connection that was not counted, because it is the one of a flooded packet that was answered. */
    void countFromNowOn(int vlan, int port) {
        INTS.getAndAdd(ofPort, port, 1);
        INTS.getAndAdd(ofVlan, vlan, 1);
    }

    /**
     * Returns whether {@link #admit} would succeed, and changes nothing but {@code gone}.
     *
     * @param gone the connections that would have been removed before; those that would be evicted are added
     */
    boolean admits(int vlan, int port, ConnectionLimits limits, Forgotten gone) {
        if (ofPort(port) - countOf(gone, ANY_VLAN, port) >= limits.perPort()) {
            int victim = victim(port, ANY_VLAN, gone);
            if (victim < 0) {
                return false;
            }
            gone.add(victim);
        }
        if (ofVlan(vlan) - countOf(gone, vlan, ANY_PORT) >= limits.perNetwork()) {
            int victim = victimIn(vlan, port, gone);
            if (victim < 0) {
                return false;
            }
            gone.add(victim);
        }
        return gone.count() > 0 || table.used() < table.capacity() || total() < table.capacity()
                || victimIn(ANY_VLAN, port, gone) >= 0;
    }

    /** Returns how many of some connections count against the limits of a VLAN and a port, or of any. */
    private int countOf(Forgotten of, int vlan, int port) {
        int count = 0;
        for (int n = 0; n < of.count(); n++) {
            long policy = table.policy(of.slot(n));
            if (ConnectionState.isCounted(Layout.phase(table.state(of.slot(n))))
                    && (vlan == ANY_VLAN || Layout.vlan(policy) == vlan)
                    && (port == ANY_PORT || Layout.port(policy) == port)) {
                count++;
            }
        }
        return count;
    }

    /** Returns the slot that {@link #makeRoomIn} would free, or a negative number. */
    private int victimIn(int vlan, int newcomer, Forgotten gone) {
        int top = (int) INTS.getOpaque(topPort, vlan);
        int victim = victim(top, vlan, gone);
        return victim >= 0 || top == newcomer ? victim : victim(newcomer, vlan, gone);
    }

    /** Returns the slot that {@link #makeRoom} would free, or a negative number. */
    private int victim(int port, int vlan, Forgotten gone) {
        int ring = port & RINGS - 1;
        int head = (int) INTS.getOpaque(heads, ring);
        for (int i = 0; i < RING; i++) {
            int slot = (int) INTS.getOpaque(rings, ring * RING + (head + i & RING - 1)) - 1;
            if (slot >= 0 && isSpareOf(slot, port) && !gone.contains(slot)
                    && (vlan == ANY_VLAN || Layout.vlan(table.policy(slot)) == vlan)
                    && ConnectionState.isCounted(Layout.phase(table.state(slot)))) {
                return slot;
            }
        }
        return -1;
    }

    /** Records that a counted connection has become spare. */
    void spare(int slot, int vlan, int port) {
        int spares = (int) INTS.getAndAdd(spareOfPort, port, 1) + 1;
        updateTopPort(vlan, port, spares);
        updateTopPort(ANY_VLAN, port, spares);
        int ring = port & RINGS - 1;
        int head = (int) INTS.getAndAdd(heads, ring, 1);
        INTS.setOpaque(rings, ring * RING + (head & RING - 1), slot + 1);
    }

    private void updateTopPort(int vlan, int port, int spares) {
        int most = (int) INTS.getOpaque(topPort, vlan);
        if (most != port && spares > (int) INTS.getOpaque(spareOfPort, most)) {
            INTS.setOpaque(topPort, vlan, port);
        }
    }

    /** Records that a spare connection was answered. */
    void answered(int port) {
        INTS.getAndAdd(spareOfPort, port, -1);
    }

    /** Records a spare connection that the sweep has found: it replaces one in the ring that is no longer spare. */
    void remind(int slot, int vlan, int port) {
        int spares = (int) INTS.getOpaque(spareOfPort, port);
        updateTopPort(vlan, port, spares);
        updateTopPort(ANY_VLAN, port, spares);
        int ring = port & RINGS - 1;
        int head = (int) INTS.getOpaque(heads, ring);
        int at = ring * RING + (head & RING - 1);
        int oldest = (int) INTS.getOpaque(rings, at) - 1;
        if ((oldest < 0 || !isSpareOf(oldest, port)) && INTS.compareAndSet(heads, ring, head, head + 1)) {
            INTS.setOpaque(rings, at, slot + 1);
        }
    }

    /** Counts a connection that was found when the table was attached. */
    void count(int vlan, int port, int phase) {
        if (ConnectionState.isCounted(phase)) {
            countFromNowOn(vlan, port);
        }
        if (ConnectionState.isSpare(phase)) {
            int spares = (int) INTS.getAndAdd(spareOfPort, port, 1) + 1;
            updateTopPort(vlan, port, spares);
            updateTopPort(ANY_VLAN, port, spares);
        }
    }

    /** Subtracts a removed connection. */
    void forget(int vlan, int port, int phase) {
        if (ConnectionState.isCounted(phase)) {
            INTS.getAndAdd(ofPort, port, -1);
            INTS.getAndAdd(ofVlan, vlan, -1);
        }
        if (ConnectionState.isSpare(phase)) {
            INTS.getAndAdd(spareOfPort, port, -1);
        }
    }

    /**
     * Evicts a spare connection of the port that has most in a VLAN, or in all. If that has none there, because its
     * spare connections are in other VLANs, one of the newcomer is evicted, until the sweep finds another port.
     *
     * @param counted whether a connection that counts must go; else any makes room
     */
    private boolean makeRoomIn(int vlan, int newcomer, boolean counted) {
        int top = (int) INTS.getOpaque(topPort, vlan);
        if (makeRoom(top, vlan, counted)) {
            return true;
        }
        if (top == newcomer) {
            return false;
        }
        INTS.setOpaque(topPort, vlan, newcomer);
        return makeRoom(newcomer, vlan, counted);
    }

    /** Evicts the oldest recorded spare connection of a port, in a VLAN or any. */
    private boolean makeRoom(int port, int vlan, boolean counted) {
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
            if (slot >= 0 && evict(slot, port, vlan, counted)) {
                return true;
            }
        }
        return false;
    }

    /** Evicts a connection if it is a spare one of the port and that makes room; returns whether it was evicted. */
    private boolean evict(int slot, int port, int vlan, boolean counted) {
        long state = table.state(slot);
        return isSpareOf(slot, port) && (vlan == ANY_VLAN || Layout.vlan(table.policy(slot)) == vlan)
                && (!counted || ConnectionState.isCounted(Layout.phase(state))) && table.remove(slot, state);
    }

    private boolean isSpareOf(int slot, int port) {
        return ConnectionState.isSpare(Layout.phase(table.state(slot))) && Layout.port(table.policy(slot)) == port;
    }
}
