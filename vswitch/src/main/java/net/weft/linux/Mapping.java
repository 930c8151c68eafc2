package net.weft.linux;

/**
 * Memory mapped from a file descriptor. The mapping outlives the descriptor. After {@link #close()} its addresses must
 * not be accessed any more; this is not checked.
 */
public final class Mapping implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Mapping.class.getName());
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_SHARED = 1;
    private static final int MAP_POPULATE = 0x8000;
    private static final int MADV_POPULATE_READ = 22;
    private static final int MADV_POPULATE_WRITE = 23;
    private static final long PAGE = 4096;

    private final long start;
    private final long mapped;
    private final long address;
    private final long bytes;
    private boolean open = true;

    private Mapping(long start, long mapped, long address, long bytes) {
        this.start = start;
        this.mapped = mapped;
        this.address = address;
        this.bytes = bytes;
    }

    /**
     * Maps a part of a file, readable, writable and shared.
     *
     * @param offset offset of the first byte in the file, a multiple of the page size
     * @throws LinuxException if the kernel refuses
     */
    public static Mapping shared(Fd fd, long offset, long bytes) {
        return map(fd, offset, bytes, PAGE, MAP_SHARED);
    }

    /**
     * Maps a part of a file, readable, writable and shared, including the rest of the pages in which it begins and
     * ends.
     *
     * @param pageBytes page size of the file, a power of two: huge pages can only be mapped and unmapped as a whole
     * @throws LinuxException if the kernel refuses
     */
    public static Mapping part(Fd fd, long offset, long bytes, long pageBytes) {
        return map(fd, offset, bytes, pageBytes, MAP_SHARED);
    }

    /** Maps like {@link #shared}, with all pages present at once, so that the first access does not fault. */
    public static Mapping populated(Fd fd, long offset, long bytes) {
        return map(fd, offset, bytes, PAGE, MAP_SHARED | MAP_POPULATE);
    }

    private static Mapping map(Fd fd, long offset, long bytes, long pageBytes, int flags) {
        long lead = offset & pageBytes - 1;
        long whole = lead + bytes + pageBytes - 1 & -pageBytes;
        long address = FileCalls.mmap(whole, PROT_READ | PROT_WRITE, flags, fd.number(), offset - lead);
        return new Mapping(LinuxException.check(address, "mmap", bytes + " bytes of " + fd), whole, address + lead,
                bytes);
    }

    /**
     * Makes the pages of a range of mapped memory present and writable.
     *
     * @return 0, or the negative errno: {@code -EFAULT} if an access would fault because the file has no such page,
     *     cannot get one, or cannot be written; {@code -ENOMEM} if memory is short; {@code -EINVAL} if the kernel is
     *     older than 5.14, and nothing was done
     */
    public static int makeWritable(long address, long bytes) {
        return populate(address, bytes, MADV_POPULATE_WRITE);
    }

    /**
     * Makes the pages of a range of memory present, as a read does; returns the same values as {@link #makeWritable}.
     */
    public static int makeReadable(long address, long bytes) {
        return populate(address, bytes, MADV_POPULATE_READ);
    }

    /**
     * Returns whether a range of mapped memory cannot be read or, if {@code written}, cannot be written, because its
     * pages are gone or cannot be had. On a kernel older than 5.14 the answer is false.
     */
    public static boolean isGone(long address, long bytes, boolean written) {
        int answer = written ? makeWritable(address, bytes) : makeReadable(address, bytes);
        return answer < 0 && answer != -Errno.EINVAL;
    }

    private static int populate(long address, long bytes, int advice) {
        long lead = address & PAGE - 1;
        int result;
        do {
            result = FileCalls.madvise(address - lead, lead + bytes, advice);
        } while (result == -Errno.EINTR || result == -Errno.EAGAIN);
        return result;
    }

    public long address() {
        return address;
    }

    public long bytes() {
        return bytes;
    }

    @Override
    public synchronized void close() {
        if (open) {
            open = false;
            int result = FileCalls.munmap(start, mapped);
            if (result < 0) {
                LOG.log(System.Logger.Level.ERROR, "munmap of " + mapped + " bytes at 0x" + Long.toHexString(start)
                        + " failed, so they stay mapped: " + Errno.strerror(result) + "; please report this");
            }
        }
    }
}
