package net.weft.examples.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a JVM holds: open descriptors, mappings of guests' memory, all mappings, and bytes of live objects after a full collection.
 */
public record Footprint(long descriptors, long guestMappings, long mappings, long heapBytes) {
    private static final Path JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    private static final String GUEST_MEMORY = "memory-backend-memfd";

    public static Footprint of(ProcessHandle process) {
        long heapBytes = liveBytes(process); // first: to be asked at all costs a JVM a descriptor once
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        try (Stream<Path> descriptors = Files.list(proc.resolve("fd"))) {
            List<String> mappings = Files.readAllLines(proc.resolve("maps"));
            return new Footprint(descriptors.count(),
                    mappings.stream().filter(line -> line.contains(GUEST_MEMORY)).count(), mappings.size(),
                    heapBytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The histogram is taken after a full collection; its last line is {@code Total  INSTANCES  BYTES}. */
    private static long liveBytes(ProcessHandle process) {
        String histogram = Programs.run(Duration.ofSeconds(30), Map.of(),
                List.of(JCMD.toString(), Long.toString(process.pid()), "GC.class_histogram")).orThrow().out();
        String total = histogram.lines().filter(line -> line.startsWith("Total")).findFirst()
                .orElseThrow(() -> new AssertionError("no total in\n" + histogram));
        return Long.parseLong(total.strip().split("\\s+")[2]);
    }
}
