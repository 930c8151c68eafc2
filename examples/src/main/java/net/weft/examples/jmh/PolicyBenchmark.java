package net.weft.examples.jmh;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import net.weft.packet.EtherType;
import net.weft.packet.IpProtocol;
import net.weft.zone.Action;
import net.weft.zone.ConnectionLimits;
import net.weft.zone.Match;
import net.weft.zone.Policy;
import net.weft.zone.Prefix;
import net.weft.zone.Timeouts;
import net.weft.zone.Zone;
import net.weft.zone.Zoning;
import net.weft.zone.policy.PolicyTable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The time that the policies take to decide on a new connection, by their number: packets hit policies in random order,
 * or none.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PolicyBenchmark {
    private static final int ORDER = 1 << 14;
    private static final int VLAN = 10;
    private static final int ZONES = 20;

    /** The ways in which policies differ. */
    public enum Kind {
        /** One pair of zones; each policy has a port, a source and a destination of its own. */
        DISTINCT,
        /** All pairs of 20 zones; half name a source network, half a destination, a few services. */
        MIXED,
        /** Each field alone excludes nearly nothing, all together exclude everything: the slowest case. */
        WORST
    }

    @Param({"10", "10000", "65536"})
    public int policies;

    @Param
    public Kind kind = Kind.MIXED;

    private final int[] from = new int[ORDER];
    private final int[] to = new int[ORDER];
    private final int[] port = new int[ORDER];
    private final long[] source = new long[ORDER];
    private final long[] destination = new long[ORDER];
    private List<Policy> list = List.of();
    private PolicyTable table = PolicyTable.of(Zoning.OFF);
    private int next;

    /** Compiles the policies, and makes packets, each of which hits one policy. */
    @Setup
    public void compile() {
        SplittableRandom random = new SplittableRandom(policies);
        list = new ArrayList<>();
        for (int id = 0; id < policies; id++) {
            list.add(policy(id, random));
        }
        table = compileAll();
        for (int i = 0; i < ORDER; i++) {
            Policy policy = list.get(random.nextInt(policies));
            from[i] = policy.from().iterator().next();
            to[i] = policy.to().iterator().next();
            port[i] = policy.matches().getFirst().low();
            source[i] = policy.sources().isEmpty() ? Prefix.ipv4(1) : policy.sources().getFirst().low();
            destination[i] = policy.destinations().isEmpty() ? Prefix.ipv4(2) : policy.destinations().getFirst().low();
        }
    }

    private Policy policy(int id, SplittableRandom random) {
        return switch (kind) {
            case DISTINCT -> policy(id, 2, 3, id & 0xffff, host(id), host(id));
            case MIXED -> {
                List<Prefix> network = List
                        .of(new Prefix(0, Prefix.ipv4(random.nextInt(1 << 14) << 12), 116 + random.nextInt(8), true));
                boolean bySource = random.nextBoolean();
                yield policy(id, 2 + random.nextInt(ZONES), 2 + random.nextInt(ZONES), 1 + random.nextInt(50),
                        bySource ? network : List.of(), bySource ? List.of() : network);
            }
            case WORST -> policy(id, 2, 3, id / 64 % 2, host(id & 63), host(id + id / 64 & 63));
        };
    }

    private static List<Prefix> host(int number) {
        return List.of(new Prefix(0, Prefix.ipv4(0x0a000000 + 3 * number), 128, true));
    }

    private static Policy policy(int id, int from, int to, int port, List<Prefix> sources, List<Prefix> destinations) {
        return new Policy(id, null, "p" + id, Set.of(from), Set.of(to),
                List.of(new Match(Match.Kind.TCP, port, port)), sources, destinations, Action.ALLOW, false, false,
                false, false);
    }

    private PolicyTable compileAll() {
        return PolicyTable.of(new Zoning(List.of(new Zone(2, null, "dmz", true)), list, Map.of(), Timeouts.DEFAULT,
                ConnectionLimits.DEFAULT));
    }

    private int advance() {
        next = next + 1 & ORDER - 1;
        return next;
    }

    @Benchmark
    public int hit() {
        int i = advance();
        return table.decision(VLAN, from[i], to[i], EtherType.IPV4, IpProtocol.TCP, port[i], 0, source[i], 0,
                destination[i]);
    }

    /** Combines the fields of different packets, so that most hit no policy at all. */
    @Benchmark
    public int miss() {
        int i = advance();
        return table.decision(VLAN, from[i], to[i], EtherType.IPV4, IpProtocol.TCP, port[i], 0,
                source[i + 1 & ORDER - 1], 0, destination[i + 2 & ORDER - 1]);
    }

    @Benchmark
    public PolicyTable compileTable() {
        return compileAll();
    }
}
