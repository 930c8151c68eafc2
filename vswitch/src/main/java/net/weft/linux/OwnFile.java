package net.weft.linux;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Opens Weft's own files in a directory that other users can write ({@code /tmp}). An attacker may have created a file
 * of that name before, to feed Weft false data or to make it write through a link. All checks use the open descriptor,
 * so that the file cannot be replaced between check and use.
 */
public final class OwnFile {
    private static final int O_NOFOLLOW = 0x20000;
    private static final int ELOOP = 40;
    private static final int OTHERS_WRITE = 0022;

    private OwnFile() {
    }

    /**
     * Opens a file, or creates it with mode 0600.
     *
     * @param flags as {@link Fd#open}
     * @throws IOException if it is not a regular file owned by this user, with a single link and not writable by
     *     others; the message is one sentence
     * @throws LinuxException if the kernel refuses
     */
    public static Fd open(Path path, int flags) throws IOException {
        Fd fd = openAny(path, flags);
        try {
            check(FileStatus.of(fd));
            return fd;
        } catch (IOException | LinuxException e) {
            fd.close();
            throw e;
        }
    }

    private static Fd openAny(Path path, int flags) throws IOException {
        try {
            return Fd.open(path.toString(), flags | O_NOFOLLOW | Fd.O_NONBLOCK);
        } catch (LinuxException e) {
            if (e.errno() == ELOOP || e.errno() == Errno.EISDIR || e.errno() == Errno.ENXIO) {
                throw new IOException("it is no regular file", e);
            }
            throw e;
        }
    }

    private static void check(FileStatus status) throws IOException {
        if (!status.isRegular()) {
            throw new IOException("it is no regular file");
        }
        if (status.owner() != ThreadCalls.effectiveUser()) {
            throw new IOException("it belongs to user " + Integer.toUnsignedString(status.owner())
                    + ", not to Weft's; remove it");
        }
        if (status.links() != 1) {
            throw new IOException("it has " + status.links() + " names, expected one; remove it");
        }
        if ((status.permissions() & OTHERS_WRITE) != 0) {
            throw new IOException("others may write it (mode " + Integer.toOctalString(status.permissions())
                    + ", expected 600); remove it");
        }
    }
}
