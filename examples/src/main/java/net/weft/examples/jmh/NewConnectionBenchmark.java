package net.weft.examples.jmh;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import net.weft.vswitch.burst.Burst;
import net.weft.zone.Action;
import net.weft.zone.ConnectionLimits;
import net.weft.zone.Match;
import net.weft.zone.Policy;
import net.weft.zone.PortZones;
import net.weft.zone.Prefix;
import net.weft.zone.Timeouts;
import net.weft.zone.Zone;
import net.weft.zone.Zoning;
import net.weft.zone.track.ConnectionFilter;
import net.weft.zone.track.Connections;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The cost of new connections by the number of policies: datagrams between two zones, which the last policy allows,
 * through the whole switch from memory to memory. The time is that of one datagram; a rate is its inverse.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 6, time = 2)
public class NewConnectionBenchmark {
    private static final int BURSTS = 4096;
    private static final int CONNECTIONS = BURSTS * Burst.CAPACITY;
    private static final int LEFT = 2;
    private static final int RIGHT = 3;

    /** A switch with a given number of policies. */
    @State(Scope.Thread)
    public static class Judged {
        @Param({"10", "10000"})
        public int policies;

        private @Nullable Datagrams datagrams;

        /** Makes two ports, each in a zone of its own. */
        @Setup
        public void wire() {
            datagrams = new Datagrams(Burst.CAPACITY);
            datagrams.fabric.zoning(
                    new Zoning(List.of(new Zone(LEFT, null, "left", true), new Zone(RIGHT, null, "right", true)),
                            policies(policies), Map.of(), Timeouts.DEFAULT,
                            new ConnectionLimits(2 * CONNECTIONS, 2 * CONNECTIONS, 2 * CONNECTIONS)),
                    Map.of("guest", PortZones.of(LEFT), "neighbour", PortZones.of(RIGHT)), Map.of());
        }

        Datagrams datagrams() {
            return Objects.requireNonNull(datagrams);
        }
    }

    /** The connection table is empty whenever the clock starts, and half full when it stops. */
    @State(Scope.Thread)
    public static class Emptied extends Judged {
        /** Removes the connections of the invocation before. */
        @Setup(Level.Invocation)
        public void empty() {
            new Connections(Objects.requireNonNull(datagrams().fabric.zones().connections()), Timeouts.DEFAULT, 0)
                    .kill(ConnectionFilter.ALL);
        }
    }

    /**
     * Policies between the same two zones; each but the last is for a port and a network of its own, as source or
     * destination.
     */
    private static List<Policy> policies(int count) {
        List<Policy> policies = new ArrayList<>();
        for (int id = 0; id < count - 1; id++) {
            List<Prefix> network = List.of(new Prefix(0, Prefix.ipv4(0xac10_0000 + 16 * id), 124, true));
            int port = 1024 + id;
            policies.add(policy(id, new Match(Match.Kind.UDP, port, port), id % 2 == 0 ? network : List.of(),
                    id % 2 == 0 ? List.of() : network, Action.DROP));
        }
        policies.add(policy(count - 1,
                new Match(Match.Kind.UDP, Datagrams.DESTINATION_PORT, Datagrams.DESTINATION_PORT), List.of(), List.of(),
                Action.ALLOW));
        return policies;
    }

    private static Policy policy(int id, Match match, List<Prefix> sources, List<Prefix> destinations, Action action) {
        return new Policy(id, null, "p" + id, Set.of(LEFT), Set.of(RIGHT), List.of(match), sources, destinations,
                action, false, false, false, false);
    }

    /** Each datagram begins a connection. */
    @Benchmark
    @OperationsPerInvocation(CONNECTIONS)
    public int begun(Emptied state) {
        int arrived = 0;
        for (int number = 0; number < BURSTS; number++) {
            state.datagrams().begin(number);
            arrived += state.datagrams().forward();
        }
        return arrived;
    }

    /** 64 connections take turns. */
    @Benchmark
    @OperationsPerInvocation(Burst.CAPACITY)
    public int established(Judged state) {
        return state.datagrams().forward();
    }
}
