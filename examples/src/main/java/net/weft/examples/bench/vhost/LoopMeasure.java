package net.weft.examples.bench.vhost;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import net.weft.examples.bench.run.Quantity;

/** One frame size on one kind of ring, circulating through a switch. */
record LoopMeasure(RingLayout layout, FrameSizes sizes, LoopGenerator.Flows flows) {
    /** The end of the title of the quantity that shows which side was slower. */
    static final String EMPTY_POLLS = ", polls of the machines that found nothing";
    private static final double TSC_HZ = timeStampHz();

    private Quantity rate() {
        return new Quantity(name() + ", both directions", "Mpps", 3, true, true);
    }

    private Quantity cost() {
        return new Quantity(name() + ", switch", "cycles/packet", 0, false, true);
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
        String before = machines.statistics();
        ProcessHandle process = peer.process().orElseThrow();
        ThreadTime start = ThreadTime.now(process);
        TimeUnit.SECONDS.sleep(seconds);
        long busyNs = ThreadTime.now(process).busiestSince(start);
        String after = machines.statistics();
        double packets = Testpmd.sum(after, "RX-packets") - (double) Testpmd.sum(before, "RX-packets");
        record.number(rate(), Testpmd.sum(after, "Rx-pps") / 1e6);
        record.number(emptyPolls(), machines.emptyPollsPercent());
        machines.stop();
        if (packets == 0) {
            record.note(name() + ": where the rate is 0 the circle broke, and no packet came round any more.");
            return;
        }
        record.number(cost(), busyNs / 1e9 * TSC_HZ / packets);
        if (sizes.isMix()) {
            record.number(meanBytes(),
                    (Testpmd.sum(after, "RX-bytes") - Testpmd.sum(before, "RX-bytes")) / packets);
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
