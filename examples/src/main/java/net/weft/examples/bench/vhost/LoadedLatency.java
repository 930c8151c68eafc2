package net.weft.examples.bench.vhost;

import java.util.EnumSet;
import java.util.Set;
import net.weft.examples.bench.run.Quantity;
import net.weft.examples.bench.vhost.PacedMachines.Run;

/** The time of a frame from ring to ring, at shares of the highest rate that this switch can carry. */
final class LoadedLatency implements VhostMeasure {
    private static final Quantity MOST = new Quantity("Most, both directions, paced by nothing", "Mpps", 3, true, true);
    private static final Quantity EMPTY_POLLS = new Quantity("Most: polls of the machines that found nothing", "%", 0,
            true, false);
    private static final Quantity LOST = new Quantity("Most: frames lost", "frames", 0, false, false);
    private static final int[] LOAD_PERCENT = {10, 50, 90};
    private static final double[] PERCENTILES = {50, 99, 99.9};
    private static final double US = 1e3;

    @Override
    public Set<Peer> peers() {
        return EnumSet.of(Peer.WEFT, Peer.OVS, Peer.TESTPMD);
    }

    @Override
    public String note() {
        return "Latency: two machines of this benchmark's own, in one thread on processor " + LoopGenerator.PROCESSOR
                + ", send each other " + ProbeFrame.BYTES
                + "-octet frames of UDP over split rings without offloads. First as many as go through with 512 in flight"
                + " each way: that is the switch's most, where the machines' polls find nothing (else it is the"
                + " machines'). Then 10, 50 and 90 % of that, by the clock. A frame's time runs from when it was due, not"
                + " from when there was room for it, until the other machine's poll finds it: what a stall holds up counts"
                + " in full, and so does the machines' own lateness, which is given too. Each switch has its own load;"
                + " ratios compare times at equal shares, not at equal rates.";
    }

    @Override
    public void run(VhostBed bed, VhostSwitch running, Window window, Recorder record) throws InterruptedException {
        try (PacedMachines machines = PacedMachines.start(bed)) {
            machines.awaitForwarding();
            Run most = machines.atMost(window.warmUpSeconds(), window.seconds());
            record.number(MOST, most.packetsPerSecond() / 1e6);
            record.number(EMPTY_POLLS, most.emptyPollsPercent());
            record.number(LOST, (double) most.lost());
            for (int percent : LOAD_PERCENT) {
                double rate = most.packetsPerSecond() * percent / 100;
                note(percent, machines.paced(rate, window.warmUpSeconds(), window.seconds()), record);
            }
        }
    }

    private static void note(int percent, Run run, Recorder record) {
        String load = "At " + percent + " % of its most";
        for (double percentile : PERCENTILES) {
            String name = percentile == 50 ? "median" : Double.toString(percentile).replace(".0", "") + " %";
            record.number(new Quantity(load + ": latency, " + name, "µs", 1, false, true),
                    run.latencyNs().getValueAtPercentile(percentile) / US);
        }
        record.number(new Quantity(load + ": carried", "Mpps", 3, true, false), run.packetsPerSecond() / 1e6);
        record.number(new Quantity(load + ": frames lost", "frames", 0, false, false), (double) run.lost());
        record.number(new Quantity(load + ": machines behind their clock, 99 % of bursts", "µs", 1, false, false),
                run.lateNs().getValueAtPercentile(99) / US);
    }
}
