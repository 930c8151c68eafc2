package net.weft.linux;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Files of Weft's own in a directory that others may write, too ({@code /tmp}): somebody may have put one of that name there before, to be
 * believed or to have Weft write through a link. Everything is asked of the open descriptor, so that no other file can take its place in between.
 */
public final class OwnFile {
    private static final int O_NOFOLLOW = 0x20000;
    private static final int ELOOP = 40;
    private static final int OTHERS_WRITE = 0022;

    private OwnFile() {
    }

    /**
     * Opens a file, or makes it with mode 0600.
     *
     * @param flags as {@link Fd#open}
     * @throws IOException with a sentence, when it is not a regular file of this user's, under one name, that nobody else may write
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
