package net.weft.controller.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * Bounds the bytes of stored revisions: the oldest files are removed while all together have too many. The sizes are read from the disk
 * after the first append, and hold up neither that nor the start. Any thread.
 */
final class StoreSize {
    private static final System.Logger LOG = System.getLogger(StoreSize.class.getName());
    private static final long UNKNOWN = -1;

    private final LongFunction<Path> file;
    private final Supplier<List<Long>> numbers;
    private final long most;
    private final int alwaysKept;
    private final Executor counter;
    private long bytes = UNKNOWN;
    private boolean counting;
    private long oldest;

    /**
     * Creates the bound.
     *
     * @param file returns the file of a revision
     * @param numbers returns the numbers of the stored revisions, ascending
     * @param most most bytes of all
     * @param alwaysKept number of the newest revisions that are kept in any case
     * @param counter reads the sizes of all revisions
     */
    StoreSize(LongFunction<Path> file, Supplier<List<Long>> numbers, long most, int alwaysKept, Executor counter) {
        this.file = file;
        this.numbers = numbers;
        this.most = most;
        this.alwaysKept = alwaysKept;
        this.counter = counter;
    }

    /** Counts a revision that was appended, and removes the oldest ones where there are too many bytes. */
    void appended(long newest) {
        if (isCounted(newest)) {
            trim(newest);
        }
    }

    /** Reads the sizes anew, because files came without a call. */
    void recount(long newest) {
        synchronized (this) {
            bytes = UNKNOWN;
            counting = false;
        }
        appended(newest);
    }

    private synchronized boolean isCounted(long newest) {
        if (bytes != UNKNOWN) {
            bytes += size(newest);
            return true;
        }
        if (!counting) {
            counting = true;
            counter.execute(this::count);
        }
        return false;
    }

    private void count() {
        List<Long> stored = numbers.get();
        long sum = stored.stream().mapToLong(this::size).sum();
        if (!stored.isEmpty()) {
            synchronized (this) {
                oldest = stored.getFirst();
                bytes = sum;
            }
            trim(stored.getLast());
        }
    }

    private synchronized void trim(long newest) {
        while (bytes > most && oldest <= newest - alwaysKept) {
            bytes -= remove(oldest++);
        }
    }

    private long size(long number) {
        try {
            Path path = file.apply(number);
            return Files.exists(path) ? Files.size(path) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    private long remove(long number) {
        long size = size(number);
        try {
            Files.deleteIfExists(file.apply(number));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "revision " + number + " cannot be removed: " + FileErrors.of(e));
        }
        return size;
    }
}
