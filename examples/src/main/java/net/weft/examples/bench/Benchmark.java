package net.weft.examples.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import net.weft.examples.bench.Bed.Conditions;
import net.weft.examples.bench.Measure.Kind;
import net.weft.examples.bench.Measure.Window;
import net.weft.examples.bench.run.LabRunner;
import net.weft.examples.bench.run.Machine;
import net.weft.examples.bench.run.Report;
import net.weft.examples.bench.run.Results;
import net.weft.examples.bench.vhost.StageCosts;
import net.weft.examples.bench.vhost.VhostBenchmark;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Round by round, each switch in turn is set up on a fresh topology, checked for forwarding, measured and taken down,
 * so that a machine that slows down affects all of them. Everything lives in network namespaces of its own and is
 * removed with them, also after Ctrl-C.
 */
@Command(name = "benchmark", mixinStandardHelpOptions = true, sortOptions = false, description = "Weft beside the kernel's bridge and Open vSwitch in userspace, on this machine. Needs root.")
public final class Benchmark implements Callable<Integer> {
    @Option(names = "--rounds", defaultValue = "5", paramLabel = "N", description = "rounds (1-1000), default 5")
    private int rounds = 5;

    @Option(names = "--seconds", defaultValue = "5", paramLabel = "S", description = "length of each measurement (1-3600), default 5")
    private int seconds = 5;

    @Option(names = "--warm-up", defaultValue = "2", paramLabel = "S", description = "traffic before each measurement (0-3600), default 2")
    private int warmUpSeconds = 2;

    @Option(names = "--only", split = ",", paramLabel = "SWITCH", description = "weft, bridge, ovs, ovs-tso, weft-vlan, ovs-vlan, ovs-tso-vlan; default: those without -vlan. For vhost: weft, ovs-dpdk, ovs-dpdk-ct, testpmd; for vhost-zones: weft, weft-zones (100 policies), weft-policies (10,000), ovs-dpdk-ct; for vhost-latency: weft, ovs-dpdk, testpmd; for vhost-tcp: weft, ovs-dpdk-tso, bridge")
    private List<String> only = List.of();

    @Option(names = "--vlan", description = "also those that put both ends into VLAN " + Contender.VLAN)
    private boolean vlan;

    @Option(names = "--what", split = ",", paramLabel = "TRAFFIC", description = "tcp, latency, rate; default: these. Or some of vhost, vhost-zones, vhost-latency, vhost-tcp; or vhost-stages alone")
    private List<String> what = List.of();

    @Option(names = "--switch-cpu", defaultValue = "last", paramLabel = "CPU", description = "processor that switches in userspace are bound to, a number, last (default) or any")
    private String switchCpu = "last";

    @Option(names = "--congestion", defaultValue = "cubic", paramLabel = "NAME", description = "TCP's congestion control (sysctl net.ipv4.tcp_available_congestion_control), default cubic")
    private String congestion = "cubic";

    @Option(names = "-o", paramLabel = "FILE", description = "also write the report, Markdown, to this file")
    private @Nullable Path output;

    @Mixin
    private final VhostBenchmark vhost = new VhostBenchmark();

    private final LabRunner laboratories = new LabRunner();
    private final Results results = new Results();
    private final Map<Contender, List<String>> configurations = new EnumMap<>(Contender.class);
    private final Map<Contender, String> accounts = new EnumMap<>(Contender.class);
    private List<String> machine = List.of();

    /** See {@code --help}. */
    public static void main(String[] arguments) {
        Benchmark benchmark = new Benchmark();
        Runtime.getRuntime().addShutdownHook(new Thread(benchmark.laboratories::stop, "tear-down"));
        int status;
        try {
            status = new CommandLine(benchmark)
                    .setExecutionExceptionHandler((failure, line, parsed) -> benchmark.failed(failure))
                    .execute(arguments);
        } catch (AssertionError failure) { // a program of the laboratory failed
            status = benchmark.failed(failure);
        }
        if (!benchmark.laboratories.isStopping()) {
            benchmark.laboratories.finish();
            System.exit(status);
        }
    }

    @Override
    public Integer call() throws Exception {
        requireRange("--rounds", rounds, 1, 1000);
        requireRange("--seconds", seconds, 1, 3600);
        requireRange("--warm-up", warmUpSeconds, 0, 3600);
        if (what.equals(List.of(StageCosts.LABEL))) {
            print(StageCosts.page(rounds, warmUpSeconds, seconds));
            return 0;
        }
        if (what.stream().anyMatch(VhostBenchmark::knows)) {
            requireApart();
            print(vhost.run(laboratories, what, rounds, warmUpSeconds, seconds, only));
            return 0;
        }
        List<Contender> contenders = contenders();
        List<Kind> kinds = what.isEmpty() ? List.of(Kind.values()) : what.stream().map(Kind::of).sorted().toList();
        Conditions conditions = new Conditions(cpu(), congestion);
        for (int round = 1; round <= rounds; round++) {
            for (Contender contender : contenders) {
                measure(contender, kinds, conditions, round);
            }
        }
        publish();
        return 0;
    }

    private List<Contender> contenders() {
        if (!only.isEmpty()) {
            return only.stream().map(Contender::of).distinct().sorted().toList();
        }
        return vlan ? List.of(Contender.values()) : Contender.plain();
    }

    private int cpu() {
        int last = Runtime.getRuntime().availableProcessors() - 1;
        return switch (switchCpu) {
            case "last" -> last;
            case "any" -> Conditions.ANY_CPU;
            default -> {
                if (!switchCpu.matches("[0-9]{1,4}")) {
                    throw new IllegalArgumentException(
                            "--switch-cpu '" + switchCpu + "': expected a processor's number, last or any");
                }
                yield Integer.parseInt(switchCpu);
            }
        };
    }

    private void requireApart() {
        if (!what.stream().allMatch(VhostBenchmark::knows)) {
            throw new IllegalArgumentException("--what " + String.join(",", what)
                    + ": what runs between virtual machines is not measured together with what runs between hosts");
        }
    }

    private static void requireRange(String option, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(option + " " + value + ": expected " + min + " to " + max);
        }
    }

    private void measure(Contender contender, List<Kind> kinds, Conditions conditions, int round)
            throws IOException, InterruptedException {
        record(Metric.BACKGROUND, contender, round, Machine.backgroundPercent());
        laboratories.run(lab -> {
            Bed bed = Bed.in(lab, conditions);
            if (machine.isEmpty()) {
                machine = Machine.describe(bed.fabric());
                machine.forEach(System.out::println);
            }
            Candidate candidate = contender.start(bed);
            bed.checkForwarding(contender);
            for (Kind kind : kinds) {
                kind.measure.run(bed, candidate, new Window(warmUpSeconds, seconds),
                        (metric, value) -> record(metric, contender, round, value));
            }
            configurations.put(contender, candidate.configuration());
            accounts.put(contender, candidate.account());
        });
    }

    private void record(Metric metric, Contender contender, int round, double value) {
        results.add(metric.quantity, contender, round, value);
        System.out.printf("round %d/%d  %-12s  %s: %s %s%n", round, rounds, contender.label, metric.quantity.title(),
                Report.number(value, metric.quantity.decimals()), metric.quantity.unit());
    }

    private void publish() throws IOException {
        List<String> settings = new ArrayList<>();
        settings.add(rounds + " rounds");
        settings.add("switches in userspace on processor " + switchCpu);
        settings.add("TCP with " + congestion);
        settings.add(seconds + " s each after " + warmUpSeconds + " s of warm-up");
        String page = new Report(machine, String.join(", ", settings), List.of(), Metric.quantities(), results,
                configurations, accounts).markdown();
        print(page);
    }

    private void print(String page) throws IOException {
        System.out.println();
        System.out.print(page);
        if (output != null) {
            Files.writeString(output, page);
        }
    }

    private int failed(Throwable failure) {
        System.err.println("benchmark: " + (laboratories.isStopping() ? "interrupted" : failure.getMessage()));
        return 1;
    }
}
