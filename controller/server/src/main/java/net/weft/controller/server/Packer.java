package net.weft.controller.server;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.Executor;

/**
 * Compresses the files of revisions that are not the newest any more, one after another and beside the work. Where more wait than it can
 * do, some stay as they are. Any thread.
 */
final class Packer {
    private static final int MOST_WAITING = FileRevisionStore.KEPT;
    private static final System.Logger LOG = System.getLogger(Packer.class.getName());

    private final RevisionDirectory directory;
    private final Executor executor;
    private final SequencedSet<Long> waiting = new LinkedHashSet<>();
    private boolean isRunning;

    /** @param executor runs one task at a time */
    Packer(RevisionDirectory directory, Executor executor) {
        this.directory = directory;
        this.executor = executor;
    }

    void add(long number) {
        synchronized (this) {
            if (waiting.size() == MOST_WAITING || !waiting.add(number) || isRunning) {
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
        Optional<Long> number = waiting.isEmpty() ? Optional.empty() : Optional.of(waiting.removeFirst());
        isRunning = number.isPresent();
        return number;
    }
}
