package net.weft.controller.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.weft.controller.model.revision.Conflict;
import net.weft.controller.model.revision.Revision;

/**
 * The faults that keep the fabric from being what its file and its store say: the store could not be read, was damaged in part,
 * the file has faults or cannot be read, or both the file and a command changed an object. An apply settles all of it.
 * Any thread.
 */
final class FileProblems {
    private volatile List<String> found = List.of();
    private volatile List<String> ofFile = List.of();
    private volatile Optional<String> recovery = Optional.empty();

    /** Adds what was found at the start. */
    synchronized void add(List<String> problems) {
        found = Stream.concat(found.stream(), problems.stream()).toList();
    }

    /** Replaces what is wrong with the file. */
    void ofFile(List<String> problems) {
        ofFile = List.copyOf(problems);
    }

    void recover(String reason) {
        recovery = Optional.of(reason);
    }

    Optional<String> recovery() {
        return recovery;
    }

    /** @throws StoreException in recovery */
    void checkRecovery() {
        recovery.ifPresent(reason -> {
            throw new StoreException("nothing can be changed by command in recovery: " + reason, null);
        });
    }

    /** Returns the outcome of a change that settles everything, unless it was a dry run. */
    Outcome settled(Terms terms, Outcome outcome) {
        if (!terms.dryRun()) {
            settle();
        }
        return outcome;
    }

    private synchronized void settle() {
        found = List.of();
        ofFile = List.of();
        recovery = Optional.empty();
    }

    /** Returns everything, one sentence each. */
    List<String> all(Optional<Revision> last) {
        List<String> all = new ArrayList<>(recovery.stream().toList());
        all.addAll(found);
        all.addAll(ofFile);
        last.stream().flatMap(revision -> revision.conflicts().stream()).map(Conflict::toString).forEach(all::add);
        return all;
    }
}
