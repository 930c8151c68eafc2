package net.weft.examples.bench.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Processor seconds used so far: by the machine ({@code /proc/stat}: user, nice, system, irq, softirq; neither idle nor stolen) and by
 * one process with its children ({@code /proc/PID/stat}). Both count in hundredths of a second. A process is charged for
 * kernel work that happens while it runs, its own or not.
 */
public record CpuTime(double machine, double process) {
    private static final double TICKS_PER_SECOND = 100;
    /** Fields of a line of /proc/PID/stat behind the name in parentheses, user and system time. */
    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;

    public static CpuTime now(Optional<ProcessHandle> process) {
        double own = process.stream().flatMap(root -> Stream.concat(Stream.of(root), root.descendants()))
                .mapToDouble(CpuTime::of).sum();
        return new CpuTime(machineTime(), own);
    }

    /** The time used since {@code start}. */
    public CpuTime since(CpuTime start) {
        return new CpuTime(machine - start.machine, process - start.process);
    }

    private static double machineTime() {
        String[] fields = read(Path.of("/proc/stat")).lines().findFirst().orElseThrow().split(" +");
        return LongStream.of(1, 2, 3, 6, 7).map(i -> Long.parseLong(fields[(int) i])).sum() / TICKS_PER_SECOND;
    }

    private static double of(ProcessHandle process) {
        String line = read(Path.of("/proc/" + process.pid() + "/stat"));
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME])) / TICKS_PER_SECOND;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("the switch is gone, or /proc is not there", e);
        }
    }
}
