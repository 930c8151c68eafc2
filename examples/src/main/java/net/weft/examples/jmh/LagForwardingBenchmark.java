package net.weft.examples.jmh;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.Packets;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.device.MemoryLink;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A full burst of UDP packets of 64 flows out of a LAG, beside the same burst out of a plain port: the goal is at most 5 % more for the
 * LAG, and nothing allocated. The difference is the flow hash, the bucket, and one call more for each further leg of a burst.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 3, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@OperationsPerInvocation(Burst.CAPACITY)
public class LagForwardingBenchmark {
    /** Slots of all rings of a port, so that each port has the same memory to write to. */
    private static final int RING_FRAMES = 512;
    private static final int RING_FRAME_BYTES = 2048;
    private static final int MTU = 1500;
    private static final int LEGS = 4;
    private static final VlanMembership VLAN = VlanMembership.access(10);
    private static final int GUEST = 1;
    private static final int BEHIND_PLAIN = 2;
    private static final int BEHIND_LAG = 3;
    private static final int BEHIND_TWO_LEGS = 4;

    private final InlineSwitch fabric = new InlineSwitch();
    private final List<MemoryLink> plain = new ArrayList<>();
    private final List<MemoryLink> lag = new ArrayList<>();
    private final List<MemoryLink> twoLegs = new ArrayList<>();
    private final Burst burst = new Burst();
    private long[] toPlain = {};
    private long[] toLag = {};
    private long[] toTwoLegs = {};
    private int frameBytes;

    @Setup
    public void wire() {
        List<MemoryLink> guest = new ArrayList<>();
        attach("guest", guest, 1);
        attach("plain", plain, 1);
        attach("lag", lag, LEGS);
        attach("two", twoLegs, 2);
        toPlain = frames(BEHIND_PLAIN);
        toLag = frames(BEHIND_LAG);
        toTwoLegs = frames(BEHIND_TWO_LEGS);
        introduce("plain", BEHIND_PLAIN);
        introduce("lag", BEHIND_LAG);
        introduce("two", BEHIND_TWO_LEGS);
    }

    private void attach(String name, List<MemoryLink> links, int legs) {
        for (int leg = 0; leg < legs; leg++) {
            links.add(new MemoryLink(name + leg, RING_FRAMES / legs, RING_FRAME_BYTES, ~0));
        }
        fabric.port(links.getFirst(), VLAN, MTU, 0);
        if (legs > 1) {
            fabric.lag(links.getFirst().name(), links.subList(1, legs));
        }
    }

    private long[] frames(int to) {
        long[] frames = new long[Burst.CAPACITY];
        for (int flow = 0; flow < frames.length; flow++) {
            frames[flow] = memory(Packets.udp(GUEST, to, 1000 + flow, 53));
        }
        return frames;
    }

    private long memory(byte[] frame) {
        frameBytes = frame.length;
        MemorySegment memory = Arena.global().allocate(frame.length, 64);
        MemorySegment.copy(frame, 0, memory, ValueLayout.JAVA_BYTE, 0, frame.length);
        return memory.address();
    }

    private void introduce(String port, int host) {
        burst.clear();
        burst.add(memory(Packets.udp(host, GUEST, 53, 1000)), frameBytes, fabric.number(port + 0), 0, 0);
        fabric.forward(burst);
        discard(plain);
        discard(lag);
        discard(twoLegs);
    }

    private static int discard(List<MemoryLink> links) {
        int frames = 0;
        for (MemoryLink link : links) {
            frames += link.discard();
        }
        return frames;
    }

    private int forward(long[] frames, List<MemoryLink> out) {
        burst.clear();
        for (long frame : frames) {
            burst.add(frame, frameBytes, 0, 0, 0);
        }
        fabric.forward(burst);
        int arrived = discard(out);
        if (arrived != Burst.CAPACITY) {
            throw new IllegalStateException(arrived + " frames of " + Burst.CAPACITY + " have left");
        }
        return arrived;
    }

    @Benchmark
    public int plainPort() {
        return forward(toPlain, plain);
    }

    @Benchmark
    public int lagOfTwoLegs() {
        return forward(toTwoLegs, twoLegs);
    }

    @Benchmark
    public int lagOfFourLegs() {
        return forward(toLag, lag);
    }
}
