package net.weft.controller.server.raft;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tells a listener of each problem once. Any thread. */
final class ProblemReport {
    private final Set<String> told = new HashSet<>();
    private @Nullable Consumer<List<String>> listener;

    /** Sets who is told, from the next report on. */
    synchronized void tell(Consumer<List<String>> newListener) {
        listener = newListener;
    }

    synchronized void report(List<String> ofFiles, List<String> ofLogs) {
        List<String> fresh = Stream.concat(ofFiles.stream(), ofLogs.stream())
                .filter(problem -> !told.contains(problem)).toList();
        if (listener != null && !fresh.isEmpty()) {
            told.addAll(fresh);
            listener.accept(fresh);
        }
    }
}
