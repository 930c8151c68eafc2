package net.weft.linux;

/**
 * Memory mapped from a file descriptor, by address. It outlives the descriptor; after {@link #close()} its addresses must not be touched
 * any more, which nobody checks.
 */
public final class Mapping implements AutoCloseable {
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_SHARED = 1;
    private static final int MAP_POPULATE = 0x8000;

    private final long address;
    private final long bytes;
    private boolean open = true;

    private Mapping(long address, long bytes) {
        this.address = address;
        this.bytes = bytes;
    }

    /**
     * Maps readable, writable and shared.
     *
     * @param offset of the first byte within the file, a multiple of the page size
     * @throws LinuxException if the kernel refuses
     */
    public static Mapping shared(Fd fd, long offset, long bytes) {
        return map(fd, offset, bytes, MAP_SHARED);
    }

    /** As {@link #shared}, with all pages present at once, so that the first touch does not fault. */
    public static Mapping populated(Fd fd, long offset, long bytes) {
        return map(fd, offset, bytes, MAP_SHARED | MAP_POPULATE);
    }

    private static Mapping map(Fd fd, long offset, long bytes, int flags) {
        long address = FileCalls.mmap(bytes, PROT_READ | PROT_WRITE, flags, fd.number(), offset);
        return new Mapping(LinuxException.check(address, "mmap", bytes + " bytes of " + fd), bytes);
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
            FileCalls.munmap(address, bytes);
        }
    }
}
