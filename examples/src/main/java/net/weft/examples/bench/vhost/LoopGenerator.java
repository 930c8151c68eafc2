package net.weft.examples.bench.vhost;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Two machines in one testpmd: each sends every frame back that it receives, so that a fixed number of frames
 * circulates as fast as the slower side allows. Each frame keeps its addresses: machine 0 sends from its own address to
 * that of machine 1, and the other way round.
 */
final class LoopGenerator implements AutoCloseable {
    static final int PROCESSOR = 0;
    /** Bursts in each direction: half a ring of frames, so that none is ever dropped for want of room. */
    static final int BURSTS = 16;
    private static final int RING = 1024;
    /** testpmd sends to 02:00:00:00:00:0N from the N-th port. */
    static final List<String> ADDRESSES = List.of("02:00:00:00:00:01", "02:00:00:00:00:00");
    private static final int ATTEMPTS = 60;
    private static final long ATTEMPT_MS = 300;
    /** Longer than the half second between two checks of Open vSwitch whether its flows are still valid. */
    private static final long SETTLE_MS = 1200;
    private static final Pattern BURSTS_OF_NONE = Pattern.compile("RX-bursts : \\d+ \\[(\\d+)% of 0 pkts");

    /** The number of connections that the frames of one direction belong to. */
    enum Flows {
        ONE("one flow", List.of()),
        /** 256 connections, which differ in their source addresses. */
        MANY("256 flows", List.of("--txonly-multi-flow"));

        final String label;
        private final List<String> options;

        Flows(String label, List<String> options) {
            this.label = label;
            this.options = options;
        }
    }

    private final Testpmd testpmd;
    private final String startup;

    /** Returns when the switch has connected. */
    static LoopGenerator start(VhostBed bed, RingLayout layout, Flows flows) throws InterruptedException {
        List<String> devices = new ArrayList<>();
        for (int machine = 0; machine < VhostBed.MACHINES; machine++) {
            devices.add("net_virtio_user" + machine + ",path=" + bed.socket(machine) + ",server=1,queue_size=" + RING
                    + ",mac=" + ADDRESSES.get(machine) + ",in_order=0,packed_vq="
                    + (layout == RingLayout.PACKED ? 1 : 0));
        }
        Testpmd testpmd = Testpmd.start(bed, "machines", PROCESSOR, devices,
                Stream.concat(Stream.of("--tx-offloads=0x8000", "--record-burst-stats"), flows.options.stream())
                        .toList());
        try {
            return new LoopGenerator(testpmd, testpmd.awaitStart());
        } catch (InterruptedException | IllegalStateException e) {
            testpmd.close();
            throw e;
        }
    }

    private LoopGenerator(Testpmd testpmd, String startup) {
        this.testpmd = testpmd;
        this.startup = startup;
    }

    String commandLine() {
        return testpmd.commandLine();
    }

    /** The layout that the switch negotiated. */
    RingLayout layout() {
        return startup.contains("using packed ring") ? RingLayout.PACKED : RingLayout.SPLIT;
    }

    /** Waits until frames arrive in both directions, then fills the tables of connections and of MAC addresses. */
    void awaitForwarding() throws InterruptedException {
        for (int i = 0; !goRound(ATTEMPT_MS); i++) {
            if (i == ATTEMPTS) {
                throw new IllegalStateException("nothing comes through");
            }
        }
        testpmd.ask("set fwd 5tswap"); // what comes back is an answer
        goRound(ATTEMPT_MS);
        testpmd.ask("set fwd io");
        goRound(SETTLE_MS);
    }

    /** Sends one burst in each direction for a while; returns whether both arrive. */
    private boolean goRound(long ms) throws InterruptedException {
        testpmd.ask("clear port stats all");
        testpmd.ask("start tx_first 1");
        Thread.sleep(ms);
        String statistics = testpmd.ask("show port stats all");
        testpmd.ask("stop");
        return received(statistics);
    }

    private static boolean received(String statistics) {
        Matcher counts = Pattern.compile("RX-packets: (\\d+)").matcher(statistics);
        return counts.results().filter(count -> Long.parseLong(count.group(1)) > 0).count() == VhostBed.MACHINES;
    }

    /** Starts the frames; they circulate until {@link #stop}. */
    void circulate(FrameSizes sizes) throws InterruptedException {
        testpmd.ask("set txpkts " + sizes.segments);
        testpmd.ask("set txsplit " + (sizes.isMix() ? "rand" : "off"));
        testpmd.ask("start tx_first " + BURSTS);
    }

    /** Statistics of both ports; the rates are those since the last call. */
    String statistics() throws InterruptedException {
        return testpmd.ask("show port stats all");
    }

    /** Sets the counts of polls to 0. */
    void clearPolls() throws InterruptedException {
        testpmd.ask("clear fwd stats all");
    }

    /**
     * Percent of the machines' polls that found nothing. At 0 the machines are the slower side, otherwise the switch
     * is.
     */
    double emptyPollsPercent() throws InterruptedException {
        return BURSTS_OF_NONE.matcher(testpmd.ask("show fwd stats all")).results()
                .mapToInt(match -> Integer.parseInt(match.group(1))).average().orElse(0);
    }

    void stop() throws InterruptedException {
        testpmd.ask("stop");
    }

    @Override
    public void close() {
        testpmd.close();
    }
}
