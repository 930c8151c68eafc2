package net.weft.vswitch.device.vhost;

import net.weft.linux.EventFd;
import net.weft.linux.Fd;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of one ring as received from the front end so far. Owned by the connection's thread; the notifier
 * is shared with workers.
 */
final class Vring implements AutoCloseable {
    static final int MAX_SIZE = 32768;
    private static final long NOT_LOGGED = -1;

    final Notifier call = new Notifier();
    private int size;
    private int base;
    private boolean enabled;
    private boolean addressed;
    private long descriptors;
    private long available;
    private long used;
    private long logged = NOT_LOGGED;
    private @Nullable EventFd kick;
    private boolean started;
    private boolean polled;

    void size(int entries) throws VhostViolationException {
        if (entries <= 0 || entries > MAX_SIZE) {
            throw new VhostViolationException("a ring of " + Integer.toUnsignedString(entries)
                    + " entries; expected 1-" + MAX_SIZE);
        }
        size = entries;
    }

    /** Sets the ring's addresses, which are front-end virtual addresses. */
    void addresses(long descriptorTable, long usedRing, long availableRing) throws VhostViolationException {
        if ((descriptorTable & 15) != 0 || (usedRing & 3) != 0 || (availableRing & 1) != 0) {
            throw new VhostViolationException("ring addresses are not aligned to 16, 4 and 2 bytes");
        }
        descriptors = descriptorTable;
        used = usedRing;
        available = availableRing;
        addressed = true;
    }

    /** Returns whether the ring has these front-end virtual addresses. */
    boolean isAt(long descriptorTable, long usedRing, long availableRing) {
        return addressed && descriptors == descriptorTable && used == usedRing && available == availableRing;
    }

    /**
     * Enables or disables logging of Weft's writes to the ring.
     *
     * @param guest guest address of the part of the ring that Weft writes
     */
    void logged(boolean on, long guest) {
        logged = on ? guest : NOT_LOGGED;
    }

    /**
     * Creates the log in which the ring of a running device marks its writes. A packed ring is written where it is
     * read, so its descriptors are included.
     */
    RingLog log(DirtyLog log, GuestMemory memory, long features, Notifier written) throws VhostViolationException {
        GuestView view = memory.view();
        boolean packed = VirtioNet.has(features, VirtioNet.RING_PACKED);
        long bytes = packed ? RingSetup.EVENT_BYTES : RingSetup.usedBytes(size);
        long tableBytes = RingSetup.descriptorBytes(size);
        if (logged == NOT_LOGGED) {
            return new RingLog(log, view, written, new long[0], new long[0]);
        }
        log.requireCovers(logged < 0 || logged > Long.MAX_VALUE - bytes ? -1 : logged + bytes, "a ring");
        return packed
                ? new RingLog(log, view, written,
                        new long[]{logged, view.guest(memory.ofUser(descriptors, tableBytes))},
                        new long[]{bytes, tableBytes})
                : new RingLog(log, view, written, new long[]{logged}, new long[]{bytes});
    }

    int base() {
        return base;
    }

    void base(int index) {
        base = index;
    }

    boolean isEnabled() {
        return enabled;
    }

    void enabled(boolean on) {
        enabled = on;
    }

    /** Starts the ring. @param next the kick eventfd; null if the guest does not kick */
    void start(@Nullable Fd next) {
        stop();
        polled = next == null;
        kick = next == null ? new EventFd() : new EventFd(next);
        started = true;
    }

    /** Stops the ring and closes its kick eventfd. */
    void stop() {
        started = false;
        EventFd old = kick;
        kick = null;
        if (old != null) {
            old.close();
        }
    }

    /**
     * Takes the kicks that nobody has read. A front end that gets its ring back takes a kick that it still finds there
     * for work of its own: QEMU 7.2 then serves the ring beside the next back end, and returns chains twice.
     */
    void drainKicks() {
        EventFd current = kick;
        if (current != null) {
            current.drain();
        }
    }

    /** Wakes the thread that waits for a kick. */
    void wake() {
        EventFd current = kick;
        if (current != null) {
            current.signal();
        }
    }

    /** The kick eventfd of a started ring. */
    EventFd kick() {
        EventFd current = kick;
        if (current == null) {
            throw new IllegalStateException("the ring is not started");
        }
        return current;
    }

    boolean isPolled() {
        return polled;
    }

    boolean isAddressed() {
        return addressed && size > 0;
    }

    /** Returns whether the ring can run once it is enabled. */
    boolean isSetUp() {
        return started && isAddressed();
    }

    /** Validates size and base against each other and the ring format. */
    void check(long features) throws VhostViolationException {
        boolean packed = VirtioNet.has(features, VirtioNet.RING_PACKED);
        if (!packed && Integer.bitCount(size) != 1) {
            throw new VhostViolationException("a split ring of " + size + " entries; expected a power of two");
        }
        if (packed && PackedPosition.slot(base) >= size) {
            throw new VhostViolationException("a packed ring of " + size + " entries that stands at entry "
                    + PackedPosition.slot(base));
        }
    }

    /** Resolves all addresses in the guest's memory; null if they are outside it or not aligned. */
    @Nullable
    RingSetup setup(GuestMemory memory, long features) {
        boolean packed = VirtioNet.has(features, VirtioNet.RING_PACKED);
        long table = memory.ofUser(descriptors, RingSetup.descriptorBytes(size));
        long driver = memory.ofUser(available,
                packed ? RingSetup.EVENT_BYTES : RingSetup.availableBytes(size));
        long device = memory.ofUser(used, packed ? RingSetup.EVENT_BYTES : RingSetup.usedBytes(size));
        if (table == 0 || driver == 0 || device == 0 || (table & 15 | device & 3 | driver & (packed ? 3 : 1)) != 0) {
            return null;
        }
        return new RingSetup(size, table, driver, device, memory.view(), call, features, base, 0);
    }

    @Override
    public void close() {
        stop();
        enabled = false;
        addressed = false;
        call.close();
    }
}
