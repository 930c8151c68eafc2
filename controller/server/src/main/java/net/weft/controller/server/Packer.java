package net.weft.controller.server;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * Compresses the files of revisions that are not the newest any more, one after another and beside the work. Where more wait than it can
 * do, some stay as they are. Any thread.
 */
final class Packer {
    private static final int MOST_WAITING = 1000;
    private static final System.Logger LOG = System.getLogger(Packer.class.getName());

    private final RevisionDirectory directory;
    private final Executor executor;
    private final Queue<Long> waiting = new ArrayDeque<>();
    private boolean isRunning;

    /** @param executor runs one task at a time */
    Packer(RevisionDirectory directory, Executor executor) {
        this.directory = directory;
        this.executor = executor;
    }

    void add(long number) {
        synchronized (this) {
            if (waiting.size() == MOST_WAITING || waiting.contains(number)) {
                return;
            }
            waiting.add(number);
            if (isRunning) {
                return;
            }
            isRunning = true;
        }
        executor.execute(this::run);
    }

    private void run() {
        for (Optional<Long> number = next(); number.isPresent(); number = next()) {
            try {
                directory.pack(number.get());
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "revision " + number.get() + " is not compressed", e);
            }
        }
    }

    private synchronized Optional<Long> next() {
        Optional<Long> number = Optional.ofNullable(waiting.poll());
        isRunning = number.isPresent();
        return number;
    }
}
