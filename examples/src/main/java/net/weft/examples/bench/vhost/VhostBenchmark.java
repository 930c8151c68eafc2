package net.weft.examples.bench.vhost;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.weft.examples.bench.run.LabRunner;
import net.weft.examples.bench.run.Machine;
import net.weft.examples.bench.run.Quantity;
import net.weft.examples.bench.run.Report;
import net.weft.examples.bench.run.Results;
import picocli.CommandLine.Option;

/**
 * Round by round each switch in turn is started between two virtual machines that testpmd plays, anew for each kind of rings, and
 * goes through all kinds of frames. The machines poll on one processor, the switch's packet thread on the other.
 */
public final class VhostBenchmark {
    private static final List<String> NOTES = List.of(
            "Packets a second are those that reach the machines, both directions summed: "
                    + 2 * 32 * LoopGenerator.BURSTS
                    + " frames circulate, UDP, one flow each way, through access ports of VLAN " + VhostSwitch.VLAN
                    + ".",
            "Processor " + LoopGenerator.PROCESSOR + " is the machines', processor " + VhostSwitch.PROCESSOR
                    + " the switch's. Where the machines' polls find nothing, the switch is the slower side and its"
                    + " cycles a packet are its own; where they never do, the machines are.",
            "Cycles a packet are the processor time of the switch's busiest thread times the frequency of the time stamp"
                    + " counter. A thread that polls is always busy: the figure holds at saturation.");

    @Option(names = "--frames", split = ",", paramLabel = "SIZE", description = "vhost: 64, 512, 1518, imix; default: all")
    private List<String> frames = List.of("64", "512", "1518", "imix");

    @Option(names = "--rings", split = ",", paramLabel = "LAYOUT", description = "vhost: split, packed; default: both")
    private List<String> rings = List.of("split", "packed");

    private final Results results = new Results();
    private final Set<Quantity> quantities = new LinkedHashSet<>();
    private final Map<Peer, List<String>> configurations = new EnumMap<>(Peer.class);
    private final Map<Peer, String> accounts = new EnumMap<>(Peer.class);
    private final Set<String> notes = new LinkedHashSet<>(NOTES);
    private List<String> machine = List.of();

    /** Everything, as a page of Markdown. @param only labels of switches, empty for all */
    public String run(LabRunner laboratories, int rounds, int warmUpSeconds, int seconds, List<String> only)
            throws IOException, InterruptedException {
        List<Peer> peers = Peer.of(only);
        List<RingLayout> layouts = rings.stream().map(RingLayout::of).distinct().sorted().toList();
        List<FrameSizes> sizes = frames.stream().map(FrameSizes::of).distinct().sorted().toList();
        for (int round = 1; round <= rounds; round++) {
            for (Peer peer : peers) {
                Round turn = new Round(peer, round, warmUpSeconds, seconds);
                turn.record(Results.BACKGROUND, Machine.backgroundPercent());
                for (RingLayout layout : layouts) {
                    laboratories.run(lab -> turn.run(VhostBed.in(lab), layout, sizes));
                }
            }
        }
        quantities.remove(Results.BACKGROUND);
        quantities.add(Results.BACKGROUND);
        return new Report(machine, rounds + " rounds, " + seconds + " s each after " + warmUpSeconds + " s of warm-up",
                List.copyOf(notes), List.copyOf(quantities), results, configurations, accounts).markdown();
    }

    /** One switch in one round. */
    private final class Round {
        private final Peer peer;
        private final int number;
        private final int warmUpSeconds;
        private final int seconds;

        Round(Peer peer, int number, int warmUpSeconds, int seconds) {
            this.peer = peer;
            this.number = number;
            this.warmUpSeconds = warmUpSeconds;
            this.seconds = seconds;
        }

        void run(VhostBed bed, RingLayout layout, List<FrameSizes> sizes) throws InterruptedException {
            if (machine.isEmpty()) {
                machine = describe(bed);
                machine.forEach(System.out::println);
            }
            VhostSwitch running = peer.start(bed);
            try (LoopGenerator machines = LoopGenerator.start(bed, layout)) {
                notes.add("The machines: `" + machines.commandLine() + "`");
                measure(machines, running, layout, sizes);
            }
            configurations.put(peer, running.configuration());
            accounts.put(peer, running.account());
        }

        private void measure(LoopGenerator machines, VhostSwitch running, RingLayout layout, List<FrameSizes> sizes)
                throws InterruptedException {
            if (machines.layout() != layout) {
                notes.add(peer.label() + ": the machines did not report " + layout.label() + " rings; not measured.");
                return;
            }
            machines.awaitForwarding();
            for (FrameSizes size : sizes) {
                new LoopMeasure(layout, size).run(machines, running, warmUpSeconds, seconds, this::record);
            }
        }

        void record(Quantity quantity, double value) {
            quantities.add(quantity);
            results.add(quantity, peer, number, value);
            System.out.printf("round %d  %-12s  %s: %s %s%n", number, peer.label(), quantity.title(),
                    Report.number(value, quantity.decimals()), quantity.unit());
        }
    }

    private static List<String> describe(VhostBed bed) {
        List<String> facts = new ArrayList<>(Machine.describe(bed.fabric()));
        facts.removeIf(fact -> fact.startsWith("iperf: "));
        facts.add("dpdk: " + bed.fabric().run("pkg-config", "--modversion", "libdpdk").out().strip());
        facts.add("time stamp counter: " + Report.number(LoopMeasure.timeStampHz() / 1e6, 0) + " MHz");
        return List.copyOf(facts);
    }
}
