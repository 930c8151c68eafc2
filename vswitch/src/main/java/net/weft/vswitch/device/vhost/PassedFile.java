package net.weft.vswitch.device.vhost;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import net.weft.linux.Fd;
import org.jspecify.annotations.Nullable;

/** What a descriptor that came over the socket really is. A pipe in place of an eventfd could block a worker. */
final class PassedFile {
    private PassedFile() {
    }

    /** Takes the eventfd that came with a kick or call out of {@code files}; null when the message says there is none. */
    static @Nullable Fd takeEvent(int word, List<Fd> files) throws VhostViolationException {
        if ((word & VhostUser.NO_DESCRIPTOR) != 0) {
            return null;
        }
        if (files.size() != 1 || !isEventFd(files.getFirst())) {
            throw new VhostViolationException("a ring's notification came with " + files.size()
                    + " descriptors; expected one, of an eventfd");
        }
        files.getFirst().nonBlocking(true);
        return files.removeFirst();
    }

    private static boolean isEventFd(Fd fd) {
        try {
            return Files.readSymbolicLink(path(fd)).toString().equals("anon_inode:[eventfd]");
        } catch (IOException e) {
            return false;
        }
    }

    /** Size of a regular file, a memfd included; 0 for anything else. Touching a mapping beyond it would raise SIGBUS. */
    static long bytes(Fd fd) {
        try {
            return Files.isRegularFile(path(fd)) ? Files.size(path(fd)) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    /** Whether a range of a regular file is all zeroes. Read, not mapped: reading makes no pages where the file has none. */
    static boolean isBlank(Fd fd, long offset, long bytes) {
        ByteBuffer chunk = ByteBuffer.allocate(1 << 16);
        try (FileChannel file = FileChannel.open(path(fd), StandardOpenOption.READ)) {
            for (long at = 0; at < bytes; at += chunk.capacity()) {
                chunk.clear().limit((int) Math.min(chunk.capacity(), bytes - at));
                file.read(chunk, offset + at);
                chunk.flip();
                while (chunk.hasRemaining()) {
                    if (chunk.get() != 0) {
                        return false;
                    }
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static Path path(Fd fd) {
        return Path.of("/proc/self/fd", Integer.toString(fd.number()));
    }
}
