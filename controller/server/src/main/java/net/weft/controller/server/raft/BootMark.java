package net.weft.controller.server.raft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that says in which boot of the host the files of the revisions had all that the log has. They are forced to disk later than the
 * log, so that after a crash of the host the newest of them may be older than what was acknowledged; after one of the process it is not,
 * because the kernel still has what was written. Without the file, or with another boot in it, the log has to be asked.
 */
final class BootMark {
    private static final System.Logger LOG = System.getLogger(BootMark.class.getName());

    private final Path file;
    private final String boot;

    /** @param boot ID of this boot of the host; empty: it is not known, and no mark counts */
    BootMark(Path file, String boot) {
        this.file = file;
        this.boot = boot;
    }

    /** Returns whether the newest file is the newest revision that was acknowledged. */
    boolean isOfThisBoot() {
        try {
            return !boot.isEmpty() && Files.exists(file) && Files.readString(file).equals(boot);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the mark cannot be read", e);
            return false;
        }
    }

    /** Notes that the files have all that the log has. */
    void set() {
        if (isOfThisBoot()) {
            return;
        }
        try {
            Files.writeString(file, boot);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the next start waits for the log", e);
        }
    }

    /** Notes that the files lack something. */
    void clear() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, file + ": cannot be removed: " + e.getMessage());
        }
    }
}
