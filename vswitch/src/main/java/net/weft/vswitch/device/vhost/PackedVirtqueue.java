package net.weft.vswitch.device.vhost;

import java.lang.invoke.VarHandle;
import net.weft.linux.Mapping;
import net.weft.linux.Memory;
import org.jspecify.annotations.Nullable;

/**
 * A packed virtqueue (virtio 1.2, 2.8): one ring, in which the guest makes descriptors available and Weft writes over
 * them as used. Two flags, compared with a wrap counter that flips at the end of the ring, tell which side owns a
 * descriptor.
 * <p>
 * Chains are returned in order, so each is returned in the slot of its head, and one position describes a stopped ring
 * completely. The second half of a descriptor (length, id, flags) is read and written as one word. The guest reads the
 * first chain of a returned burst first, so the word of that chain is stored last, with release.
 */
final class PackedVirtqueue extends Virtqueue {
    /** Flags in the upper two bytes of that structure; the lower two bytes hold the position of the wanted event. */
    private static final int DISABLE = 1;
    private static final int AT_DESCRIPTOR = 2;
    private static final int EVENT_FLAGS = 3;

    private final int size;
    private final long ring;
    private final long driverArea;
    private final long deviceArea;
    private final boolean eventIndex;
    private final boolean indirectAllowed;
    private final Notifier call;
    private final @Nullable PackedInflight inflight;
    /** First slot of each held chain; the entry after the last is the slot of the next chain. */
    private final int[] slot = new int[CAPACITY + 1];
    /** Number of slots of all held chains. */
    private int slots;
    private int next;
    private int wrap;
    private boolean interrupted;

    PackedVirtqueue(RingOwner owner, RingSetup setup, boolean writable) {
        super(owner, setup.view(), writable);
        this.size = setup.size();
        this.ring = setup.descriptors();
        this.driverArea = setup.driver();
        this.deviceArea = setup.device();
        this.eventIndex = VirtioNet.has(setup.features(), VirtioNet.EVENT_IDX);
        this.indirectAllowed = VirtioNet.has(setup.features(), VirtioNet.INDIRECT_DESC);
        this.call = setup.call();
        this.inflight = setup.inflight() == 0 ? null : new PackedInflight(setup.inflight(), size);
        next = PackedPosition.slot(setup.base());
        wrap = PackedPosition.wrap(setup.base());
        kicksOff();
    }

    @Override
    void rewind() {
        super.rewind();
        slots = 0;
        slot[0] = next;
    }

    @Override
    int fetch(int limit, int enough) {
        int end = Math.min(CAPACITY, chains + limit);
        while (chains < end && slots < size) {
            int head = slot[chains];
            long word = Memory.getLongAcquire(ring + 16L * head + 8);
            if (!PackedPosition.isAvailable(word, head < next ? wrap ^ 1 : wrap)) {
                break;
            }
            beginChain();
            int outcome = fetchChain(head, word);
            if (outcome != DONE) {
                return outcome == FULL ? fullArrays() : BROKEN;
            }
            chains++;
        }
        full = chains == CAPACITY;
        return held();
    }

    /**
     * Reads the chain at {@code head}, whose second word is {@code word}; adds its slots to {@link #slots} when it is
     * complete.
     */
    private int fetchChain(int head, long word) {
        int at = head;
        long rest = word;
        int taken = slots;
        while (true) {
            int flags = (int) (rest >>> 48);
            long address = Memory.getLong(ring + 16L * at);
            int outcome = (flags & DescriptorChain.INDIRECT) == 0
                    ? add(address, rest & 0xFFFF_FFFFL, (flags & DescriptorChain.WRITE) != 0)
                    : fetchTable(address, rest & 0xFFFF_FFFFL, at == head && (flags & DescriptorChain.NEXT) == 0);
            if (outcome != DONE) {
                return outcome;
            }
            taken++;
            at = at + 1 == size ? 0 : at + 1;
            if ((flags & DescriptorChain.NEXT) == 0) {
                break;
            }
            if (taken == size) {
                return violation("a chain that runs into itself or others, in a ring of " + size);
            }
            rest = Memory.getLong(ring + 16L * at + 8);
        }
        if (ended() != DONE) {
            return BROKEN;
        }
        slots = taken;
        id[chains] = (int) (rest >>> 32) & 0xFFFF;
        slot[chains + 1] = at;
        return DONE;
    }

    /** Reads an indirect table, whose entries form one chain in table order (virtio 1.2, 2.8.7). */
    private int fetchTable(long address, long tableBytes, boolean allowed) {
        if (!indirectAllowed || !allowed) {
            return violation("an indirect descriptor where none may be");
        }
        if (tableBytes == 0 || tableBytes % 16 != 0
                || tableBytes / 16 > Math.max(DescriptorChain.INDIRECT_ENTRIES, size)) {
            return violation("an indirect table of " + tableBytes + " bytes");
        }
        long table = view.at(address, tableBytes);
        if (table == 0 || view.run() < tableBytes) {
            return violation("an indirect table at 0x" + Long.toHexString(address) + ", which is not in its memory");
        }
        for (long entry = table; entry < table + tableBytes; entry += 16) {
            long rest = Memory.getLong(entry + 8);
            int flags = (int) (rest >>> 48);
            if ((flags & DescriptorChain.INDIRECT) != 0) {
                return violation("an indirect descriptor where none may be");
            }
            int outcome = add(Memory.getLong(entry), rest & 0xFFFF_FFFFL, (flags & DescriptorChain.WRITE) != 0);
            if (outcome != DONE) {
                return outcome;
            }
        }
        return DONE;
    }

    @Override
    void complete(int count) {
        int old = next;
        int oldWrap = wrap;
        next = slot[count];
        wrap = next <= old ? oldWrap ^ 1 : oldWrap;
        PackedInflight kept = inflight;
        if (kept != null) {
            for (int n = 0; n < count; n++) {
                kept.note(n, distance(slot[n], slot[n + 1]), id[n], written[n]);
            }
            kept.begin(count, old, oldWrap, next, wrap);
        }
        for (int n = count - 1; n > 0; n--) {
            Memory.putLong(ring + 16L * slot[n] + 8,
                    PackedPosition.used(id[n], written[n], slot[n] < old ? oldWrap ^ 1 : oldWrap));
        }
        Memory.putLongRelease(ring + 16L * old + 8, PackedPosition.used(id[0], written[0], oldWrap));
        if (kept != null) {
            kept.end(next, wrap);
        }
        rewind();
        VarHandle.fullFence();
        if (wantsInterrupt(old, oldWrap, distance(old, next))) {
            call.signal();
        }
    }

    /** Returns the number of slots from one slot forward to another; a whole lap when they are equal. */
    private int distance(int from, int to) {
        return to > from ? to - from : to - from + size;
    }

    /**
     * Returns whether the guest wants an interrupt for {@code moved} slots returned from {@code old} on (virtio 1.2,
     * 2.8.10).
     */
    private boolean wantsInterrupt(int old, int oldWrap, int moved) {
        boolean first = !interrupted;
        interrupted = true;
        int event = Memory.getInt(driverArea);
        int flags = event >>> 16 & EVENT_FLAGS;
        if (flags != AT_DESCRIPTOR || !eventIndex) {
            return flags != DISABLE;
        }
        int ahead = PackedPosition.slot(event) - old + (PackedPosition.wrap(event) == oldWrap ? 0 : size);
        return first || ahead >= 0 && ahead < moved;
    }

    @Override
    boolean kicksOn() {
        Memory.putInt(deviceArea, eventIndex ? next | wrap << 15 | AT_DESCRIPTOR << 16 : 0);
        VarHandle.fullFence();
        return PackedPosition.isAvailable(Memory.getLongAcquire(ring + 16L * next + 8), wrap);
    }

    @Override
    void kicksOff() {
        Memory.putInt(deviceArea, DISABLE << 16);
    }

    @Override
    boolean isRingGone() {
        PackedInflight kept = inflight;
        return Mapping.isGone(ring, RingSetup.descriptorBytes(size), true)
                || Mapping.isGone(driverArea, RingSetup.EVENT_BYTES, false)
                || Mapping.isGone(deviceArea, RingSetup.EVENT_BYTES, true) || kept != null && kept.isGone();
    }

    @Override
    int base() {
        return PackedPosition.of(next, wrap);
    }
}
