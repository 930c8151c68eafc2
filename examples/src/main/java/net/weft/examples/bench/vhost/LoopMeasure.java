package net.weft.examples.bench.vhost;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.weft.examples.bench.run.Distance;
import net.weft.examples.bench.run.Quantity;

/** One frame size on one kind of ring, circulating through a switch. */
record LoopMeasure(RingLayout layout, FrameSizes sizes, LoopGenerator.Flows flows) {
    /** The end of the title of the quantity that shows which side was slower. */
    static final String EMPTY_POLLS = ", polls of the machines that found nothing";
    private static final String CLASSED_RATE = ", both directions, ";
    static final double TSC_HZ = timeStampHz();
    private static final int WINDOWS_A_SECOND = 2;

    private Quantity rate(Distance distance) {
        return new Quantity(name() + CLASSED_RATE + distance.label, "Mpps", 3, true, true);
    }

    /** Returns whether a quantity of this title is a rate in one class of distance. */
    static boolean isClassedRate(String title) {
        return title.contains(CLASSED_RATE);
    }

    private Quantity cost(Distance distance) {
        return new Quantity(name() + ", switch, " + distance.label, "cycles/packet", 0, false, true);
    }

    private Quantity emptyPolls() {
        return new Quantity(name() + EMPTY_POLLS, "%", 0, true, false);
    }

    private Quantity meanBytes() {
        return new Quantity(name() + ", mean frame", "octets", 0, true, false);
    }

    private String name() {
        return sizes.label + ", " + layout.label() + " rings"
                + (flows == LoopGenerator.Flows.ONE ? "" : ", " + flows.label);
    }

    void run(LoopGenerator machines, VhostSwitch peer, int warmUpSeconds, int seconds,
            VhostMeasure.Recorder record)
            throws InterruptedException {
        machines.circulate(sizes);
        TimeUnit.SECONDS.sleep(warmUpSeconds);
        machines.clearPolls();
        Windows windows = new Windows(machines, peer.process().orElseThrow());
        windows.measure(WINDOWS_A_SECOND * seconds, record);
        record.number(emptyPolls(), machines.emptyPollsPercent());
        machines.stop();
        if (windows.isStill()) {
            record.note(name() + ": where there is no rate the circle broke, and no packet came round any more.");
            return;
        }
        for (Distance distance : List.of(Distance.NEAR, Distance.FAR)) {
            windows.rate(distance).ifPresent(rate -> record.number(rate(distance), rate / 1e6));
            windows.nsPerPacket(distance).ifPresent(ns -> record.number(cost(distance), ns / 1e9 * TSC_HZ));
        }
        if (sizes.isMix()) {
            record.number(meanBytes(), windows.meanBytes());
        }
    }

    static double timeStampHz() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream().filter(line -> line.startsWith("bogomips"))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1)) * 1e6 / 2)
                    .findFirst().orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
