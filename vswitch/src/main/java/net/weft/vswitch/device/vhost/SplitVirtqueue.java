package net.weft.vswitch.device.vhost;

import java.lang.invoke.VarHandle;
import net.weft.linux.Mapping;
import net.weft.linux.Memory;

/**
 * A split virtqueue (virtio 1.2, 2.7). The guest fills the available ring and Weft the used ring; each side publishes
 * by its index. The guest's index is read with acquire and checked: it can be ahead by the ring size at most. Weft's
 * own index is kept here and never read back from guest memory.
 * <p>
 * A run starts at the used index in guest memory, so chains that were fetched but not returned before a restart are
 * fetched again.
 */
final class SplitVirtqueue extends Virtqueue {
    private static final int NO_NOTIFY = 1;
    private static final int NO_INTERRUPT = 1;
    private static final int INDEX = 2;
    private static final int ENTRIES = 4;
    private static final int USED_ENTRY_BYTES = RingSetup.USED_ENTRY_BYTES;

    private final DescriptorChain chain;
    private final int size;
    private final int mask;
    private final long descriptors;
    private final long available;
    private final long used;
    private final long usedEvent;
    private final long availableEvent;
    private final boolean eventIndex;
    private final Notifier call;
    private int next;
    private boolean interrupted;

    SplitVirtqueue(RingOwner owner, RingSetup setup, boolean writable) {
        super(owner, setup.view(), writable);
        this.size = setup.size();
        this.mask = size - 1;
        this.descriptors = setup.descriptors();
        this.available = setup.driver();
        this.used = setup.device();
        this.usedEvent = available + ENTRIES + 2L * size;
        this.availableEvent = used + ENTRIES + (long) USED_ENTRY_BYTES * size;
        this.eventIndex = VirtioNet.has(setup.features(), VirtioNet.EVENT_IDX);
        this.call = setup.call();
        this.chain = new DescriptorChain(descriptors, size, VirtioNet.has(setup.features(), VirtioNet.INDIRECT_DESC),
                view);
        next = Memory.getShortAcquire(used + INDEX) & 0xFFFF;
        kicksOff();
    }

    @Override
    int fetch(int limit, int enough) {
        int waiting = Memory.getShortAcquire(available + INDEX) - next & 0xFFFF;
        if (waiting > size) {
            return violation("its available index is " + waiting + " entries ahead in a ring of " + size);
        }
        int end = Math.min(waiting, Math.min(CAPACITY, chains + limit));
        while (chains < end) {
            int head = Memory.getShort(available + ENTRIES + 2L * (next + chains & mask)) & 0xFFFF;
            if (head >= size) {
                return violation("the available ring names descriptor " + head + " of " + size);
            }
            beginChain();
            int outcome = fetchChain(head, enough);
            if (outcome != DONE) {
                return outcome == FULL ? fullArrays() : BROKEN;
            }
            id[chains++] = head;
        }
        full = chains == CAPACITY;
        return held();
    }

    private int fetchChain(int head, int enough) {
        long at = descriptors + (long) head * DescriptorChain.DESCRIPTOR_BYTES;
        long rest = Memory.getLong(at + 8);
        int flags = (int) (rest >>> 32);
        if ((flags & (DescriptorChain.NEXT | DescriptorChain.INDIRECT)) == 0) {
            return add(Memory.getLong(at), rest & 0xFFFF_FFFFL, (flags & DescriptorChain.WRITE) != 0);
        }
        chain.open(head);
        int step = chain.next();
        while (step == DescriptorChain.FOUND && bytes[chains] < enough) {
            int outcome = add(chain.address(), chain.bytes(), chain.writable());
            if (outcome != DONE) {
                return outcome;
            }
            step = chain.next();
        }
        return step == DescriptorChain.BROKEN ? violation(chain.fault()) : ended();
    }

    @Override
    void complete(int count) {
        int old = next;
        for (int n = 0; n < count; n++) {
            Memory.putLong(used + ENTRIES + USED_ENTRY_BYTES * (long) (old + n & mask),
                    id[n] | (long) written[n] << 32);
        }
        next = old + count & 0xFFFF;
        rewind();
        Memory.putShortRelease(used + INDEX, (short) next);
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
        return first || (next - event - 1 & 0xFFFF) < (next - old & 0xFFFF);
    }

    /** {@inheritDoc} See virtio 1.2, 2.7.13.4. */
    @Override
    boolean kicksOn() {
        if (eventIndex) {
            Memory.putShort(availableEvent, (short) next);
        } else {
            Memory.putShort(used, (short) 0);
        }
        VarHandle.fullFence();
        return Memory.getShortAcquire(available + INDEX) != (short) next;
    }

    /**
     * Disables kicks. With event indices nothing is written, because the guest stops kicking once it has passed the
     * index it was given.
     */
    @Override
    void kicksOff() {
        if (!eventIndex) {
            Memory.putShort(used, (short) NO_NOTIFY);
        }
    }

    @Override
    boolean isRingGone() {
        return Mapping.isGone(descriptors, RingSetup.descriptorBytes(size), false)
                || Mapping.isGone(available, RingSetup.availableBytes(size), false)
                || Mapping.isGone(used, RingSetup.usedBytes(size), true);
    }

    @Override
    int base() {
        return next;
    }
}
