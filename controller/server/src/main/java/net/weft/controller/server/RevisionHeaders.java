package net.weft.controller.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import net.weft.controller.model.revision.RevisionHeader;

/**
 * The headers of revisions, so that a history reads each once: from the index, and those that it lacks from their files. The index is read
 * at the first history that needs it, not at the start, and only as far back as that history goes. It may be older than the files after a
 * crash of the host, so that the revisions since it was last forced to disk are read from their files. Any thread.
 */
final class RevisionHeaders {
    /** Number of the newest revisions that are read from their files where the index does not say when it was forced. */
    private static final int RECENT = 256;

    private final TreeMap<Long, RevisionHeader> known = new TreeMap<>();
    private final HeaderIndex index;
    private final LongSupplier newest;
    private final LongFunction<Optional<RevisionHeader>> reader;
    private final int kept = FileRevisionStore.KEPT;
    /** Newest revision of which the index has the last word; those above are read from their files. */
    private long trusted = Long.MAX_VALUE;

    /**
     * Creates the headers, without any yet.
     *
     * @param newest returns the number of the newest revision
     * @param reader reads the header of a revision from its file; empty: there is none, or it cannot be read
     */
    RevisionHeaders(HeaderIndex index, LongSupplier newest, LongFunction<Optional<RevisionHeader>> reader) {
        this.index = index;
        this.newest = newest;
        this.reader = reader;
    }

    /** Adds the header of a revision that was written. */
    synchronized void put(RevisionHeader header) {
        keep(header);
        index.add(header);
        compact();
    }

    /** Forces the index to disk. */
    synchronized void force() {
        index.force(newest.getAsLong());
    }

    /** Forgets all, because other revisions get the numbers. */
    synchronized void clear() {
        known.clear();
        index.clear();
    }

    private void keep(RevisionHeader header) {
        known.put(header.number(), header);
        if (known.size() > kept) {
            known.pollFirstEntry();
        }
    }

    /**
     * Returns headers, the newest first.
     *
     * @param before only those below this number
     * @param after only those above this number
     */
    synchronized List<RevisionHeader> below(long before, long after, int limit) {
        if (trusted == Long.MAX_VALUE) {
            long forced = index.forced();
            trusted = forced > 0 ? forced - 1 : newest.getAsLong() - RECENT;
        }
        List<RevisionHeader> found = new ArrayList<>();
        for (long number = before - 1; number > after && found.size() < limit; number--) {
            RevisionHeader header = known.get(number);
            while (header == null && number <= trusted && !index.isRead()) {
                index.previous().ifPresent(this::read);
                header = known.get(number);
            }
            if (header == null) {
                Optional<RevisionHeader> read = reader.apply(number);
                if (read.isPresent()) {
                    keep(read.get());
                    if (number <= trusted) {
                        index.add(read.get()); // of the others, the index has most
                    }
                    found.add(read.get());
                }
            } else {
                found.add(header);
            }
        }
        compact();
        return found;
    }

    private void read(RevisionHeader header) {
        if (header.number() > newest.getAsLong() - kept && header.number() <= trusted) {
            known.putIfAbsent(header.number(), header);
        }
    }

    private void compact() {
        if (index.isRead()) {
            index.compact(known.values());
        }
    }
}
