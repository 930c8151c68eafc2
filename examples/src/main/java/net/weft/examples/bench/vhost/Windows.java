package net.weft.examples.bench.vhost;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.weft.examples.bench.run.CoreTrip;
import net.weft.examples.bench.run.Distance;
import net.weft.examples.bench.run.Quantity;

/**
 * Windows of half a second, with the trip of a cache line between the machines' processor and the switch's measured
 * before and after each, while the frames go on circulating. Windows during which the distance changed are dropped, and
 * others are measured in their place, up to three times as many in all.
 */
final class Windows {
    private static final Quantity TRIP = new Quantity("Core-to-core round trip", "cycles", 0, false, false);
    private static final Quantity DROPPED = new Quantity("Windows dropped, because the distance changed", "windows", 0,
            false, false);
    private static final long WINDOW_MS = 500;
    /** The rates settle after the threads of the trip have ended. */
    private static final long SETTLE_MS = 20;
    private static final int MOST = 3;

    /** What one window counted. */
    private record Count(double packets, double bytes, long elapsedNs, long busyNs) {
    }

    private final LoopGenerator machines;
    private final ProcessHandle process;
    private final List<List<Count>> byDistance = Stream.generate(() -> (List<Count>) new ArrayList<Count>())
            .limit(Distance.values().length).toList();

    /** @param process the switch's */
    Windows(LoopGenerator machines, ProcessHandle process) {
        this.machines = machines;
        this.process = process;
    }

    /** Measures until {@code wanted} windows are classed near or far. */
    void measure(int wanted, VhostMeasure.Recorder record) throws InterruptedException {
        List<Double> trips = new ArrayList<>();
        tripCycles(); // the first runs before its loops are compiled
        double before = tripCycles();
        for (int n = 0; n < MOST * wanted && kept() < wanted; n++) {
            trips.add(before);
            TimeUnit.MILLISECONDS.sleep(SETTLE_MS);
            Count count = window();
            double after = tripCycles();
            of(Distance.of(before, after)).add(count);
            before = after;
        }
        double[] sorted = trips.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        record.number(TRIP, sorted[sorted.length / 2]);
        record.number(DROPPED, of(Distance.MIXED).size());
    }

    private static double tripCycles() throws InterruptedException {
        return CoreTrip.measureNs(LoopGenerator.PROCESSOR, VhostSwitch.PROCESSOR) / 1e9 * LoopMeasure.TSC_HZ;
    }

    private Count window() throws InterruptedException {
        String before = machines.statistics();
        long startNs = System.nanoTime();
        ThreadTime start = ThreadTime.now(process);
        TimeUnit.MILLISECONDS.sleep(WINDOW_MS);
        long busyNs = ThreadTime.now(process).busiestSince(start);
        String after = machines.statistics();
        long elapsedNs = System.nanoTime() - startNs;
        return new Count(Testpmd.sum(after, "RX-packets") - (double) Testpmd.sum(before, "RX-packets"),
                Testpmd.sum(after, "RX-bytes") - (double) Testpmd.sum(before, "RX-bytes"), elapsedNs, busyNs);
    }

    private List<Count> of(Distance distance) {
        return byDistance.get(distance.ordinal());
    }

    private int kept() {
        return of(Distance.NEAR).size() + of(Distance.FAR).size();
    }

    /** Returns whether no packet came round in any window. */
    boolean isStill() {
        return byDistance.stream().flatMap(List::stream).allMatch(count -> count.packets == 0);
    }

    /** Median of the packets a second of the windows of a class; empty without such a window. */
    OptionalDouble rate(Distance distance) {
        return median(of(distance).stream().mapToDouble(count -> count.packets * 1e9 / count.elapsedNs)
                .toArray());
    }

    /** Median of the processor time a packet of the switch's busiest thread; empty without such a window. */
    OptionalDouble nsPerPacket(Distance distance) {
        return median(of(distance).stream().filter(count -> count.packets > 0)
                .mapToDouble(count -> count.busyNs / count.packets).toArray());
    }

    /** Mean length of the frames of all windows. */
    double meanBytes() {
        List<Count> all = byDistance.stream().flatMap(List::stream).toList();
        return all.stream().mapToDouble(Count::bytes).sum() / all.stream().mapToDouble(Count::packets).sum();
    }

    private static OptionalDouble median(double[] values) {
        Arrays.sort(values);
        return values.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(values[values.length / 2]);
    }
}
