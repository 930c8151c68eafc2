package net.weft.examples.bench.vhost;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Processor time of each thread of a process so far, ns ({@code /proc/PID/task/TID/schedstat}). */
record ThreadTime(Map<String, Long> byThread) {
    static ThreadTime now(ProcessHandle process) {
        Map<String, Long> times = new HashMap<>();
        for (Path thread : threads(process)) {
            try {
                String[] fields = Files.readString(thread.resolve("schedstat")).strip().split(" ");
                times.put(thread.getFileName().toString(), Long.parseLong(fields[0]));
            } catch (IOException e) {
                continue; // it has ended
            }
        }
        return new ThreadTime(times);
    }

    private static List<Path> threads(ProcessHandle process) {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
            return threads.toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the switch is gone", e);
        }
    }

    /** The time that the busiest thread, the one that carries the packets, has used since {@code start}, ns. */
    long busiestSince(ThreadTime start) {
        return byThread.entrySet().stream()
                .mapToLong(entry -> entry.getValue() - start.byThread.getOrDefault(entry.getKey(), 0L)).max().orElse(0);
    }
}
