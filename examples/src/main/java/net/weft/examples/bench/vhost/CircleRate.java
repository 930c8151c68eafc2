package net.weft.examples.bench.vhost;

import java.util.List;
import java.util.Set;

/**
 * The rate of frames that circulate between two machines of testpmd through a switch, for one kind of rings, one size
 * after the other.
 *
 * @param flows in each direction
 */
record CircleRate(RingLayout layout, List<FrameSizes> sizes, LoopGenerator.Flows flows, Set<Peer> peers)
        implements
            VhostMeasure {

    @Override
    public String note() {
        return "Packets a second are those that reach the machines, both directions summed: "
                + 2 * 32 * LoopGenerator.BURSTS
                + " frames circulate, UDP, " + flows.label + " each way, through access ports of VLAN "
                + VhostSwitch.VLAN + ". Processor " + LoopGenerator.PROCESSOR + " is the machines', processor "
                + VhostSwitch.PROCESSOR
                + " the switch's. Where the machines' polls find nothing, the switch is the slower side and its"
                + " cycles a packet are its own; where they never do, the machines are."
                + " Each window of half a second is classed by the round trip of a cache line between the two processors,"
                + " measured before and after it: near below 350 cycles, far from there on; windows during which it changed"
                + " are dropped. Ratios are those of windows of one class."
                + " Cycles a packet are the processor time of the switch's busiest thread times the frequency of the time"
                + " stamp counter. A thread that polls is always busy: the figure holds at saturation.";
    }

    @Override
    public void run(VhostBed bed, VhostSwitch running, Window window, Recorder record) throws InterruptedException {
        try (LoopGenerator machines = LoopGenerator.start(bed, layout, flows)) {
            record.note("testpmd's machines: `" + machines.commandLine() + "`");
            if (machines.layout() != layout) {
                record.note("A switch agreed to no " + layout.label() + " rings; not measured there.");
                return;
            }
            machines.awaitForwarding();
            for (FrameSizes size : sizes) {
                new LoopMeasure(layout, size, flows).run(machines, running, window.warmUpSeconds(), window.seconds(),
                        record);
            }
        }
    }
}
