package net.weft.examples.bench.vhost;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.IntSummaryStatistics;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.weft.examples.bench.run.HugePages;
import net.weft.examples.bench.run.LabRunner;
import net.weft.examples.bench.run.Machine;
import net.weft.examples.bench.run.Quantity;
import net.weft.examples.bench.run.Report;
import net.weft.examples.bench.run.Results;
import picocli.CommandLine.Option;

/**
 * Round by round each switch in turn is started between two virtual machines, anew for each kind of traffic and of rings. The machines
 * have one processor, the switch's packet thread the other.
 */
public final class VhostBenchmark {
    /** Kinds of traffic. */
    public static final String CIRCLE = "vhost";
    /** The same with every packet tracked. */
    public static final String ZONES = "vhost-zones";
    public static final String LATENCY = "vhost-latency";
    public static final String TCP = "vhost-tcp";

    /** From this share of empty polls on, the machines wait for the switch. */
    private static final double SATURATED_PERCENT = 1;
    /** Rounds go on to this multiple of those asked for, until every switch has windows of each class of distance. */
    private static final int MOST = 2;

    @Option(names = "--frames", split = ",", paramLabel = "SIZE", description = "vhost: 64, 512, 1518, imix; default: all")
    private List<String> frames = List.of("64", "512", "1518", "imix");

    @Option(names = "--rings", split = ",", paramLabel = "LAYOUT", description = "vhost: split, packed; default: both")
    private List<String> rings = List.of("split", "packed");

    private final Results results = new Results();
    private final Set<Quantity> quantities = new LinkedHashSet<>();
    private final Map<Peer, List<String>> configurations = new EnumMap<>(Peer.class);
    private final Map<Peer, String> accounts = new EnumMap<>(Peer.class);
    private final Set<String> notes = new LinkedHashSet<>();
    private List<String> machine = List.of();

    /** Returns whether it measures this kind of traffic. */
    public static boolean knows(String traffic) {
        return traffic.equals(CIRCLE) || traffic.equals(ZONES) || traffic.equals(LATENCY) || traffic.equals(TCP);
    }

    /**
     * Measures everything, and returns a page of Markdown.
     *
     * @param what kinds of traffic that it {@link #knows}
     * @param only labels of switches, empty for all
     */
    public String run(LabRunner laboratories, List<String> what, int rounds, int warmUpSeconds, int seconds,
            List<String> only) throws IOException, InterruptedException {
        Set<Peer> peers = Peer.of(only);
        List<VhostMeasure> measures = Stream.of(CIRCLE, ZONES, LATENCY, TCP).filter(what::contains)
                .flatMap(this::measures)
                .toList();
        if (measures.stream().allMatch(measure -> peers(measure, peers).isEmpty())) {
            throw new IllegalArgumentException("--only " + String.join(",", only) + ": nothing of --what "
                    + String.join(",", what) + " is measured of these");
        }
        VhostMeasure.Window window = new VhostMeasure.Window(warmUpSeconds, seconds);
        int round = 1;
        try (HugePages pages = HugePages.reserve(Testpmd.MEGABYTES + OvsDpdk.MEGABYTES)) {
            notes.add(pages.areReserved()
                    ? "The machines' memory, and that of DPDK's switches, lies on huge pages of 2 MiB."
                    : "All memory lies on ordinary pages: too few huge ones could be reserved.");
            for (; round <= rounds || round <= MOST * rounds && isUneven(rounds); round++) {
                run(laboratories, measures, peers, window, round, pages.areReserved());
            }
        }
        quantities.stream().filter(quantity -> quantity.title().endsWith(LoopMeasure.EMPTY_POLLS))
                .forEach(this::noteSlowerSide);
        noteUneven(rounds);
        quantities.remove(Results.BACKGROUND);
        quantities.add(Results.BACKGROUND);
        return new Report(machine,
                round - 1 + " rounds, " + seconds + " s each after " + warmUpSeconds + " s of warm-up",
                List.copyOf(notes), List.copyOf(quantities), results, configurations, accounts).markdown();
    }

    private void run(LabRunner laboratories, List<VhostMeasure> measures, Set<Peer> peers, VhostMeasure.Window window,
            int round, boolean hugePages) throws IOException, InterruptedException {
        for (VhostMeasure measure : measures) {
            for (Peer peer : peers(measure, peers)) {
                Turn turn = new Turn(peer, round);
                turn.number(Results.BACKGROUND, Machine.backgroundPercent());
                laboratories.run(lab -> turn.run(VhostBed.in(lab, hugePages), measure, window));
            }
        }
    }

    private Stream<VhostMeasure> measures(String traffic) {
        return switch (traffic) {
            case LATENCY -> Stream.of(new LoadedLatency());
            case TCP -> Stream.of(new GuestTcp());
            case ZONES -> Stream.of(LoopGenerator.Flows.values())
                    .flatMap(flows -> circles(flows,
                            EnumSet.of(Peer.WEFT, Peer.WEFT_ZONES, Peer.WEFT_POLICIES, Peer.OVS_CT)));
            default -> circles(LoopGenerator.Flows.ONE,
                    EnumSet.of(Peer.WEFT, Peer.OVS, Peer.OVS_CT, Peer.TESTPMD));
        };
    }

    private Stream<VhostMeasure> circles(LoopGenerator.Flows flows, Set<Peer> peers) {
        return rings.stream().map(RingLayout::of).distinct().sorted()
                .map(layout -> new CircleRate(layout, sizes(layout), flows, peers));
    }

    private List<FrameSizes> sizes(RingLayout layout) {
        List<FrameSizes> wanted = frames.stream().map(FrameSizes::of).distinct().sorted().toList();
        List<FrameSizes> able = wanted.stream().filter(sizes -> layout == RingLayout.SPLIT || !sizes.isMix()).toList();
        if (able.size() < wanted.size()) {
            notes.add(
                    "The mix is measured on split rings only: on packed ones its chains of several descriptors stall the machines' "
                            + "driver (virtio-user of DPDK 22.11), with every switch and with bare testpmd.");
        }
        return able;
    }

    /** Returns whether a class of distance occurred in half of the rounds with one switch, but not with another. */
    private boolean isUneven(int rounds) {
        return classed().anyMatch(quantity -> {
            IntSummaryStatistics counts = measuredRounds(quantity);
            return counts.getMax() * 2 >= rounds && counts.getMin() * 2 < rounds;
        });
    }

    private void noteUneven(int rounds) {
        classed().filter(quantity -> measuredRounds(quantity).getMin() * 2 < rounds).forEach(quantity -> notes.add(
                "Not proved, " + quantity.title() + ": windows of this class occurred in "
                        + configurations.keySet().stream()
                                .map(peer -> results.rounds(quantity, peer) + " rounds with " + peer.label())
                                .collect(Collectors.joining(", "))
                        + "."));
    }

    /** The rates by distance that were measured of some switch. */
    private Stream<Quantity> classed() {
        return quantities.stream().filter(quantity -> LoopMeasure.isClassedRate(quantity.title()));
    }

    private IntSummaryStatistics measuredRounds(Quantity quantity) {
        return configurations.keySet().stream().mapToInt(peer -> results.rounds(quantity, peer)).summaryStatistics();
    }

    /** Adds a note in words, which side was the slower one. */
    private void noteSlowerSide(Quantity emptyPolls) {
        Map<Boolean, List<String>> bySwitch = configurations.keySet().stream()
                .filter(peer -> results.has(emptyPolls, peer))
                .collect(Collectors.partitioningBy(
                        peer -> results.spread(emptyPolls, peer).median() >= SATURATED_PERCENT,
                        Collectors.mapping(Peer::label, Collectors.toList())));
        List<String> sides = new ArrayList<>();
        bySwitch.forEach((isSwitch, labels) -> {
            if (!labels.isEmpty()) {
                sides.add((isSwitch ? "the switch with " : "the machines with ") + String.join(", ", labels));
            }
        });
        notes.add("Saturated at " + emptyPolls.title().replace(LoopMeasure.EMPTY_POLLS, "") + ": "
                + String.join("; ", sides) + ".");
    }

    private static List<Peer> peers(VhostMeasure measure, Set<Peer> wanted) {
        return measure.peers().stream().filter(wanted::contains).toList();
    }

    /** One switch in one round. */
    private final class Turn implements VhostMeasure.Recorder {
        private final Peer peer;
        private final int round;

        Turn(Peer peer, int round) {
            this.peer = peer;
            this.round = round;
        }

        void run(VhostBed bed, VhostMeasure measure, VhostMeasure.Window window) throws InterruptedException {
            if (machine.isEmpty()) {
                machine = describe(bed);
                machine.forEach(System.out::println);
            }
            notes.add(measure.note());
            VhostSwitch running = peer.start(bed);
            measure.run(bed, running, window, this);
            configurations.put(peer, running.configuration());
            accounts.put(peer, running.account());
        }

        @Override
        public void note(String sentence) {
            notes.add(sentence);
        }

        @Override
        public void number(Quantity quantity, double value) {
            quantities.add(quantity);
            results.add(quantity, peer, round, value);
            System.out.printf("round %d  %-12s  %s: %s %s%n", round, peer.label(), quantity.title(),
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
