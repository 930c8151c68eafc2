package net.weft.controller.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import net.weft.controller.model.revision.StaleRevisionException;

/**
 * The numbers that revisions have had, also those that are lost, so that none is given to two revisions. What a damaged log or a member
 * tells of them is kept in the file {@code given}; the names of files that were set aside and the index of headers tell of others. Any
 * thread.
 */
public final class GivenNumbers {
    private static final System.Logger LOG = System.getLogger(GivenNumbers.class.getName());

    private final RevisionDirectory directory;
    private final HeaderIndex index;
    private final Path file;
    private long highest;
    private boolean isRead;

    GivenNumbers(RevisionDirectory directory, HeaderIndex index) {
        this.directory = directory;
        this.index = index;
        file = directory.path().resolve("given");
    }

    /** Returns the highest number that a revision is known to have had; 0: none is. */
    public synchronized long highest() {
        if (!isRead) {
            highest = Math.max(Math.max(highest, noted()), Math.max(named(), index.newest()));
            isRead = true;
        }
        return highest;
    }

    /** Notes the number of a revision that has been stored. */
    synchronized void stored(long number) {
        highest = Math.max(highest, number);
    }

    /**
     * Notes that a revision had a number, though it is lost. When this returns, that survives a crash of the host.
     *
     * @throws StoreException if it cannot be written
     */
    public synchronized void lost(long number) {
        if (number <= noted()) {
            return;
        }
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(ByteBuffer.wrap((number + "\n").getBytes(StandardCharsets.US_ASCII)));
            channel.force(true);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new StoreException(file + ": cannot be written: " + FileErrors.of(e), e);
        }
        highest = Math.max(highest(), number);
    }

    /**
     * Checks the number of a revision that is to be appended.
     *
     * @throws IllegalArgumentException if it is not the next one
     * @throws StaleRevisionException if a revision that is lost had it
     */
    public void check(long number, long expectedLast) {
        long given = highest();
        if (number <= expectedLast || number > given + 1) {
            throw new IllegalArgumentException("revision " + number + ": expected " + (given + 1));
        }
        if (number <= given) {
            throw new StaleRevisionException(expectedLast, given);
        }
    }

    private long noted() {
        try {
            String text = Files.readString(file).strip();
            return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
        } catch (NoSuchFileException _) {
            return 0;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, file + ": cannot be read: " + FileErrors.of(e));
            return 0;
        }
    }

    private long named() {
        try {
            return directory.names().highest();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, directory.path() + ": cannot be read: " + FileErrors.of(e));
            return 0;
        }
    }
}
