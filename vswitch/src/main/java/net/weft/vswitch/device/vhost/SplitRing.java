package net.weft.vswitch.device.vhost;

import java.lang.invoke.VarHandle;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.PortReason;

/**
 * A split virtqueue as the device sees it (virtio 1.2, 2.7). The guest fills the available ring and Weft the used ring; each
 * side publishes by its index. The guest's index is read with acquire and checked: it can be ahead by the size of the ring at
 * most. Weft's own index is kept here and never read back.
 * <p>
 * A run starts where the used index stands in memory: whatever was taken and not returned before a restart is taken again.
 */
abstract sealed class SplitRing permits GuestTransmitRing, GuestReceiveRing {
    private static final int NO_NOTIFY = 1;
    private static final int NO_INTERRUPT = 1;
    private static final int INDEX = 2;
    private static final int ENTRIES = 4;
    private static final int USED_ENTRY_BYTES = 8;

    /**
     * What a ring is built from: checked addresses here, and the guest's features.
     *
     * @param size entries, a power of two up to 32768
     * @param descriptors aligned to 16
     * @param available aligned to 2
     * @param used aligned to 4
     */
    record Setup(int size, long descriptors, long available, long used, GuestView view, Notifier call, long features) {
        static long descriptorBytes(int size) {
            return (long) size * DescriptorChain.DESCRIPTOR_BYTES;
        }

        static long availableBytes(int size) {
            return 6 + 2L * size;
        }

        static long usedBytes(int size) {
            return 6 + (long) USED_ENTRY_BYTES * size;
        }
    }

    final VhostUserDevice device;
    final GuestView view;
    final DescriptorChain chain;
    final int headerBytes;
    private final int size;
    private final int mask;
    private final long available;
    private final long used;
    private final long usedEvent;
    private final long availableEvent;
    private final boolean eventIndex;
    private final Notifier call;
    private int next;
    private int usedIndex;
    private boolean interrupted;

    SplitRing(VhostUserDevice device, Setup setup) {
        this.device = device;
        this.view = setup.view;
        this.size = setup.size;
        this.mask = size - 1;
        this.available = setup.available;
        this.used = setup.used;
        this.usedEvent = available + ENTRIES + 2L * size;
        this.availableEvent = used + ENTRIES + (long) USED_ENTRY_BYTES * size;
        this.eventIndex = VirtioNet.has(setup.features, VirtioNet.EVENT_IDX);
        this.call = setup.call;
        this.headerBytes = VirtioNet.headerBytes(setup.features);
        this.chain = new DescriptorChain(setup.descriptors, size,
                VirtioNet.has(setup.features, VirtioNet.INDIRECT_DESC),
                view);
        usedIndex = Memory.getShortAcquire(used + INDEX) & 0xFFFF;
        next = usedIndex;
        kicksOff();
    }

    /** Chains that wait, {@code 0..size}; -1, and the device has failed, when the guest's index is impossible. */
    final int waiting() {
        int count = Memory.getShortAcquire(available + INDEX) - next & 0xFFFF;
        if (count > size) {
            violation("its available index is " + count + " entries ahead in a ring of " + size);
            return -1;
        }
        return count;
    }

    /** Opens waiting chain {@code n}; its head, or -1, and the device has failed, when that is no descriptor. */
    final int open(int n) {
        int head = Memory.getShort(available + ENTRIES + 2L * (next + n & mask)) & 0xFFFF;
        if (head >= size) {
            violation("the available ring names descriptor " + head + " of " + size);
            return -1;
        }
        chain.open(head);
        return head;
    }

    /** Notes, not yet visible, that chain {@code n} since the last {@link #publish} is done. */
    final void use(int n, int head, int bytes) {
        Memory.putLong(used + ENTRIES + USED_ENTRY_BYTES * (long) (usedIndex + n & mask), head | (long) bytes << 32);
    }

    /** Returns {@code count} chains to the guest with one release store, and interrupts it if it wishes. */
    final void publish(int count) {
        int old = usedIndex;
        usedIndex = old + count & 0xFFFF;
        next = next + count & 0xFFFF;
        Memory.putShortRelease(used + INDEX, (short) usedIndex);
        VarHandle.fullFence();
        if (wantsInterrupt(old)) {
            call.signal();
        }
    }

    private boolean wantsInterrupt(int old) {
        if (!eventIndex) {
            return (Memory.getShort(available) & NO_INTERRUPT) == 0;
        }
        boolean first = !interrupted;
        interrupted = true;
        int event = Memory.getShort(usedEvent) & 0xFFFF;
        return first || (usedIndex - event - 1 & 0xFFFF) < (usedIndex - old & 0xFFFF);
    }

    /**
     * Asks to be kicked from now on. The fence stands between the wish and the look: either the guest sees the wish after
     * publishing, or this look sees what it published (virtio 1.2, 2.7.13.4).
     *
     * @return true when chains wait already
     */
    final boolean kicksOn() {
        if (eventIndex) {
            Memory.putShort(availableEvent, (short) next);
        } else {
            Memory.putShort(used, (short) 0);
        }
        VarHandle.fullFence();
        return Memory.getShortAcquire(available + INDEX) != (short) next;
    }

    /** No kicks, please. With event indices the guest goes on silently by itself once it has passed the one it was given. */
    final void kicksOff() {
        if (!eventIndex) {
            Memory.putShort(used, (short) NO_NOTIFY);
        }
    }

    /** The index of the next chain to take, as the front end asks for when the ring stops. Not while the ring runs. */
    final int index() {
        return next;
    }

    final void brokenChain() {
        violation(chain.fault());
    }

    final void outside(long address, long bytes) {
        violation("a buffer of " + bytes + " bytes at guest address 0x" + Long.toHexString(address)
                + ", which is not in its memory");
    }

    final void violation(String what) {
        device.fail(PortReason.GUEST_VIOLATION, "the guest's driver broke its " + ringName() + " ring: " + what);
    }

    abstract String ringName();
}
