package net.weft.controller.server;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import net.weft.controller.model.revision.Revision;
import org.jspecify.annotations.Nullable;

/**
 * Writes revisions to a store, and remembers those whose write was given up: a disk that answers late may store them all the same, and
 * then what should have followed their commit still has to. The caller serializes all calls.
 */
final class Unanswered {
    /** Most writes remembered; while a disk does not answer, a roll-back is tried again and again. */
    private static final int MOST = 64;
    private static final System.Logger LOG = System.getLogger(Audit.LOGGER);

    private final RevisionStore store;
    private final Deque<Write> writes = new ArrayDeque<>();
    private @Nullable Revision seen;

    private record Write(Revision revision, Runnable then) {
    }

    Unanswered(RevisionStore store) {
        this.store = store;
        seen = store.last().orElse(null);
    }

    /**
     * Writes a revision.
     *
     * @param write writes it to the store
     * @param then what follows, now or when the store is found to have the revision
     * @throws StoreException if it is not known to be stored
     */
    void write(Revision revision, Runnable write, Runnable then) {
        try {
            write.run();
        } catch (StoreException e) {
            if (writes.size() == MOST) {
                writes.removeFirst();
            }
            writes.addLast(new Write(revision, then));
            throw e;
        }
        seen = store.last().orElse(null);
        writes.clear();
        then.run();
    }

    /**
     * Looks whether the newest revision is another than the one last seen. If a write that was given up has made it, what follows that is
     * done.
     *
     * @return the newest revision if no write of this run has made it; else empty
     */
    Optional<Revision> reconcile() {
        Revision newest = store.last().orElse(null);
        if (newest == null || newest == seen) {
            return Optional.empty();
        }
        seen = newest;
        Optional<Write> late = writes.stream().filter(write -> write.revision().header().equals(newest.header()))
                .findFirst();
        writes.clear();
        LOG.log(System.Logger.Level.WARNING, "revision " + newest.number() + (late.isPresent()
                ? " is stored after all: the store answered after the command had been told that it could not be"
                : " was found in the log; its file was older"));
        late.ifPresent(write -> write.then().run());
        return late.isPresent() ? Optional.empty() : Optional.of(newest);
    }
}
