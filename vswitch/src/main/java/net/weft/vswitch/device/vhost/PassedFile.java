package net.weft.vswitch.device.vhost;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.weft.linux.Fd;
import org.jspecify.annotations.Nullable;

/**
 * Checks on the type and content of a descriptor received over the socket. The flags of an open file are shared with
 * its sender, so they are not trusted.
 */
final class PassedFile {
    private static final int CHUNK_BYTES = 1 << 16;

    private PassedFile() {
    }

    /** Removes the eventfd of a kick or call message from {@code files}; null if the message announces none. */
    static @Nullable Fd takeEvent(int word, List<Fd> files) throws VhostViolationException {
        if ((word & VhostUser.NO_DESCRIPTOR) != 0) {
            return null;
        }
        if (files.size() != 1 || !isEventFd(files.getFirst())) {
            throw new VhostViolationException("a ring's notification came with " + files.size()
                    + " descriptors; expected one, of an eventfd");
        }
        return files.removeFirst();
    }

    private static boolean isEventFd(Fd fd) {
        try {
            return Files.readSymbolicLink(path(fd)).toString().equals("anon_inode:[eventfd]");
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Returns whether a range of a regular file is all zeroes. The file is read, not mapped, because reading allocates
     * no pages in a hole. It is read by this descriptor, because opening it again would block while somebody holds a
     * lease on it.
     */
    static boolean isBlank(Fd fd, long offset, long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment chunk = arena.allocate(CHUNK_BYTES, Long.BYTES);
            long at = 0;
            while (at < bytes) {
                long got = fd.readAt(offset + at, chunk.address(), Math.min(CHUNK_BYTES, bytes - at));
                if (got <= 0) {
                    return got == 0;
                }
                for (long n = 0; n < got; n++) {
                    if (chunk.get(ValueLayout.JAVA_BYTE, n) != 0) {
                        return false;
                    }
                }
                at += got;
            }
            return true;
        }
    }

    private static Path path(Fd fd) {
        return Path.of("/proc/self/fd", Integer.toString(fd.number()));
    }
}
