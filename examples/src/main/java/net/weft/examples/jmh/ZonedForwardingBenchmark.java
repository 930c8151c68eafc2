package net.weft.examples.jmh;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import net.weft.packet.MacAddress;
import net.weft.vswitch.burst.Burst;
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
import org.jspecify.annotations.Nullable;
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

/** The cost that guards and zones add to a packet from one access port to another, with established connections. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@OperationsPerInvocation(Burst.CAPACITY)
public class ZonedForwardingBenchmark {
    /** The checks that a frame goes through. */
    @Param({"nothing", "guards", "zones", "both"})
    public String asked = "";

    /** Connections in a burst of 64 frames. */
    @Param({"1", "64"})
    public int flows;

    /** The protocol of the packets. */
    @Param({"udp", "tcp"})
    public String protocol = "";

    private @Nullable Datagrams packets;

    /** Makes two ports, each in a zone of its own. */
    @Setup
    public void wire() {
        boolean zones = asked.equals("zones") || asked.equals("both");
        boolean guards = asked.equals("guards") || asked.equals("both");
        Policy policy = new Policy(1, null, "all", Set.of(), Set.of(), List.of(Match.ANY), List.of(), List.of(),
                Action.ALLOW, false, false, false, false);
        AddressBinding binding = new AddressBinding(Set.of(new MacAddress(Datagrams.GUEST)),
                List.of(new Prefix(0, Prefix.ipv4(Datagrams.NETWORK), 120, true)));
        packets = new Datagrams(flows);
        packets.fabric.zoning(zones
                ? new Zoning(List.of(new Zone(2, null, "left", true), new Zone(3, null, "right", true)),
                        List.of(policy), Map.of(), Timeouts.DEFAULT, ConnectionLimits.DEFAULT)
                : Zoning.OFF, Map.of("guest", PortZones.of(2), "neighbour", PortZones.of(3)),
                guards ? Map.of("guest", binding) : Map.of());
        if (protocol.equals("tcp")) {
            packets.establish();
        }
    }

    /** Forwards a burst. */
    @Benchmark
    public int packets() {
        return Objects.requireNonNull(packets).forward();
    }
}
