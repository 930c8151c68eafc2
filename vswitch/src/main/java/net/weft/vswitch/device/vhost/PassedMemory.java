package net.weft.vswitch.device.vhost;

import net.weft.linux.Errno;
import net.weft.linux.Fd;
import net.weft.linux.FileStatus;
import net.weft.linux.LinuxException;
import net.weft.linux.Mapping;

/**
 * A memory file received over the socket. The order of the checks matters: first the seals are queried, which never
 * blocks and distinguishes memory from files of a file system that may block (FUSE, NFS); then the file is sealed, so
 * that it cannot shrink after the checks; then its size is read.
 *
 * @param bytes size of the file; it cannot shrink if {@code sealed}
 * @param pageBytes page size in which the file can be mapped
 */
record PassedMemory(Fd file, long bytes, long pageBytes, boolean sealed) {
    private static final long SMALLEST_PAGE = 4096;

    static PassedMemory of(Fd file, MemoryRules rules) throws VhostViolationException {
        int seals = file.seals();
        if (seals < 0 && !rules.anyFile()) {
            throw VhostViolationException.refused("the memory that was passed is neither a memfd nor a file of tmpfs or"
                    + " hugetlbfs, so that its file system could keep Weft waiting; use memory-backend-memfd (libvirt:"
                    + " <source type='memfd'/> in <memoryBacking>), or allow it by `memory: any-file` at the port");
        }
        boolean sealed = seals >= 0 && ((seals & Fd.F_SEAL_SHRINK) != 0 || file.seal(Fd.F_SEAL_SHRINK) == 0);
        if (rules.sealed() && !sealed) {
            throw VhostViolationException
                    .refused("the memory that was passed can be made shorter under Weft's feet, which"
                            + " `require-sealed-memory` of the port forbids; use memory-backend-memfd with seal=on");
        }
        try {
            FileStatus status = FileStatus.of(file);
            int block = status.blockBytes();
            return new PassedMemory(file, status.isRegular() ? status.bytes() : 0,
                    block >= SMALLEST_PAGE && Integer.bitCount(block) == 1 ? block : SMALLEST_PAGE, sealed);
        } catch (LinuxException e) {
            throw new VhostViolationException("the memory that was passed cannot be looked at: " + e.getMessage());
        }
    }

    /**
     * Maps a part of the file, and no more than that, because the file may be far longer.
     *
     * @param what name of the part, for the error message
     */
    Mapping map(long offset, long length, String what) throws VhostViolationException {
        try {
            return Mapping.part(file, offset, length, pageBytes);
        } catch (LinuxException e) {
            throw e.errno() == Errno.ENOMEM
                    ? VhostViolationException.noRoom(what + " of " + length + " bytes cannot be mapped: "
                            + Errno.strerror(e.errno()))
                    : new VhostViolationException(
                            what + " of " + length + " bytes cannot be mapped: " + e.getMessage());
        }
    }
}
