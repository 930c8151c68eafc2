package net.weft.controller.model.revision;

import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The newest revision of a log, with the followers that wait for the next one. Any thread. */
public final class NewestRevision {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile @Nullable Revision newest;
    private volatile long beginnings;

    public Optional<Revision> get() {
        return Optional.ofNullable(newest);
    }

    /** Returns the number of the newest revision; 0 before the first. */
    public long number() {
        Revision revision = newest;
        return revision == null ? 0 : revision.number();
    }

    public void set(Revision revision) {
        lock.lock();
        try {
            newest = revision;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Makes a revision the newest though its number may be lower than that of the one before: the log began anew from a backup. */
    public void restart(Revision revision) {
        lock.lock();
        try {
            newest = revision;
            beginnings++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Follows as {@link RevisionLog#follow} says. */
    public RevisionLog.Follower follow(long from) {
        return new Follower(from);
    }

    private final class Follower implements RevisionLog.Follower {
        private long seen;
        private long beginning;
        private @Nullable Revision returned;
        private boolean woken;

        Follower(long from) {
            seen = from;
            beginning = beginnings;
            returned = newest;
        }

        private boolean isUpToDate() {
            return beginning == beginnings && (number() < seen || number() == seen && newest == returned);
        }

        @Override
        public Optional<Revision> await(long timeoutNs) throws InterruptedException {
            lock.lock();
            try {
                long left = timeoutNs;
                while (isUpToDate() && !woken && left > 0) {
                    left = changed.awaitNanos(left);
                }
                woken = false;
                if (isUpToDate()) {
                    return Optional.empty();
                }
                beginning = beginnings;
                returned = newest;
                seen = number();
                return get();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void wake() {
            lock.lock();
            try {
                woken = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
