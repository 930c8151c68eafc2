package net.weft.examples.jmh;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.InlineSwitch;
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
 * A full burst of 64-byte frames through the switch, from memory to memory: received (the head copied), classified, learned, looked up,
 * tagged and copied out. The time is that of one frame. Nothing is closed, because what closing allocates would be counted; the forked JVM
 * ends with the benchmark.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@OperationsPerInvocation(Burst.CAPACITY)
public class ForwardingBenchmark {
    private static final int FRAME_BYTES = 64;
    private static final int RING_FRAMES = 128;
    private static final int RING_FRAME_BYTES = 2048;
    private static final int MTU = 1500;
    private static final int VID = 10;
    private static final int FLOODED_VID = 20;
    private static final int FLOODED_PORTS = 8;
    private static final byte GUEST = 1;
    private static final byte NEIGHBOUR = 2;
    private static final byte BEHIND_TRUNK = 3;
    private static final byte NOBODY = 4;
    private static final byte FLOODER = 5;

    private final InlineSwitch fabric = new InlineSwitch();
    private final List<MemoryLink> links = new ArrayList<>();
    private final Burst burst = new Burst();
    private long toNeighbour;
    private long toTrunk;
    private long toNobody;

    /**
     * Makes two access ports and a trunk in one VLAN, and nine access ports in another; MAC addresses are learned where
     * a method needs them.
     */
    @Setup
    public void wire() {
        attach("guest", VlanMembership.access(VID));
        attach("neighbour", VlanMembership.access(VID));
        attach("trunk", VlanMembership.trunk(VlanSet.of(VID), 0));
        for (int i = 0; i <= FLOODED_PORTS; i++) {
            attach("flood" + i, VlanMembership.access(FLOODED_VID));
        }
        toNeighbour = frame(NEIGHBOUR, GUEST);
        toTrunk = frame(BEHIND_TRUNK, GUEST);
        toNobody = frame(NOBODY, FLOODER);
        introduce("neighbour", frame(GUEST, NEIGHBOUR), 0);
        introduce("trunk", frame(GUEST, BEHIND_TRUNK), 0x8100_0000 | VID);
    }

    private void attach(String name, VlanMembership membership) {
        MemoryLink link = new MemoryLink(name, RING_FRAMES, RING_FRAME_BYTES, ~0);
        links.add(link);
        fabric.port(link, membership, MTU, 0);
    }

    private long frame(byte destination, byte source) {
        byte[] frame = new byte[FRAME_BYTES];
        frame[0] = 2;
        frame[5] = destination;
        frame[6] = 2;
        frame[11] = source;
        frame[12] = 8;
        MemorySegment memory = Arena.global().allocate(FRAME_BYTES, FRAME_BYTES);
        MemorySegment.copy(frame, 0, memory, ValueLayout.JAVA_BYTE, 0, FRAME_BYTES);
        return memory.address();
    }

    private void introduce(String port, long frame, int tag) {
        burst.clear();
        burst.add(frame, FRAME_BYTES, fabric.number(port), 0, tag);
        fabric.forward(burst);
        links.forEach(MemoryLink::discard);
    }

    private void forward(long frame, int port) {
        burst.clear();
        for (int i = 0; i < Burst.CAPACITY; i++) {
            burst.add(frame, FRAME_BYTES, port, 0, 0);
        }
        fabric.forward(burst);
    }

    /** Checks that every frame has arrived at the port, so that a switch that does not forward is never measured. */
    private int arrived(int port) {
        int frames = links.get(port).discard();
        if (frames != Burst.CAPACITY) {
            throw new IllegalStateException("port " + port + " got " + frames + " frames of " + Burst.CAPACITY);
        }
        return frames;
    }

    @Benchmark
    public int accessToAccess() {
        forward(toNeighbour, 0);
        return arrived(1);
    }

    /** Access to trunk: a tag is pushed. */
    @Benchmark
    public int accessToTrunk() {
        forward(toTrunk, 0);
        return arrived(2);
    }

    /** Unknown unicast: eight copies of each frame. */
    @Benchmark
    public int floodToEight() {
        forward(toNobody, 3);
        int frames = 0;
        for (int port = 4; port < 4 + FLOODED_PORTS; port++) {
            frames += arrived(port);
        }
        return frames;
    }
}
