package net.weft.examples.proof;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/**
 * Reads a flight recording of a switch: how long each safepoint held all threads, from the moment they were asked to stop until they
 * went on, what it was for, and what the packet threads allocated meanwhile. Settings: {@code examples/proofs/pauses.jfc}.
 * <p>
 * Starting and ending a recording stops all threads too; that is the recorder's doing, so its first and last seconds do not count.
 * A recording without any pause in these is not believed: whoever records asks for a collection at the end.
 */
public final class PauseReport {
    private static final String WORKERS = "weft-worker-";
    private static final Duration LIMIT = Duration.ofMillis(1);

    private record Pause(Instant start, Duration length, String cause) {
    }

    private final Instant from;
    private final Instant until;
    private final Map<Long, Instant> begun = new HashMap<>();
    private final Map<Long, String> causes = new HashMap<>();
    private final List<Pause> pauses = new ArrayList<>();
    /** The total that each packet thread reported as allocated since it started, bytes. */
    private final Map<String, LongSummaryStatistics> allocated = new TreeMap<>();
    private Duration longestCollection = Duration.ZERO;
    private int collections;
    private Duration control = Duration.ZERO;

    private PauseReport(Instant from, Instant until) {
        this.from = from;
        this.until = until;
    }

    /**
     * Prints a report; exit status 1 when a pause was too long or a packet thread allocated.
     *
     * @param arguments recording, first second and number of seconds to look at, counted from the first event, packets handled
     */
    public static void main(String[] arguments) throws IOException {
        List<RecordedEvent> events = new ArrayList<>(RecordingFile.readAllEvents(Path.of(arguments[0])));
        events.sort(Comparator.comparing(RecordedEvent::getEndTime));
        Instant from = events.getFirst().getStartTime().plusSeconds(Long.parseLong(arguments[1]));
        PauseReport report = new PauseReport(from, from.plusSeconds(Long.parseLong(arguments[2])));
        events.forEach(report::take);
        System.exit(report.print(Long.parseLong(arguments[3])) ? 0 : 1);
    }

    private void take(RecordedEvent event) {
        switch (event.getEventType().getName()) {
            case "jdk.SafepointBegin" -> begun.put(event.getLong("safepointId"), event.getStartTime());
            case "jdk.ExecuteVMOperation" -> causes.put(event.getLong("safepointId"), event.getString("operation"));
            case "jdk.SafepointEnd" -> safepoint(event);
            case "jdk.GarbageCollection" -> collection(event);
            case "jdk.ThreadAllocationStatistics" -> allocation(event);
            default -> {
            }
        }
    }

    private void safepoint(RecordedEvent end) {
        long id = end.getLong("safepointId");
        Instant start = begun.get(id);
        if (start != null) {
            Duration length = Duration.between(start, end.getEndTime());
            if (isCounted(start)) {
                pauses.add(new Pause(start, length, causes.getOrDefault(id, "a safepoint")));
            } else if (length.compareTo(control) > 0) {
                control = length;
            }
        }
    }

    private void collection(RecordedEvent event) {
        if (isCounted(event.getStartTime())) {
            collections++;
            Duration pause = event.getDuration("longestPause");
            longestCollection = pause.compareTo(longestCollection) > 0 ? pause : longestCollection;
        }
    }

    private void allocation(RecordedEvent event) {
        RecordedThread thread = event.getThread("thread");
        if (thread != null && thread.getJavaName() != null && thread.getJavaName().startsWith(WORKERS)
                && isCounted(event.getStartTime())) {
            allocated.computeIfAbsent(thread.getJavaName(), name -> new LongSummaryStatistics())
                    .accept(event.getLong("allocated"));
        }
    }

    private boolean isCounted(Instant when) {
        return !when.isBefore(from) && when.isBefore(until);
    }

    private boolean print(long packets) {
        pauses.sort(Comparator.comparing(Pause::length).reversed());
        System.out.printf("proof: %d safepoints and %d collections in %d s%n", pauses.size(), collections,
                Duration.between(from, until).toSeconds());
        for (Pause pause : pauses.subList(0, Math.min(5, pauses.size()))) {
            System.out.printf("proof: %.3f ms stopped, %.1f s in, for %s%n", millis(pause.length),
                    millis(Duration.between(from, pause.start)) / 1000, pause.cause);
        }
        System.out.printf("proof: control: %.3f ms stopped for the collection that was asked for at the end%n",
                millis(control));
        System.out.printf("proof: longest pause of a collection %.3f ms%n", millis(longestCollection));
        boolean quick = longestCollection.compareTo(LIMIT) <= 0
                && pauses.stream().allMatch(pause -> pause.length.compareTo(LIMIT) <= 0);
        long bytes = allocated.values().stream().mapToLong(one -> one.getMax() - one.getMin()).sum();
        System.out.printf("proof: %s allocated %d bytes while about %,d packets passed: %.6f a packet%n",
                String.join(", ", allocated.keySet()), bytes, packets, (double) bytes / packets);
        return quick && !allocated.isEmpty() && control.isPositive() && bytes < packets / 1000;
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }
}
