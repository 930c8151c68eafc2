package net.weft.examples.jmh;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import net.weft.packet.EtherType;
import net.weft.packet.HeaderParser;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.NetworkOrder;
import net.weft.packet.Octets;
import net.weft.packet.Tcp;
import net.weft.packet.Udp;
import net.weft.zone.ConnectionLimits;
import net.weft.zone.PolicyDecision;
import net.weft.zone.Timeouts;
import net.weft.zone.track.ConnTracker;
import net.weft.zone.track.ConnectionMemory;
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

/**
 * The cost of evaluating a packet of a connection whose headers are parsed already; flows in random order, both
 * directions.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TrackerBenchmark {
    private static final int CAPACITY = 1 << 20;
    private static final int ORDER = 1 << 18;
    private static final int VLAN = 10;
    private static final int GUESTS = 2;
    private static final int SERVERS = 3;
    private static final int CLIENTS = 0x0a00_0000;
    private static final int SERVER = 0x0aff_0001;
    private static final int L3 = 14;
    private static final int L4 = L3 + Ipv4.MIN_LENGTH;
    private static final int LENGTH = 64;
    private static final int STREAM = 0x0afe_0001;
    private static final int DATA = LENGTH - L4 - Tcp.MIN_LENGTH;

    /** Connections in the table. */
    @Param({"1", "1000", "1000000"})
    public int flows;

    private final MemorySegment memory = Arena.global().allocate(ConnectionMemory.bytes(CAPACITY), 4096);
    private final ConnTracker tracker = ConnTracker.of(ConnectionMemory.attach(memory, CAPACITY, 1, 2, 3, 1, 0));
    private final MemorySegment head = Arena.global().allocate(LENGTH, 64);
    private final MemorySegment data = Arena.global().allocate(LENGTH, 64);
    private final MemorySegment acknowledgment = Arena.global().allocate(LENGTH, 64);
    private final int[] order = new int[ORDER];
    private long udp;
    private long tcp;
    private int next;
    private int sequence;

    /** Opens all connections. */
    @Setup
    public void open() {
        tracker.adopt((vlan, from, to, etherType, protocol, port, sourceHigh, sourceLow, destinationHigh,
                destinationLow) -> PolicyDecision.withoutPolicy(from == GUESTS), 1, Timeouts.DEFAULT,
                new ConnectionLimits(CAPACITY, CAPACITY, CAPACITY));
        tracker.now(1_000_000_000L);
        NetworkOrder.putU16(head, 12, EtherType.IPV4);
        new Ipv4.Header(0, LENGTH - L3, 0, 0, 0, 64, IpProtocol.UDP, 0, CLIENTS, SERVER, Octets.EMPTY).emit(head, L3);
        new Udp.Header(9, 9, LENGTH - L4, 0).emit(head, L4);
        udp = HeaderParser.parse(head, 0, 12, LENGTH, LENGTH);
        openStream();
        for (int flow = 0; flow < flows; flow++) {
            forth(flow);
            back(flow);
        }
        SplittableRandom random = new SplittableRandom(flows);
        for (int i = 0; i < ORDER; i++) {
            order[i] = random.nextInt(flows);
        }
    }

    private int forth(int flow) {
        NetworkOrder.putInt(head, L3 + Ipv4.SOURCE, CLIENTS + flow);
        NetworkOrder.putInt(head, L3 + Ipv4.DESTINATION, SERVER);
        return tracker.evaluate(head, 0, udp, LENGTH, LENGTH, VLAN, GUESTS, SERVERS, 1);
    }

    private int back(int flow) {
        NetworkOrder.putInt(head, L3 + Ipv4.SOURCE, SERVER);
        NetworkOrder.putInt(head, L3 + Ipv4.DESTINATION, CLIENTS + flow);
        return tracker.evaluate(head, 0, udp, LENGTH, LENGTH, VLAN, SERVERS, GUESTS, 2);
    }

    private void openStream() {
        address(data, STREAM, SERVER);
        address(acknowledgment, SERVER, STREAM);
        segmentForth(Tcp.SYN, -DATA - 1, 0);
        segmentBack(Tcp.SYN | Tcp.ACK, -DATA - 1, 0);
        segmentForth(Tcp.ACK, 0, 0);
        sequence = DATA;
    }

    private static void address(MemorySegment segment, int source, int destination) {
        NetworkOrder.putU16(segment, 12, EtherType.IPV4);
        new Ipv4.Header(0, LENGTH - L3, 0, 0, 0, 64, IpProtocol.TCP, 0, source, destination, Octets.EMPTY)
                .emit(segment, L3);
    }

    private int segmentForth(int flags, int from, int to) {
        new Tcp.Header(4000, 80, from, to, flags, 60_000, 0, 0, Octets.EMPTY).emit(data, L4);
        tcp = HeaderParser.parse(data, 0, 12, LENGTH, LENGTH);
        return tracker.evaluate(data, 0, tcp, LENGTH, LENGTH, VLAN, GUESTS, SERVERS, 1);
    }

    private int segmentBack(int flags, int from, int to) {
        new Tcp.Header(80, 4000, from, to, flags, 60_000, 0, 0, Octets.EMPTY).emit(acknowledgment, L4);
        return tracker.evaluate(acknowledgment, 0, tcp, LENGTH, LENGTH, VLAN, SERVERS, GUESTS, 2);
    }

    /** A datagram of one of the flows, in one direction. */
    @Benchmark
    public int datagramForth() {
        next = next + 1 & ORDER - 1;
        return forth(order[next]);
    }

    /** A datagram of one of the flows, in either direction. */
    @Benchmark
    public int datagramEitherWay() {
        next = next + 1 & ORDER - 1;
        int flow = order[next];
        return (flow * 0x9E37_79B9 + next) < 0 ? forth(flow) : back(flow);
    }

    /** A segment with data and the acknowledgment of it with data of its own: each moves a window. */
    @Benchmark
    @OperationsPerInvocation(2)
    public int stream() {
        NetworkOrder.putInt(data, L4 + Tcp.SEQUENCE, sequence);
        NetworkOrder.putInt(data, L4 + Tcp.ACKNOWLEDGMENT, sequence);
        int verdict = tracker.evaluate(data, 0, tcp, LENGTH, LENGTH, VLAN, GUESTS, SERVERS, 1);
        NetworkOrder.putInt(acknowledgment, L4 + Tcp.SEQUENCE, sequence);
        sequence += DATA;
        NetworkOrder.putInt(acknowledgment, L4 + Tcp.ACKNOWLEDGMENT, sequence);
        return verdict | tracker.evaluate(acknowledgment, 0, tcp, LENGTH, LENGTH, VLAN, SERVERS, GUESTS, 2);
    }
}
