package net.weft.controller.node;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import net.weft.controller.cli.Version;

/**
 * The metrics of the process: its build, and of the JVM under the names that Prometheus clients have for them. They are
 * read at each scrape.
 */
final class ProcessMetrics {
    private static final double MILLIS = 1e3;
    private static final double KIB = 1024;
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private ProcessMetrics() {
    }

    static void register(PrometheusRegistry registry) {
        Info build = Info.builder().name("weft_build_info").help("Version of Weft and of the JVM that runs it")
                .labelNames("version", "java_version", "java_vendor").register(registry);
        build.setLabelValues(Version.text(), Runtime.version().toString(), System.getProperty("java.vendor", ""));
        gauge(registry, "process_start_time_seconds", "Start of the process, in seconds since 1970",
                ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS);
        CounterWithCallback.builder().name("process_cpu_seconds_total").help("Processor time of the process")
                .callback(cells -> ProcessHandle.current().info().totalCpuDuration()
                        .ifPresent(time -> cells.call(time.toMillis() / MILLIS)))
                .register(registry);
        GaugeWithCallback.builder().name("process_resident_memory_bytes").help("Resident memory of the process")
                .callback(cells -> resident().ifPresent(cells::call)).register(registry);
        GaugeWithCallback.builder().name("process_open_fds").help("Open file descriptors")
                .callback(cells -> descriptors().ifPresent(cells::call)).register(registry);
        memory(registry);
        GaugeWithCallback.builder().name("jvm_threads_current").help("Live threads of the JVM")
                .callback(cells -> cells.call(ManagementFactory.getThreadMXBean().getThreadCount()))
                .register(registry);
        CounterWithCallback.builder().name("jvm_gc_collections_total").help("Collections by collector")
                .labelNames("gc").callback(cells -> ManagementFactory.getGarbageCollectorMXBeans()
                        .forEach(gc -> cells.call(Math.max(0, gc.getCollectionCount()), gc.getName())))
                .register(registry);
        CounterWithCallback.builder().name("jvm_gc_collection_seconds_total").help("Time spent in collections")
                .labelNames("gc").callback(cells -> ManagementFactory.getGarbageCollectorMXBeans()
                        .forEach(gc -> cells.call(Math.max(0, gc.getCollectionTime()) / MILLIS, gc.getName())))
                .register(registry);
    }

    private static void gauge(PrometheusRegistry registry, String name, String help, double value) {
        GaugeWithCallback.builder().name(name).help(help).callback(cells -> cells.call(value)).register(registry);
    }

    private static void memory(PrometheusRegistry registry) {
        GaugeWithCallback.builder().name("jvm_memory_used_bytes").help("Memory used by the JVM").labelNames("area")
                .callback(cells -> {
                    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
                    cells.call(heap.getUsed(), "heap");
                    cells.call(ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage().getUsed(), "nonheap");
                }).register(registry);
        GaugeWithCallback.builder().name("jvm_memory_max_bytes").help("Most memory that the heap may have")
                .labelNames("area")
                .callback(
                        cells -> cells.call(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getMax(), "heap"))
                .register(registry);
    }

    private static Optional<Double> resident() {
        try (Stream<String> lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> KIB * Long.parseLong(line.replaceAll("\\D", ""))).findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<Double> descriptors() {
        try (Stream<Path> open = Files.list(DESCRIPTORS)) {
            return Optional.of((double) open.count());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
