package net.weft.vswitch.device.vhost;

import java.nio.ByteBuffer;
import java.util.List;
import net.weft.linux.Fd;
import net.weft.linux.LinuxException;
import net.weft.linux.Mapping;
import net.weft.linux.Memory;

/**
 * The bitmap in which a front end, while it moves a guest, is told of each page of the guest's memory that was written: bit
 * {@code n % 8} of byte {@code n / 8} for page {@code n} of {@value #PAGE} bytes (vhost-user, "Migration"). The front end takes
 * bits out at any time, so they are set atomically, and after the write that they tell of. Any thread.
 */
final class DirtyLog implements AutoCloseable {
    static final int PAGE = 4096;
    private static final int PAGE_SHIFT = 12;

    private final Mapping mapping;
    private final long base;
    private final long bytes;

    private DirtyLog(Mapping mapping, long base, long bytes) {
        this.mapping = mapping;
        this.base = base;
        this.bytes = bytes;
    }

    /** Maps the log that a SET_LOG_BASE describes: size, offset in the file. */
    static DirtyLog map(ByteBuffer in, List<Fd> files) throws VhostViolationException {
        long bytes = in.getLong();
        long offset = in.getLong();
        if (files.size() != 1) {
            throw new VhostViolationException("a log of written pages came with " + files.size()
                    + " descriptors; expected one, of shared memory");
        }
        long available = PassedFile.bytes(files.getFirst());
        if (bytes <= 0 || offset < 0 || offset % PAGE != 0 || offset > available || bytes > available - offset) {
            throw new VhostViolationException("a log of written pages of " + Long.toUnsignedString(bytes)
                    + " bytes at offset " + Long.toUnsignedString(offset) + " of a file of " + available
                    + " bytes; expected it to lie in the file, from a multiple of " + PAGE + " on");
        }
        try {
            Mapping mapping = Mapping.shared(files.getFirst(), offset, bytes);
            return new DirtyLog(mapping, mapping.address(), bytes);
        } catch (LinuxException e) {
            throw new VhostViolationException("a log of written pages cannot be mapped: " + e.getMessage());
        }
    }

    /** Holds it against the end of what will be marked. */
    void requireCovers(long end, String what) throws VhostViolationException {
        if (end < 0 || end - 1 >>> PAGE_SHIFT >= bytes * 8) {
            throw new VhostViolationException("a log of written pages of " + bytes + " bytes is too small for " + what
                    + ", which ends at guest address 0x" + Long.toHexString(end) + "; expected at least "
                    + ((end - 1 >>> PAGE_SHIFT + 3) + 1));
        }
    }

    /** Sets the bit of each page that the range touches. It was found covered. */
    void mark(long guest, long length) {
        long last = guest + length - 1 >>> PAGE_SHIFT;
        for (long page = guest >>> PAGE_SHIFT; page <= last && page >>> 3 < bytes; page++) {
            long word = base + (page >>> 5 << 2);
            int bit = 1 << (page & 31);
            if ((Memory.getInt(word) & bit) == 0) {
                Memory.orInt(word, bit);
            }
        }
    }

    @Override
    public void close() {
        mapping.close();
    }
}
