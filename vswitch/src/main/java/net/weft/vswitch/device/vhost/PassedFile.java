package net.weft.vswitch.device.vhost;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.weft.linux.Fd;

/** What a descriptor that came over the socket really is. A pipe in place of an eventfd could block a worker. */
final class PassedFile {
    private PassedFile() {
    }

    static boolean isEventFd(Fd fd) {
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

    private static Path path(Fd fd) {
        return Path.of("/proc/self/fd", Integer.toString(fd.number()));
    }
}
