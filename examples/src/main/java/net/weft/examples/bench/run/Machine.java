package net.weft.examples.bench.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.Project;

/** The machine and the software that the numbers are from. */
public final class Machine {
    private static final long BACKGROUND_WINDOW_MS = 500;

    private Machine() {
    }

    /** One fact a line, {@code name: value}. */
    public static List<String> describe(Namespace tools) {
        String root = Project.root().toString();
        return List.of("processor: " + processor() + ", " + Runtime.getRuntime().availableProcessors() + " usable",
                "kernel: " + System.getProperty("os.name") + " " + System.getProperty("os.version"),
                "weft: " + firstLine(tools, "git", "-C", root, "describe", "--always", "--dirty", "--abbrev=12"),
                "java: " + System.getProperty("java.vm.name") + " " + Runtime.version(),
                "ovs: " + firstLine(tools, "ovs-vswitchd", "--version"),
                "iperf: " + firstLine(tools, "iperf3", "--version"));
    }

    /** Percent of the processors that other processes use while this one is idle. */
    public static double backgroundPercent() throws InterruptedException {
        CpuTime start = CpuTime.now(Optional.empty());
        long startNs = System.nanoTime();
        TimeUnit.MILLISECONDS.sleep(BACKGROUND_WINDOW_MS);
        double elapsed = (System.nanoTime() - startNs) / 1e9 * Runtime.getRuntime().availableProcessors();
        return 100 * CpuTime.now(Optional.empty()).since(start).machine() / elapsed;
    }

    private static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream().filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip()).findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String firstLine(Namespace namespace, String... command) {
        return namespace.run(command).out().lines().findFirst().orElse("unknown");
    }
}
