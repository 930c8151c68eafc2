package net.weft.zone.track;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static net.weft.zone.track.Layout.INT;
import static net.weft.zone.track.Layout.LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The connections of a switch, in memory that the caller supplies and that may outlive the process: a mapped file.
 * <p>
 * <b>Lookup</b> is done by {@link TableIndex}.
 * <p>
 * <b>Insertion.</b> An entry is taken from the stack of free slots, filled, and becomes valid by one release store of
 * its state word; only then is it added to the index. A process that is killed in between leaves an entry that is
 * either free or complete.
 * <p>
 * <b>Checksum.</b> The index word of an entry has bits of a keyed hash of everything that identifies the connection. A
 * process that attaches believes only entries that the index of the process before agrees with.
 * <p>
 * <b>Changes.</b> The state word changes by compare-and-set and contains an incarnation number that grows whenever the
 * entry is removed: a thread that has found an entry which meanwhile belongs to another connection fails. Index, free
 * stack and all counts are rebuilt from the state words when a process attaches.
 * <p>
 * Any number of workers; nothing is locked or allocated.
 */
public final class ConnectionTable {
    private final MemorySegment segment;
    private final int capacity;
    private final TableIndex index;
    private final FreeSlots freeSlots;
    private final Attachment attachment;
    private final ConnectionLimiter occupancy = new ConnectionLimiter(this);
    /** Index + 1 of the port of the first answer of each connection; 0 while there is none. Not kept in the file. */
    private final short[] responders;
    private final long entries;
    private final long base;
    private volatile int unseenUntil = Integer.MIN_VALUE;

    ConnectionTable(MemorySegment segment, int capacity, Attachment attachment) {
        this.segment = segment;
        this.capacity = capacity;
        this.attachment = attachment;
        int buckets = TableHeader.buckets(capacity);
        index = new TableIndex(this, segment, buckets);
        freeSlots = new FreeSlots(this, segment);
        responders = new short[capacity];
        entries = Layout.HEADER_BYTES + (long) buckets * Layout.BUCKET_BYTES;
        base = segment.address() + entries;
    }

    /** Returns what was found when this process attached. */
    public Attachment attachment() {
        return attachment;
    }

    public int capacity() {
        return capacity;
    }

    /** Returns the number of connections opened by a port, {@code 0..65535}. */
    public int connectionsOfPort(int port) {
        return occupancy.ofPort(port);
    }

    public int connectionsOfVlan(int vlan) {
        return occupancy.ofVlan(vlan);
    }

    public int size() {
        return occupancy.total();
    }

    /** Enables mid-stream pickup of TCP until a time, seconds. Any thread. */
    public void pickUpUntil(int seconds) {
        LONG.setOpaque(segment, Layout.COLD_UNTIL, (long) seconds);
    }

    /**
     * Records that connections were not tracked until a time: the sequence numbers of TCP connections without a later
     * packet are unreliable. Any thread.
     */
    public void unseenUntil(int seconds) {
        unseenUntil = seconds;
    }

    /** Returns whether the connection may have continued without being tracked since its last packet. */
    boolean isUnseen(long state) {
        return Layout.seconds(state) <= unseenUntil;
    }

    /** Returns whether mid-stream pickup of TCP is enabled because the table started without earlier connections. */
    boolean isCold(int nowSeconds) {
        return nowSeconds - (int) (long) LONG.getOpaque(segment, Layout.COLD_UNTIL) < 0;
    }

    ConnectionLimiter occupancy() {
        return occupancy;
    }

    MemorySegment segment() {
        return segment;
    }

    TableIndex index() {
        return index;
    }

    FreeSlots freeSlots() {
        return freeSlots;
    }

    int used() {
        return (int) (long) LONG.getAcquire(segment, Layout.USED);
    }

    long entry(int slot) {
        return entries + (long) slot * Layout.ENTRY_BYTES;
    }

    /** Returns the address of an entry, for {@link TableWords}. */
    long address(int slot) {
        return base + (long) slot * Layout.ENTRY_BYTES;
    }

    long counter(int slot, int side) {
        return entry(slot) + Layout.COUNTERS + side * 16L;
    }

    long window(int slot, int side) {
        return entry(slot) + Layout.WINDOWS + side * 8L;
    }

    /**
     * Sets the sequence number up to which the other side has acknowledged what a side sent; for an allocated entry
     * that is not valid yet.
     */
    void setAcknowledged(int slot, int side, int acknowledged) {
        INT.setOpaque(segment, counter(slot, side ^ 1) + Layout.ACKNOWLEDGMENT, acknowledged);
    }

    /** Records the port of the first answer. */
    void answeredBy(int slot, int port) {
        responders[slot] = (short) (port + 1);
    }

    /** Returns the port of the first answer; -1 if there was none, or none since the process has begun. */
    int responder(int slot) {
        return Short.toUnsignedInt(responders[slot]) - 1;
    }

    long state(int slot) {
        return (long) LONG.getAcquire(segment, entry(slot) + Layout.STATE);
    }

    long policy(int slot) {
        return (long) LONG.getOpaque(segment, entry(slot) + Layout.POLICY);
    }

    // ---- finding ---------------------------------------------------------------------------------------------------

    /** Returns whether a slot contains the key's connection; then its state and policy words are in the key. */
    boolean holds(int slot, ConnectionKey key) {
        long at = address(slot);
        long state = TableWords.getAcquire(at);
        long policy = TableWords.getOpaque(at + Layout.POLICY);
        long different = TableWords.get(at + Layout.LOW_A) ^ key.lowA
                | TableWords.get(at + Layout.LOW_B) ^ key.lowB
                | TableWords.get(at + Layout.TUPLE) ^ key.tuple
                | TableWords.get(at + Layout.HIGH_A) ^ key.highA
                | TableWords.get(at + Layout.HIGH_B) ^ key.highB
                | (policy ^ key.membership) & Layout.MEMBERSHIP;
        if (different != 0 || Layout.phase(state) == ConnectionState.FREE) {
            return false;
        }
        VarHandle.loadLoadFence();
        if (((TableWords.getOpaque(at) ^ state) & Layout.INCARNATION) != 0) {
            return false;
        }
        key.state = state;
        key.policy = policy;
        return true;
    }

    /**
     * Returns whether a slot still contains the connection whose state word is in the key; updates the words in the
     * key.
     */
    boolean isStill(int slot, ConnectionTuple key) {
        long at = address(slot);
        long state = TableWords.getAcquire(at);
        if (((state ^ key.state) & Layout.INCARNATION) != 0 || Layout.phase(state) == ConnectionState.FREE) {
            return false;
        }
        key.state = state;
        key.policy = TableWords.getOpaque(at + Layout.POLICY);
        return true;
    }

    /** Counts a packet. A concurrent count of another worker may be lost. */
    void count(int slot, int side, int frameLength) {
        long at = address(slot) + Layout.COUNTERS + side * 16L;
        int packets = TableWords.getInt(at) + 1;
        TableWords.setInt(at, packets);
        long carry = packets == 0 ? 1L << Layout.BYTES_BITS : 0;
        TableWords.set(at + Layout.BYTES, TableWords.get(at + Layout.BYTES) + frameLength + carry);
    }

    long packets(int slot, int side) {
        long at = counter(slot, side);
        return segment.get(JAVA_LONG, at + Layout.BYTES) >>> Layout.BYTES_BITS << 32
                | segment.get(JAVA_INT, at) & 0xffff_ffffL;
    }

    long bytes(int slot, int side) {
        return segment.get(JAVA_LONG, counter(slot, side) + Layout.BYTES) & (1L << Layout.BYTES_BITS) - 1;
    }

    // ---- making ----------------------------------------------------------------------------------------------------

    /**
     * Fills an allocated entry and makes it valid. The caller has counted the connection.
     *
     * @param state state word without incarnation
     * @param policy the whole policy word
     * @return false when another worker inserted the same connection first
     */
    boolean insert(int slot, ConnectionTuple key, long state, long policy, long scales, long windowA, long windowB) {
        occupancy.spare(slot, Layout.vlan(policy), Layout.port(policy));
        long at = entry(slot);
        segment.set(JAVA_LONG, at + Layout.HIGH_A, key.highA);
        segment.set(JAVA_LONG, at + Layout.LOW_A, key.lowA);
        segment.set(JAVA_LONG, at + Layout.HIGH_B, key.highB);
        segment.set(JAVA_LONG, at + Layout.LOW_B, key.lowB);
        segment.set(JAVA_LONG, at + Layout.TUPLE, key.tuple);
        LONG.setOpaque(segment, at + Layout.POLICY, policy);
        responders[slot] = 0;
        LONG.setOpaque(segment, at + Layout.SCALES, scales);
        segment.set(JAVA_INT, counter(slot, 0), 0);
        segment.set(JAVA_INT, counter(slot, 1), 0);
        segment.set(JAVA_LONG, counter(slot, 0) + Layout.BYTES, 0);
        segment.set(JAVA_LONG, counter(slot, 1) + Layout.BYTES, 0);
        LONG.setOpaque(segment, window(slot, 0), windowA);
        LONG.setOpaque(segment, window(slot, 1), windowB);
        long live = (long) LONG.getOpaque(segment, at) & Layout.INCARNATION | state;
        LONG.setRelease(segment, at, live);
        key.state = live;
        key.policy = policy;
        return announce(slot, key);
    }

    /**
     * Adds an entry to the index, and checks whether another worker has inserted the same connection: then the later
     * one is removed.
     */
    private boolean announce(int slot, ConnectionTuple key) {
        long at = index.publish(slot, key.hash);
        if (at < 0) {
            remove(slot, key.state);
            return false;
        }
        if ((((long) LONG.getVolatile(segment, entry(slot)) ^ key.state) & Layout.INCARNATION) != 0) {
            index.unpublish(slot, key.hash);
            return false;
        }
        long live = key.state;
        long policy = key.policy;
        VarHandle.fullFence();
        if (index.find(key) != slot) {
            remove(slot, live);
            return false;
        }
        key.state = live;
        key.policy = policy;
        return true;
    }

    /** Changes an entry's state word; returns false when it has changed since it was read. */
    boolean changeState(int slot, long from, long to) {
        long policy = policy(slot);
        if (!LONG.compareAndSet(segment, entry(slot), from, to)) {
            return false;
        }
        phaseChanged(slot, policy, Layout.phase(from), Layout.phase(to));
        return true;
    }

    /** Updates the counts of connections and of spare ones after a change of phase. */
    void phaseChanged(int slot, long policy, int before, int after) {
        if (ConnectionState.isCounted(after) && !ConnectionState.isCounted(before)) {
            occupancy.countFromNowOn(Layout.vlan(policy), Layout.port(policy));
        }
        if (ConnectionState.isSpare(before) != ConnectionState.isSpare(after)) {
            if (ConnectionState.isSpare(after)) {
                occupancy.spare(slot, Layout.vlan(policy), Layout.port(policy));
            } else {
                occupancy.answered(Layout.port(policy));
            }
        }
    }

    /** Changes the policy word of a connection, unless the slot contains another connection meanwhile. */
    void changePolicy(int slot, long state, long from, long to) {
        long at = entry(slot);
        if (from != to && LONG.compareAndSet(segment, at + Layout.POLICY, from, to)
                && (((long) LONG.getVolatile(segment, at) ^ state) & Layout.INCARNATION) != 0) {
            LONG.compareAndSet(segment, at + Layout.POLICY, to, to & ~Layout.EPOCH_MASK);
        }
    }

    // ---- giving up -------------------------------------------------------------------------------------------------

    /**
     * Removes a connection.
     *
     * @param state the state word on which the removal is based
     * @return false when it has changed since
     */
    boolean remove(int slot, long state) {
        long at = entry(slot);
        long free = state + Layout.INCARNATION_STEP & Layout.INCARNATION;
        if (Layout.phase(state) == ConnectionState.FREE || !LONG.compareAndSet(segment, at, state, free)) {
            return false;
        }
        long policy = (long) LONG.getOpaque(segment, at + Layout.POLICY);
        index.unpublish(slot, hashOf(slot));
        occupancy.forget(Layout.vlan(policy), Layout.port(policy), Layout.phase(state));
        freeSlots.release(slot);
        return true;
    }

    long hashOf(int slot) {
        long at = entry(slot);
        return index.hash(segment.get(JAVA_LONG, at + Layout.HIGH_A), segment.get(JAVA_LONG, at + Layout.LOW_A),
                segment.get(JAVA_LONG, at + Layout.HIGH_B), segment.get(JAVA_LONG, at + Layout.LOW_B),
                segment.get(JAVA_LONG, at + Layout.TUPLE),
                (long) LONG.getOpaque(segment, at + Layout.POLICY) & Layout.MEMBERSHIP);
    }
}
