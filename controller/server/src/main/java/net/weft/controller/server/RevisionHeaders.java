package net.weft.controller.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import net.weft.controller.model.revision.RevisionHeader;

/** The headers of revisions that were read or written lately, so that a history reads each file once. Any thread. */
final class RevisionHeaders {
    private final Map<Long, RevisionHeader> kept;
    private final LongFunction<Optional<RevisionHeader>> reader;

    /**
     * Creates an empty cache.
     *
     * @param most number of headers kept in memory; the one that was put first goes first
     * @param reader reads the header of a revision; empty: there is none, or it cannot be read
     */
    RevisionHeaders(int most, LongFunction<Optional<RevisionHeader>> reader) {
        this.reader = reader;
        kept = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, RevisionHeader> eldest) {
                return size() > most;
            }
        };
    }

    synchronized void put(RevisionHeader header) {
        kept.put(header.number(), header);
    }

    private synchronized Optional<RevisionHeader> get(long number) {
        return Optional.ofNullable(kept.get(number));
    }

    /**
     * Returns headers, the newest first.
     *
     * @param before only those below this number
     * @param after only those above this number
     */
    List<RevisionHeader> below(long before, long after, int limit) {
        List<RevisionHeader> found = new ArrayList<>();
        for (long number = before - 1; number > after && found.size() < limit; number--) {
            Optional<RevisionHeader> header = get(number);
            if (header.isEmpty()) {
                header = reader.apply(number);
                header.ifPresent(this::put);
            }
            header.ifPresent(found::add);
        }
        return found;
    }
}
