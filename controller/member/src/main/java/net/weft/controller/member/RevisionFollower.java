package net.weft.controller.member;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import net.weft.controller.model.revision.Progress;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionLog;
import org.jspecify.annotations.Nullable;

/**
 * Follows the log on a thread of its own, and has each newest revision carried out. A revision that fails is retried
 * after 0.1 s, then after twice the delay each time up to 30 s, until it runs or a newer one replaces it. The switch
 * thus converges without any request from outside.
 */
public final class RevisionFollower implements AutoCloseable {
    static final long FIRST_RETRY_NS = TimeUnit.MILLISECONDS.toNanos(100);
    static final long LAST_RETRY_NS = TimeUnit.SECONDS.toNanos(30);
    private static final System.Logger LOG = System.getLogger(RevisionFollower.class.getName());

    private final RevisionLog.Follower log;
    private final Consumer<Revision> carryOut;
    private final Thread thread = new Thread(this::run, "weft-revisions");
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition attempted = lock.newCondition();
    private @Nullable Revision pending;
    private long running;
    private long attempts;
    private String reason = "";
    private long retryNs = FIRST_RETRY_NS;
    private volatile boolean closed;

    /** Creates a follower of a whole log. */
    RevisionFollower(RevisionLog log, Consumer<Revision> carryOut) {
        this(log.follow(0), carryOut);
    }

    /**
     * Creates a follower.
     *
     * @param log where the newest revisions come from
     * @param carryOut applies a revision to the switch; if it throws, it is called again
     */
    public RevisionFollower(RevisionLog.Follower log, Consumer<Revision> carryOut) {
        this.log = log;
        this.carryOut = carryOut;
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** Returns the progress in following the log. Any thread. */
    public Progress progress() {
        lock.lock();
        try {
            return new Progress(running, reason);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until a revision, or a newer one, runs or its first attempt has failed. Any thread.
     *
     * @param again whether to retry at once, without the current delay
     * @return why the revision does not run, in a sentence; empty if it does
     */
    public Optional<String> await(long revision, boolean again, Duration limit) {
        lock.lock();
        try {
            long before = attempts;
            if (again && running < revision) {
                log.wake();
            }
            long left = limit.toNanos();
            while (running < revision && !(isFailed(revision) && (!again || attempts > before)) && left > 0) {
                left = attempted.awaitNanos(left);
            }
            if (running >= revision) {
                return Optional.empty();
            }
            return Optional.of(reason.isEmpty() ? "it is still being carried out" : reason);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("the wait for it was interrupted");
        } finally {
            lock.unlock();
        }
    }

    private boolean isFailed(long revision) {
        return pending != null && pending.number() >= revision && !reason.isEmpty();
    }

    private void run() {
        long waitNs = Long.MAX_VALUE;
        while (!closed) {
            try {
                Optional<Revision> newest = log.await(waitNs);
                if (newest.isPresent()) {
                    retryNs = FIRST_RETRY_NS;
                }
                waitNs = attempt(newest.orElse(pending));
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Carries out a revision, and returns the time to wait before the next attempt, in nanoseconds. */
    private long attempt(@Nullable Revision revision) {
        if (revision == null || closed) {
            return Long.MAX_VALUE;
        }
        String failure = "";
        try {
            carryOut.accept(revision);
        } catch (RuntimeException | Error e) {
            failure = e.getMessage() == null || e.getMessage().isBlank() ? e.toString() : e.getMessage();
            if (!closed) {
                LOG.log(System.Logger.Level.ERROR, "revision " + revision.number()
                        + " was not carried out and will be tried again: " + failure, e);
            }
        }
        return attempted(revision, failure);
    }

    private long attempted(Revision revision, String failure) {
        lock.lock();
        try {
            attempts++;
            attempted.signalAll();
            if (failure.isEmpty()) {
                if (!reason.isEmpty()) {
                    LOG.log(System.Logger.Level.INFO, "revision {0} runs now", Long.toString(revision.number()));
                }
                running = revision.number();
                pending = null;
                reason = "";
                return Long.MAX_VALUE;
            }
            pending = revision;
            reason = "revision " + revision.number() + " cannot be carried out: " + failure;
            long now = retryNs;
            retryNs = Math.min(2 * retryNs, LAST_RETRY_NS);
            return now;
        } finally {
            lock.unlock();
        }
    }

    /** Ends following, after the revision that is being carried out. */
    @Override
    public void close() {
        closed = true;
        log.wake();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
