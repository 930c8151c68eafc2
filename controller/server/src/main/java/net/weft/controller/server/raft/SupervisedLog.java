package net.weft.controller.server.raft;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import net.weft.controller.server.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a log open: a thread of its own opens it, and opens it again after it has failed, until it succeeds. Any thread may call it. Two
 * locks keep apart what may last and what may not: {@code use} is held while the log is opened or appended to, which lasts as long as the
 * disk does not answer; {@code state} is never held during an access to the disk, so that a question about the log is answered at once.
 */
final class SupervisedLog implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SupervisedLog.class.getName());
    private static final Duration RETRY = Duration.ofSeconds(1);
    /** Longest time to wait for another thread that uses the open log. */
    private static final Duration USE_LIMIT = Duration.ofSeconds(20);

    private final Opening opening;
    private final Runnable onOpened;
    private final Duration openLimit;
    private final ReentrantLock use = new ReentrantLock();
    private final ReentrantLock state = new ReentrantLock();
    private final Condition changed = state.newCondition();
    private final Thread supervisor = new Thread(this::supervise, "weft-store");
    private volatile @Nullable OpenLog open;
    private volatile String failure = "";
    private volatile boolean closed;
    private long beganNs = System.nanoTime();

    /** Opens a log. */
    @FunctionalInterface
    interface Opening {
        /** @param onShutdown to be called when the log has to be opened again; it does not block */
        OpenLog open(Runnable onShutdown) throws IOException;
    }

    /**
     * Creates the supervision of a log, which {@link #start} begins.
     *
     * @param onOpened called on the thread of its own each time that it has opened the log
     * @param openLimit longest time that callers wait for the log while it is being opened
     */
    SupervisedLog(Opening opening, Runnable onOpened, Duration openLimit) {
        this.opening = opening;
        this.onOpened = onOpened;
        this.openLimit = openLimit;
        supervisor.setDaemon(true);
    }

    void start() {
        supervisor.start();
    }

    /** Returns why the log is not open; empty: it is, or it is being opened for the first time. */
    Optional<String> failure() {
        String reason = failure;
        return open == null && !reason.isEmpty() ? Optional.of(reason) : Optional.empty();
    }

    private void supervise() {
        try {
            while (!closed) {
                if (isAlive()) {
                    pause(Long.MAX_VALUE);
                } else if (isReopened()) {
                    onOpened.run();
                } else {
                    pause(RETRY.toNanos());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isAlive() {
        OpenLog current = open;
        return current != null && current.isAlive();
    }

    private void pause(long nanos) throws InterruptedException {
        state.lock();
        try {
            if (!closed && (nanos != Long.MAX_VALUE || isAlive())) {
                long unused = changed.awaitNanos(nanos);
            }
        } finally {
            state.unlock();
        }
    }

    private boolean isReopened() throws InterruptedException {
        use.lockInterruptibly();
        try {
            return isAlive() || reopen();
        } finally {
            use.unlock();
        }
    }

    private void wake() {
        Thread.ofVirtual().start(this::signal);
    }

    private void signal() {
        state.lock();
        try {
            changed.signalAll();
        } finally {
            state.unlock();
        }
    }

    /** Opens the log, again if it was open, and returns whether it is. Only for a task of {@link #alone}. */
    boolean reopen() {
        if (closed) {
            return false;
        }
        boolean again = open != null || !failure.isEmpty();
        beginOpening();
        try {
            OpenLog opened = opening.open(this::wake);
            open = opened;
            failure = "";
            if (closed) {
                shut();
            } else if (again) {
                LOG.log(System.Logger.Level.WARNING, "the store is open again");
            }
        } catch (IOException | RuntimeException e) {
            String reason = e.getMessage() == null ? e.toString() : e.getMessage();
            if (!reason.equals(failure)) {
                LOG.log(System.Logger.Level.ERROR, "the store cannot be opened: " + reason + "; tried again every "
                        + RETRY.toSeconds() + " s");
            }
            failure = reason;
        }
        signal();
        return open != null;
    }

    private void beginOpening() {
        state.lock();
        try {
            beganNs = System.nanoTime();
        } finally {
            state.unlock();
        }
        shut();
    }

    private void shut() {
        OpenLog before = open;
        open = null;
        if (before != null) {
            before.close();
        }
    }

    /** Waits until the log is open or could not be opened, for as long as an opening may last. */
    void awaitOpen() {
        state.lock();
        try {
            while (open == null && failure.isEmpty() && !closed && leftNs() > 0) {
                long unused = changed.awaitNanos(leftNs());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            state.unlock();
        }
    }

    private long leftNs() {
        return Math.max(0, beganNs + openLimit.toNanos() - System.nanoTime());
    }

    /**
     * Runs a task, which alone uses the log meanwhile.
     *
     * @throws StoreException if another thread opens or uses the log and does not come to an end in time
     */
    void alone(Runnable task) {
        awaitOpen();
        if (!isFree()) {
            throw notOpen();
        }
        try {
            task.run();
        } finally {
            use.unlock();
        }
    }

    private boolean isFree() {
        long patience;
        state.lock();
        try {
            patience = open == null ? leftNs() : USE_LIMIT.toNanos();
        } finally {
            state.unlock();
        }
        try {
            return use.tryLock(patience, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private StoreException notOpen() {
        return new StoreException("the store is not open: " + (failure.isEmpty() ? "it is slow" : failure), null);
    }

    /**
     * Returns the open log, which is opened again if it has failed. Only for a task of {@link #alone}.
     *
     * @throws StoreException if it cannot be opened
     */
    OpenLog open() {
        if (!isAlive()) {
            reopen();
        }
        OpenLog current = open;
        if (current == null) {
            throw notOpen();
        }
        return current;
    }

    boolean isOpen() {
        return open != null;
    }

    @Override
    public void close() {
        closed = true;
        signal();
        if (isFree()) {
            try {
                shut();
            } finally {
                use.unlock();
            }
        }
        try {
            supervisor.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
