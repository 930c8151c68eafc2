package net.weft.linux;

import java.lang.foreign.Arena;

/**
 * The status of an open file, independent of its current name. Reading it may block in the file system (FUSE).
 *
 * @param mode file type and permissions
 * @param owner user ID
 * @param links number of hard links
 * @param bytes size of the file
 * @param allocatedBytes space that the file has; less than its size where it has holes
 * @param blockBytes preferred I/O size in bytes; for a file of huge pages, the page size
 */
public record FileStatus(int mode, int owner, long links, long bytes, long allocatedBytes, int blockBytes) {
    private static final int TYPE = 0170000;
    private static final int REGULAR = 0100000;

    /** Bytes of {@code struct statx}. */
    private static final int STATX_BYTES = 256;
    private static final int BASIC = 0x7ff;
    private static final int BLOCK_BYTES = 4;
    private static final int LINKS = 16;
    private static final int OWNER = 20;
    private static final int MODE = 28;
    private static final int SIZE = 40;
    private static final int BLOCKS = 48;
    private static final int BLOCK = 512;

    /** @throws LinuxException if the file system does not report the status */
    public static FileStatus of(Fd fd) {
        try (Arena arena = Arena.ofConfined()) {
            long at = arena.allocate(STATX_BYTES, 8).address();
            LinuxException.check(FileCalls.statx(fd.number(), arena.allocateFrom("").address(), BASIC, at), "statx",
                    fd.toString());
            return new FileStatus(Memory.getShort(at + MODE) & 0xffff, Memory.getInt(at + OWNER),
                    Memory.getInt(at + LINKS) & 0xffff_ffffL, Memory.getLong(at + SIZE),
                    Memory.getLong(at + BLOCKS) * BLOCK,
                    Memory.getInt(at + BLOCK_BYTES));
        }
    }

    /** Returns whether this is a regular file; a memfd is one. */
    public boolean isRegular() {
        return (mode & TYPE) == REGULAR;
    }

    /** The permission bits, as in chmod. */
    public int permissions() {
        return mode & 07777;
    }
}
