package net.weft.controller.server;

import java.util.List;
import java.util.Optional;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionHeader;

/** The committed revisions of a store, to look at. Any thread. */
public final class History {
    private final RevisionStore store;

    History(RevisionStore store) {
        this.store = store;
    }

    /**
     * Returns the headers of revisions, the newest first.
     *
     * @param before only revisions below this number; 0: all
     * @param limit most headers returned
     */
    public List<RevisionHeader> headers(long before, int limit) {
        return store.headers(before, limit);
    }

    /**
     * Returns one revision.
     *
     * @param number number of the revision; 0: the newest
     * @throws UnknownRevisionException if there is none, or it is no longer kept
     */
    public Revision revision(long number) {
        Optional<Revision> newest = store.last();
        Optional<Revision> found = number == 0 || newest.isPresent() && newest.get().number() == number
                ? newest
                : store.get(number);
        return found.orElseThrow(() -> new UnknownRevisionException(number, kept(newest)));
    }

    /** Returns whether a revision can still be shown, compared and rolled back to, and not only its header. */
    public boolean isKept(long number) {
        return store.isKept(number);
    }

    /** Returns the numbers of the revisions that are kept, ascending. */
    public List<Long> numbers() {
        return store.numbers();
    }

    /** Returns the bytes of a revision, as a store has them; empty if it is not kept, or cannot be read. */
    public Optional<byte[]> bytes(long number) {
        return store.bytes(number);
    }

    private String kept(Optional<Revision> newest) {
        List<Long> numbers = store.numbers();
        return newest.isEmpty() || numbers.isEmpty()
                ? "there is no revision yet"
                : "revisions " + numbers.getFirst() + " to " + newest.get().number() + " are kept";
    }

    /** Returns the configuration to fall back to from a revision on trial: the last one before it that can be read. */
    Optional<Revision> lastGood(long fallback) {
        for (long number = fallback; number > 0; number--) {
            try {
                Optional<Revision> found = store.get(number);
                if (found.isPresent()) {
                    return found;
                }
            } catch (StoreException e) {
                System.getLogger(History.class.getName()).log(System.Logger.Level.WARNING, e.getMessage());
            }
        }
        return Optional.empty();
    }
}
