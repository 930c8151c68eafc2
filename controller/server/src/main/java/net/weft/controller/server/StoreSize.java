package net.weft.controller.server;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Bounds the bytes of stored revisions: the oldest files are removed while all together have too many. The sizes are read from the disk
 * after the first append, and hold up neither that nor the start. Any thread.
 */
final class StoreSize {
    private static final System.Logger LOG = System.getLogger(StoreSize.class.getName());
    private static final long UNKNOWN = -1;
    /** The part of the bytes that is freed at once, so that not each append has all counted. */
    private static final int SLACK = 64;

    private final RevisionDirectory directory;
    private final Supplier<List<Long>> numbers;
    private final long most;
    private final int alwaysKept;
    private final Executor counter;
    private long bytes = UNKNOWN;
    private boolean counting;

    /**
     * Creates the bound.
     *
     * @param directory has the files of the revisions
     * @param numbers returns the numbers of the stored revisions, ascending
     * @param most most bytes of all
     * @param alwaysKept number of the newest revisions that are kept in any case
     * @param counter reads the sizes of all revisions
     */
    StoreSize(RevisionDirectory directory, Supplier<List<Long>> numbers, long most, int alwaysKept, Executor counter) {
        this.directory = directory;
        this.numbers = numbers;
        this.most = most;
        this.alwaysKept = alwaysKept;
        this.counter = counter;
    }

    /** Counts a revision that was appended. Where there are too many bytes, all are counted again, and the oldest revisions removed. */
    void appended(long newest) {
        if (isToBeCounted(newest)) {
            counter.execute(this::count);
        }
    }

    /** Reads the sizes anew, because files came without a call. */
    void recount(long newest) {
        synchronized (this) {
            bytes = UNKNOWN;
        }
        appended(newest);
    }

    private synchronized boolean isToBeCounted(long newest) {
        if (bytes != UNKNOWN) {
            bytes += size(newest); // an upper bound: revisions become smaller when they are compressed
        }
        if (counting || bytes != UNKNOWN && bytes <= most) {
            return false;
        }
        counting = true;
        return true;
    }

    private void count() {
        try {
            List<Long> stored = numbers.get();
            long sum = stored.stream().mapToLong(this::size).sum();
            synchronized (this) {
                bytes = sum;
                if (sum > most) {
                    trim(stored);
                }
            }
        } finally {
            synchronized (this) {
                counting = false;
            }
        }
    }

    private void trim(List<Long> stored) {
        for (long number : stored) {
            if (bytes <= most - most / SLACK || number > stored.getLast() - alwaysKept) {
                return;
            }
            bytes -= remove(number);
        }
    }

    private long size(long number) {
        try {
            return directory.size(number);
        } catch (IOException e) {
            return 0;
        }
    }

    private long remove(long number) {
        long size = size(number);
        try {
            directory.remove(number);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "revision " + number + " cannot be removed: " + FileErrors.of(e));
        }
        return size;
    }
}
