package net.weft.vswitch.device.vhost;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import net.weft.linux.FaultCalls;
import net.weft.linux.Fd;
import net.weft.linux.Mapping;
import net.weft.linux.Memory;

/**
 * The bitmap that reports written pages of guest memory to the front end while it migrates a guest: bit {@code n % 8}
 * of byte {@code n / 8} for page {@code n} of {@value #PAGE} bytes (vhost-user, "Migration"). A bit is set after the
 * write to its page. The front end may clear bits at any time; if it does so between the read and the write of a word
 * here, the bit stays set and the page is copied once more. Local writers exclude each other. Any thread.
 */
final class DirtyLog implements AutoCloseable {
    static final int PAGE = 4096;
    private static final int PAGE_SHIFT = 12;
    /**
     * Largest log, bytes: for twice the memory that a front end may have, to allow for gaps in the guest's address
     * space.
     */
    private static final long MAX_BYTES = 2 * AddressSpace.LIMIT / PAGE / 8;

    private final AtomicBoolean claimed = new AtomicBoolean();
    private final Mapping mapping;
    private final long base;
    private final long bytes;

    private DirtyLog(Mapping mapping, long base, long bytes) {
        this.mapping = mapping;
        this.base = base;
        this.bytes = bytes;
    }

    /** Maps the log that a SET_LOG_BASE describes: size, offset in the file. */
    static DirtyLog map(ByteBuffer in, List<Fd> files, MemoryRules rules) throws VhostViolationException {
        long bytes = in.getLong();
        long offset = in.getLong();
        if (files.size() != 1) {
            throw new VhostViolationException("a log of written pages came with " + files.size()
                    + " descriptors; expected one, of shared memory");
        }
        PassedMemory memory = PassedMemory.of(files.getFirst(), rules);
        long available = memory.bytes();
        if (bytes <= 0 || offset < 0 || offset % PAGE != 0 || offset > available || bytes > available - offset
                || bytes > MAX_BYTES) {
            throw new VhostViolationException("a log of written pages of " + Long.toUnsignedString(bytes)
                    + " bytes at offset " + Long.toUnsignedString(offset) + " of a file of " + available
                    + " bytes; expected it to lie in the file, from a multiple of " + PAGE + " on, and " + MAX_BYTES
                    + " bytes at most");
        }
        Mapping mapping = memory.map(offset, bytes, "a log of written pages");
        return new DirtyLog(mapping, mapping.address(), bytes);
    }

    /** Checks that the log covers all guest addresses below {@code end}. */
    void requireCovers(long end, String what) throws VhostViolationException {
        if (end < 0 || end - 1 >>> PAGE_SHIFT >= bytes * 8) {
            throw new VhostViolationException("a log of written pages of " + bytes + " bytes is too small for " + what
                    + ", which ends at guest address 0x" + Long.toHexString(end) + "; expected at least "
                    + ((end - 1 >>> PAGE_SHIFT + 3) + 1));
        }
    }

    /**
     * Sets the bit of each page that the range touches. The range must be covered: see {@link #requireCovers}. A full
     * fence separates the write of a page from the test of its bit: otherwise the front end could clear a bit that is
     * found set, and copy the page, before the write can be seen.
     */
    void mark(long guest, long length) {
        VarHandle.fullFence();
        long last = guest + length - 1 >>> PAGE_SHIFT;
        for (long page = guest >>> PAGE_SHIFT; page <= last && page >>> 3 < bytes; page++) {
            long word = base + (page >>> 5 << 2);
            int bit = 1 << (page & 31);
            if ((Memory.getInt(word) & bit) == 0) {
                set(word, bit);
            }
        }
    }

    /** Sets a bit by a read and a write, because compare-and-set is not safe on memory that may be gone. */
    private void set(long word, int bit) {
        FaultCalls.deliver();
        while (!claimed.compareAndSet(false, true)) {
            Thread.onSpinWait();
        }
        try {
            Memory.putInt(word, Memory.getInt(word) | bit);
            FaultCalls.deliver();
        } finally {
            claimed.setRelease(false);
        }
    }

    /** Returns whether the log's memory is gone, so that it cannot be written any more. */
    boolean isGone() {
        return Mapping.isGone(base, bytes, true);
    }

    @Override
    public void close() {
        mapping.close();
    }
}
