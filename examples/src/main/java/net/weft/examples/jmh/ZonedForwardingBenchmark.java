package net.weft.examples.jmh;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import net.weft.packet.EtherType;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.MacAddress;
import net.weft.packet.NetworkOrder;
import net.weft.packet.Octets;
import net.weft.packet.Udp;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.device.MemoryLink;
import net.weft.zone.Action;
import net.weft.zone.AddressBinding;
import net.weft.zone.ConnectionLimits;
import net.weft.zone.Match;
import net.weft.zone.Policy;
import net.weft.zone.PortZones;
import net.weft.zone.Prefix;
import net.weft.zone.Timeouts;
import net.weft.zone.Zone;
import net.weft.zone.Zoning;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What guards and zones add to the way of a datagram from one access port to another, connections established. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@OperationsPerInvocation(Burst.CAPACITY)
public class ZonedForwardingBenchmark {
    private static final int FRAME_BYTES = 64;
    private static final int VID = 10;
    private static final int L3 = 14;
    private static final int NETWORK = 0x0a0a_0000;
    private static final long GUEST = 0x0200_0000_0001L;
    private static final long NEIGHBOUR = 0x0200_0000_0002L;

    /** What is asked of a frame. */
    @Param({"nothing", "guards", "zones", "both"})
    public String asked = "";

    /** Connections in a burst, of 64 frames. */
    @Param({"1", "64"})
    public int flows;

    private final InlineSwitch fabric = new InlineSwitch();
    private final MemoryLink guest = new MemoryLink("guest", 128, 2048, ~0);
    private final MemoryLink neighbour = new MemoryLink("neighbour", 128, 2048, ~0);
    private final Burst burst = new Burst();
    private final MemorySegment frames = Arena.global().allocate((long) FRAME_BYTES * Burst.CAPACITY, 64);

    /** Two ports, a zone each. */
    @Setup
    public void wire() {
        fabric.port(guest, VlanMembership.access(VID), 1500, 0).port(neighbour, VlanMembership.access(VID), 1500, 0);
        for (int i = 0; i < Burst.CAPACITY; i++) {
            frame(frames.asSlice((long) i * FRAME_BYTES, FRAME_BYTES), NEIGHBOUR, GUEST, i % flows);
        }
        MemorySegment hello = Arena.global().allocate(FRAME_BYTES, 64);
        frame(hello, GUEST, NEIGHBOUR, 0);
        burst.clear();
        burst.add(hello.address(), FRAME_BYTES, 1, 0, 0);
        fabric.forward(burst);
        guest.discard();
        boolean zones = asked.equals("zones") || asked.equals("both");
        boolean guards = asked.equals("guards") || asked.equals("both");
        Policy policy = new Policy(1, null, "all", Set.of(), Set.of(), List.of(Match.ANY), List.of(), List.of(),
                Action.ALLOW, false, false, false, false);
        AddressBinding binding = new AddressBinding(Set.of(new MacAddress(GUEST)),
                List.of(new Prefix(0, Prefix.ipv4(NETWORK), 120, true)));
        fabric.zoning(zones
                ? new Zoning(List.of(new Zone(2, null, "left", true), new Zone(3, null, "right", true)),
                        List.of(policy), Map.of(), Timeouts.DEFAULT, ConnectionLimits.DEFAULT)
                : Zoning.OFF, Map.of("guest", PortZones.of(2), "neighbour", PortZones.of(3)),
                guards ? Map.of("guest", binding) : Map.of());
    }

    private static void frame(MemorySegment to, long destination, long source, int flow) {
        NetworkOrder.putU48(to, 0, destination);
        NetworkOrder.putU48(to, 6, source);
        NetworkOrder.putU16(to, 12, EtherType.IPV4);
        new Ipv4.Header(0, FRAME_BYTES - L3, 0, 0, 0, 64, IpProtocol.UDP, 0, NETWORK + 1, NETWORK + 2, Octets.EMPTY)
                .emit(to, L3);
        new Udp.Header(4000 + flow, 9, FRAME_BYTES - L3 - Ipv4.MIN_LENGTH, 0).emit(to, L3 + Ipv4.MIN_LENGTH);
    }

    /** A burst of datagrams. */
    @Benchmark
    public int datagrams() {
        burst.clear();
        for (int i = 0; i < Burst.CAPACITY; i++) {
            burst.add(frames.address() + (long) i * FRAME_BYTES, FRAME_BYTES, 0, 0, 0);
        }
        fabric.forward(burst);
        int arrived = neighbour.discard();
        if (arrived != Burst.CAPACITY) {
            throw new IllegalStateException(arrived + " frames of " + Burst.CAPACITY + " arrived");
        }
        return arrived;
    }
}
