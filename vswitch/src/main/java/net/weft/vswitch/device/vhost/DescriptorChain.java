package net.weft.vswitch.device.vhost;

import net.weft.linux.Memory;
import org.jspecify.annotations.Nullable;

/**
 * Walks the descriptors of one chain of a split ring, indirect tables included (virtio 1.2, 2.7.5). Each descriptor is
 * read once, as two words, and only these copies are used, because the guest may change the original; a counter stops a
 * chain that does not end.
 */
final class DescriptorChain {
    static final int DESCRIPTOR_BYTES = 16;
    /** Results of {@link #next}. */
    static final int END = 0;
    static final int FOUND = 1;
    static final int BROKEN = -1;

    /** Flags of a descriptor. */
    static final int NEXT = 1;
    static final int WRITE = 2;
    static final int INDIRECT = 4;

    /** Largest indirect table, in entries: the same as in QEMU. Linux makes indirect tables longer than the ring. */
    static final int INDIRECT_ENTRIES = 1024;

    private final long ring;
    private final int ringSize;
    private final boolean indirectAllowed;
    private final GuestView view;
    private long table;
    private int tableSize;
    private int index;
    private int left;
    private long address;
    private long bytes;
    private boolean writable;
    private boolean indirect;
    private @Nullable String fault;

    /** @param ring local address of {@code ringSize} descriptors */
    DescriptorChain(long ring, int ringSize, boolean indirectAllowed, GuestView view) {
        this.ring = ring;
        this.ringSize = ringSize;
        this.indirectAllowed = indirectAllowed;
        this.view = view;
    }

    /** Starts at descriptor {@code head} of the ring. The value is untrusted; any number is allowed. */
    void open(int head) {
        table = ring;
        tableSize = ringSize;
        left = ringSize;
        indirect = false;
        index = head;
    }

    /** Advances to the next descriptor and returns {@link #FOUND}, {@link #END} or {@link #BROKEN}. */
    int next() {
        if (index < 0) {
            return END;
        }
        if (index >= tableSize) {
            return broken("a descriptor index of " + index + " in a table of " + tableSize);
        }
        if (--left < 0) {
            return broken("a chain of more than " + tableSize + " descriptors, or a loop");
        }
        long at = table + (long) index * DESCRIPTOR_BYTES;
        address = Memory.getLong(at);
        long rest = Memory.getLong(at + 8);
        bytes = rest & 0xFFFF_FFFFL;
        int flags = (int) (rest >>> 32) & 0xFFFF;
        index = (flags & NEXT) != 0 ? (int) (rest >>> 48) : -1;
        writable = (flags & WRITE) != 0;
        return (flags & INDIRECT) == 0 ? FOUND : enter();
    }

    private int enter() {
        if (!indirectAllowed || indirect || index >= 0) {
            return broken("an indirect descriptor where none may be");
        }
        int entries = (int) (bytes / DESCRIPTOR_BYTES);
        if (bytes == 0 || bytes % DESCRIPTOR_BYTES != 0 || entries > Math.max(INDIRECT_ENTRIES, ringSize)) {
            return broken("an indirect table of " + bytes + " bytes");
        }
        long here = view.at(address, bytes);
        if (here == 0 || view.run() < bytes) {
            return broken("an indirect table at 0x" + Long.toHexString(address) + ", which is not in its memory");
        }
        indirect = true;
        table = here;
        tableSize = entries;
        left = entries;
        index = 0;
        return next();
    }

    private int broken(String what) {
        fault = what;
        return BROKEN;
    }

    /** Guest address of the current buffer. */
    long address() {
        return address;
    }

    /** Length of the current buffer in bytes, {@code 0..2^32-1}. */
    long bytes() {
        return bytes;
    }

    /** Returns whether the current buffer is write-only for Weft; otherwise it is read-only. */
    boolean writable() {
        return writable;
    }

    /** The rule that the guest broke. */
    String fault() {
        return fault == null ? "" : fault;
    }
}
