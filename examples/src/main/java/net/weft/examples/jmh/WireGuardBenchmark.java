package net.weft.examples.jmh;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import net.weft.crypto.Aead;
import net.weft.crypto.AeadProvider;
import net.weft.packet.InternetChecksum;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.NetworkOrder;
import net.weft.packet.Tcp;
import net.weft.vpn.packet.TcpCoalescer;
import net.weft.vswitch.burst.Burst;
import net.weft.wireguard.CryptokeyRoutes;
import net.weft.wireguard.Endpoint;
import net.weft.wireguard.Handshakes;
import net.weft.wireguard.Identity;
import net.weft.wireguard.PacketPath;
import net.weft.wireguard.Peer;
import net.weft.wireguard.PeerState;
import net.weft.wireguard.Source;
import net.weft.wireguard.WireGuard;
import net.weft.wireguard.WireGuardEvents;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Nanoseconds that the parts of the VPN's data path take for a packet of 1,420 bytes, between an initiator and a responder in one
 * process, without sockets; and for a whole handshake, both ends. With {@code -prof gc} the bytes that a packet allocates.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED",
        "-XX:CompileCommand=dontinline,*Calls::*"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class WireGuardBenchmark {
    private static final int BATCH = 32;
    private static final int PACKET = 1420;
    private static final int SLOT = 2048;
    private static final int HEADERS = 52;
    private static final long STEP_NS = 6_000_000_000L;
    private static final Endpoint ANYWHERE = Endpoint.of(new byte[]{10, 0, 0, 1}, 51_820);

    private final Arena arena = Arena.ofShared();
    private final MemorySegment area = arena.allocate((long) BATCH * SLOT, 64);
    private final MemorySegment clear = arena.allocate((long) BATCH * SLOT, 64);
    private final Aead aead = AeadProvider.openBest();
    private final MemorySegment key = arena.allocate(Aead.KEY_BYTES, 64);
    private final Node initiator = new Node(1);
    private final Node responder = new Node(2);
    private final Source source = new Source();
    private final byte[] message = new byte[Handshakes.MESSAGE_BYTES];
    private final byte[] reply = new byte[Handshakes.MESSAGE_BYTES];
    private final Burst burst = new Burst();
    private final TcpCoalescer tcp = new TcpCoalescer(clear);
    private long nowNs = STEP_NS;
    private long counter;

    /** One end. */
    private static final class Node {
        final WireGuard wireGuard;
        final CryptokeyRoutes<Peer> routes = new CryptokeyRoutes<>();
        final PacketPath path;
        final Handshakes handshakes;

        Node(int fill) {
            byte[] privateKey = new byte[32];
            privateKey[0] = (byte) (8 * fill);
            privateKey[31] = 0x40;
            wireGuard = new WireGuard(new Identity(privateKey), new SecureRandom()::nextBytes, PeerState.NONE,
                    new NoEvents());
            path = new PacketPath(wireGuard, AeadProvider.openBest());
            handshakes = new Handshakes(wireGuard, AeadProvider.openBest());
        }

        Peer add(Node other) {
            Peer peer = wireGuard.addPeer(other.wireGuard.publicKey(), routes);
            routes.putIpv4(0, 0, peer);
            peer.endpoint(ANYWHERE);
            return peer;
        }
    }

    /** Ignores what is due: handshakes are made by the benchmark. */
    private static final class NoEvents implements WireGuardEvents {
        @Override
        public void handshakeWanted(Peer peer) {
        }

        @Override
        public void sessionReady(Peer peer, boolean mustConfirm) {
        }

        @Override
        public void keepaliveWanted(Peer peer) {
        }

        @Override
        public void endpointMoved(Peer peer, Endpoint endpoint) {
        }

        @Override
        public void unreachable(Peer peer) {
        }
    }

    private final Peer toResponder = initiator.add(responder);
    private final Peer toInitiator = responder.add(initiator);

    @Setup
    public void connect() {
        source.remoteIpv4(0x0a000001, 51_820);
        for (int n = 0; n < BATCH; n++) {
            segment((long) n * SLOT, n);
        }
        handshake();
    }

    @TearDown
    public void close() {
        aead.close();
        arena.close();
    }

    /** Sessions end after three minutes of the benchmark's clock, which only handshakes move; a new one keeps counters small. */
    @Setup(Level.Iteration)
    public void begin() {
        handshake();
    }

    private void segment(long at, int n) {
        clear.asSlice(at, SLOT).fill((byte) n);
        NetworkOrder.putInt(clear, at, 0x4500_0000 | PACKET);
        NetworkOrder.putInt(clear, at + 4, n << 16 | 0x4000);
        NetworkOrder.putInt(clear, at + 8, 0x4006_0000);
        NetworkOrder.putInt(clear, at + 12, 0x0a0a_00c8);
        NetworkOrder.putInt(clear, at + 16, 0x0a0a_000b);
        Ipv4.fillChecksum(clear, at);
        long l4 = at + 20;
        NetworkOrder.putInt(clear, l4, 0x9c40_1451);
        NetworkOrder.putInt(clear, l4 + Tcp.SEQUENCE, n * (PACKET - HEADERS));
        NetworkOrder.putInt(clear, l4 + Tcp.ACKNOWLEDGMENT, 7);
        NetworkOrder.putInt(clear, l4 + Tcp.DATA_OFFSET, 0x8010_01f4);
        NetworkOrder.putInt(clear, l4 + Tcp.CHECKSUM, 0);
        for (int option = 0; option < 3; option++) {
            NetworkOrder.putInt(clear, l4 + Tcp.OPTIONS + 4L * option, 0x0101_0101);
        }
        int length = PACKET - 20;
        NetworkOrder.putU16(clear, l4 + Tcp.CHECKSUM, InternetChecksum.finish(InternetChecksum.sum(clear, l4, length)
                + InternetChecksum.ipv4PseudoHeader(clear, at, IpProtocol.TCP, length)));
    }

    /** A whole handshake, both ends, and the packet that confirms it. */
    @Benchmark
    public int handshake() {
        nowNs += STEP_NS;
        int first = initiator.handshakes.initiate(toResponder, nowNs, nowNs, message);
        int answer = responder.handshakes.receive(message, first, source, nowNs, false, reply);
        int none = initiator.handshakes.receive(reply, answer, source, nowNs, false, message);
        int sealed = initiator.path.keepalive(toResponder, area, 0, nowNs);
        int opened = responder.path.open(area, 0, sealed, source, nowNs);
        if (first <= 0 || answer <= 0 || none != 0 || opened != PacketPath.KEEPALIVE) {
            throw new IllegalStateException("no handshake: " + first + " " + answer + " " + none + " " + opened);
        }
        return opened;
    }

    /** The cipher alone. */
    @Benchmark
    public long sealWithTheCipher() {
        long text = area.address() + PacketPath.HEADER_BYTES;
        aead.seal(key.address(), 0, counter++, 0, 0, text, PACKET, text);
        return counter;
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int copyAndSeal() {
        int bytes = 0;
        for (int n = 0; n < BATCH; n++) {
            long at = (long) n * SLOT;
            MemorySegment.copy(clear, ValueLayout.JAVA_BYTE, at, area, ValueLayout.JAVA_BYTE,
                    at + PacketPath.HEADER_BYTES, PACKET);
            bytes += initiator.path.seal(toResponder, area, at, PACKET, PACKET, nowNs);
        }
        return bytes;
    }

    /** As {@link #copyAndSeal}, and opened again by the other side. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int copySealAndOpen() {
        int bytes = copyAndSeal();
        for (int n = 0; n < BATCH; n++) {
            int opened = responder.path.open(area, (long) n * SLOT, PACKET + PacketPath.OVERHEAD_BYTES, source, nowNs);
            if (opened != PACKET) {
                throw new IllegalStateException("not opened: " + opened);
            }
        }
        return bytes;
    }

    /** Joins the segments of a connection to super-frames, their checksums verified. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int coalesce() {
        burst.clear();
        for (int n = 0; n < BATCH; n++) {
            long at = (long) n * SLOT;
            if (!tcp.join(burst, at, PACKET, 1, 2)) {
                tcp.finish(burst);
                burst.add(clear.address() + at, PACKET, 1, 0, 0);
                tcp.begin(burst, at, PACKET, 1, 2);
            }
        }
        tcp.finish(burst);
        return burst.count;
    }

    @Benchmark
    public long checksum() {
        return InternetChecksum.sum(clear, 20, PACKET - 20);
    }
}
