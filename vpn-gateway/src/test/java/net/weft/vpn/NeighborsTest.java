package net.weft.vpn;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import net.weft.packet.Arp;
import net.weft.packet.MacAddress;
import net.weft.vswitch.burst.DropReason;
import net.weft.wireguard.CryptokeyRoutes;
import net.weft.wireguard.Identity;
import net.weft.wireguard.Peer;
import net.weft.wireguard.PeerState;
import net.weft.wireguard.PublicKey;
import net.weft.wireguard.WireGuard;
import net.weft.zone.Prefix;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NeighborsTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long WEB = Prefix.ipv4(0x0a0a000b);
    private static final long WEB_MAC = 0x0200_0000_000bL;
    private static final long PEER_MAC = 0x0200_0000_00c8L;
    private static final int PORT = 7;
    private static final int CALLS = 50_000;
    /** What the measuring itself and late compilation may leave behind. */
    private static final long SLACK_BYTES = 4096;

    private Object sink = "";

    private final List<byte[]> sent = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();
    private @Nullable DropReason refusal;
    private final LocalFrames frames = new LocalFrames((port, frame, length) -> {
        ports.add(port);
        sent.add(Arrays.copyOf(frame, length));
        return refusal;
    });
    private final GatewayNetwork network = new GatewayNetwork(new NetworkSpec(10, List.of(), List.of()), frames);
    private final GatewayPeer peer = peer(2, PORT);

    private GatewayPeer peer(int number, int port) {
        WireGuard wireGuard = new WireGuard(new Identity(key(1)), bytes -> Arrays.fill(bytes, (byte) 3), PeerState.NONE,
                new SilentEvents());
        PublicKey key = new Identity(key(number)).publicKey();
        CryptokeyRoutes<Peer> routes = network.routes;
        PeerSpec spec = new PeerSpec("office/" + number, key, null, null, 10, new MacAddress(PEER_MAC + number - 2),
                List.of(new Prefix(0, Prefix.ipv4(0x0a0a00c6 + number), 128, true)), List.of(), 0, null);
        GatewayPeer made = new GatewayPeer(spec, wireGuard.addPeer(key, routes), network, new StagingLimit(),
                new PeerDrops());
        made.port = port;
        return made;
    }

    private static byte[] key(int fill) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) fill);
        return key;
    }

    private static byte[] packet(int mark) {
        byte[] packet = new byte[40];
        packet[0] = 0x45;
        packet[39] = (byte) mark;
        return packet;
    }

    private static boolean isArpRequest(byte[] frame) {
        return frame.length == 42 && ByteBuffer.wrap(frame).getShort(12) == 0x0806
                && Arp.operation(MemorySegment.ofArray(frame), 14) == Arp.REQUEST;
    }

    @Test
    void shouldAskKeepThePacketsAndSendThemInOrderToWhoAnswers() {
        network.neighbors.want(peer, 0, WEB, packet(1), 0);
        network.neighbors.want(peer, 0, WEB, packet(2), 0);
        assertThat(sent).as("one request, in the peer's name").hasSize(1).first().matches(NeighborsTest::isArpRequest);
        MemorySegment request = MemorySegment.ofArray(sent.getFirst());
        assertThat(Arp.senderIp(request, 14)).isEqualTo(0x0a0a00c8);
        assertThat(Arp.targetIp(request, 14)).isEqualTo(0x0a0a000b);
        network.neighbors.heard(0, WEB, WEB_MAC, false, 1);
        assertThat(network.neighbors.find(0, WEB)).isEqualTo(WEB_MAC);
        assertThat(sent).hasSize(3);
        assertThat(sent.get(1)[53]).isEqualTo((byte) 1);
        assertThat(sent.get(2)[53]).isEqualTo((byte) 2);
        assertThat(ByteBuffer.wrap(sent.get(2)).getLong(0) >>> 16).isEqualTo(WEB_MAC);
    }

    @Test
    void shouldBelieveNobodyWhoWasNotAskedFor() {
        network.neighbors.heard(0, WEB, WEB_MAC, false, 0);
        assertThat(network.neighbors.find(0, WEB)).isZero();
        network.neighbors.heard(0, WEB, WEB_MAC, true, 0);
        assertThat(network.neighbors.find(0, WEB)).as("who asked for a peer").isEqualTo(WEB_MAC);
        network.neighbors.heard(0, WEB, WEB_MAC + 1, false, 0);
        assertThat(network.neighbors.find(0, WEB)).as("who has moved").isEqualTo(WEB_MAC + 1);
    }

    @Test
    void shouldGiveUpAfterThreeTries() {
        network.neighbors.want(peer, 0, WEB, packet(1), 0);
        for (int second = 1; second <= 5; second++) {
            network.neighbors.tick(second * SECOND_NS);
        }
        assertThat(sent).as("requests").hasSize(3);
        assertThat(peer.drops.take(DropReason.NO_ROUTE)).isEqualTo(1);
    }

    @Test
    void shouldAskAgainWhatIsInUseAndForgetWhatIsNot() {
        network.neighbors.want(peer, 0, WEB, packet(1), 0);
        network.neighbors.heard(0, WEB, WEB_MAC, false, 0);
        sent.clear();
        network.neighbors.tick(31 * SECOND_NS);
        assertThat(sent).hasSize(1).first().matches(NeighborsTest::isArpRequest);
        assertThat(network.neighbors.find(0, WEB)).isEqualTo(WEB_MAC);
        network.neighbors.tick(41 * SECOND_NS);
        assertThat(network.neighbors.find(0, WEB)).as("after no answer").isZero();
    }

    @Test
    void shouldStayBoundedWhateverIsAsked() {
        for (int n = 0; n < 10_000; n++) {
            network.neighbors.want(peer, 0, Prefix.ipv4(n), packet(n), 0);
        }
        assertThat(peer.drops.take(DropReason.PUNT_LIMIT)).as("packets beyond the peer's questions")
                .isEqualTo(10_000 - 32);
        assertThat(sent).as("requests").hasSize(32);
        for (int n = 0; n < 10_000; n++) {
            network.neighbors.heard(0, Prefix.ipv4(n), Objects.hash(n) + 2L, true, n);
        }
        int known = 0;
        for (int n = 0; n < 10_000; n++) {
            long found = network.neighbors.find(0, Prefix.ipv4(n));
            assertThat(found == 0 || found == Objects.hash(n) + 2L).isTrue();
            known += found == 0 ? 0 : 1;
        }
        assertThat(known).isBetween(1500, 2048);
    }

    private static int mark(byte[] frame) {
        return frame[53];
    }

    @Test
    void shouldSendAndBlameEachPacketOnThePeerThatSentIt() {
        GatewayPeer other = peer(3, PORT + 1);
        network.neighbors.want(peer, 0, WEB, packet(1), 0);
        network.neighbors.want(other, 0, WEB, packet(2), 0);
        sent.clear();
        ports.clear();
        network.neighbors.heard(0, WEB, WEB_MAC, false, 1);
        assertThat(ports).as("ports of the packets").containsExactly(PORT, PORT + 1);
        assertThat(sent).extracting(frame -> ByteBuffer.wrap(frame).getLong(4) & 0xffff_ffff_ffffL)
                .as("their source addresses").containsExactly(PEER_MAC, PEER_MAC + 1);
        for (int n = 0; n < 8; n++) {
            network.neighbors.want(peer, 0, WEB + 1, packet(n), 0);
        }
        network.neighbors.want(other, 0, WEB + 1, packet(8), 0);
        assertThat(peer.drops.take(DropReason.NO_ROUTE)).as("the packet that gave way").isEqualTo(1);
        assertThat(other.drops.take(DropReason.NO_ROUTE)).isZero();
        for (int second = 1; second <= 5; second++) {
            network.neighbors.tick(second * SECOND_NS);
        }
        assertThat(peer.drops.take(DropReason.NO_ROUTE)).as("after no answer").isEqualTo(7);
        assertThat(other.drops.take(DropReason.NO_ROUTE)).isEqualTo(1);
    }

    @Test
    void shouldLoseOnlyThePacketsOfThePeerThatIsGone() {
        GatewayPeer other = peer(3, PORT + 1);
        network.neighbors.want(other, 0, WEB, packet(1), 0);
        network.neighbors.want(peer, 0, WEB, packet(2), 0);
        network.neighbors.want(peer, 0, WEB + 1, packet(3), 0);
        assertThat(network.neighbors.forget(peer)).as("lost packets").isEqualTo(2);
        sent.clear();
        ports.clear();
        network.neighbors.tick(SECOND_NS);
        assertThat(ports).as("who asks again").containsExactly(PORT + 1);
        network.neighbors.heard(0, WEB, WEB_MAC, false, SECOND_NS);
        assertThat(sent).hasSize(2).last().matches(frame -> mark(frame) == 1);
        assertThat(ports).containsExactly(PORT + 1, PORT + 1);
    }

    @Test
    void shouldForgetWhatWasNotUsedSinceItsLastAnswer() {
        network.neighbors.want(peer, 0, WEB, packet(1), 0);
        network.neighbors.heard(0, WEB, WEB_MAC, false, 0);
        network.neighbors.tick(31 * SECOND_NS);
        network.neighbors.heard(0, WEB, WEB_MAC, false, 31 * SECOND_NS);
        sent.clear();
        network.neighbors.tick(62 * SECOND_NS);
        assertThat(sent).as("requests").isEmpty();
        assertThat(network.neighbors.find(0, WEB)).isZero();
    }

    @Test
    void shouldLetAPeerAskWhateverTheOthersDo() {
        for (int scanner = 3; scanner < 20; scanner++) {
            GatewayPeer scans = peer(scanner, PORT + scanner);
            for (int n = 0; n < 1000; n++) {
                network.neighbors.want(scans, 0, Prefix.ipv4(scanner * 1000 + n), packet(n), 0);
            }
        }
        sent.clear();
        network.neighbors.want(peer, 0, WEB, packet(1), 0);
        assertThat(sent).as("the peer's request, where 256 are open").hasSize(1);
        network.neighbors.heard(0, WEB, WEB_MAC, false, 1);
        assertThat(sent).as("its packet").hasSize(2).last().matches(frame -> mark(frame) == 1);
    }

    @Test
    void shouldAskAgainOnceAPeersQuestionsAreClosed() {
        for (int n = 0; n < 100; n++) {
            network.neighbors.want(peer, 0, Prefix.ipv4(n), packet(n), 0);
        }
        for (int second = 1; second <= 5; second++) {
            network.neighbors.tick(second * SECOND_NS);
        }
        sent.clear();
        network.neighbors.want(peer, 0, WEB, packet(1), 6 * SECOND_NS);
        assertThat(sent).hasSize(1);
    }

    @Test
    void shouldPushOutAPeersOwnPacketsFirst() {
        GatewayPeer other = peer(3, PORT + 1);
        network.neighbors.want(other, 0, WEB, packet(99), 0);
        for (int n = 0; n < 100; n++) {
            network.neighbors.want(peer, 0, WEB, packet(n), 0);
        }
        assertThat(other.drops.take(DropReason.NO_ROUTE)).isZero();
        assertThat(peer.drops.take(DropReason.NO_ROUTE)).isEqualTo(93);
    }

    @Test
    void shouldCountAFrameThatTheSwitchDoesNotTake() {
        network.neighbors.want(peer, 0, WEB, packet(1), 0);
        refusal = DropReason.RING_FULL;
        network.neighbors.heard(0, WEB, WEB_MAC, false, 1);
        assertThat(peer.drops.take(DropReason.RING_FULL)).isEqualTo(1);
    }

    private static long allocated(Runnable call) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < CALLS; i++) {
            call.run();
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < CALLS; i++) {
            call.run();
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void shouldAllocateNothingForFramesOfNeighboursNobodyAskedFor() {
        network.neighbors.want(peer, 0, WEB + 1, packet(1), 0);
        network.neighbors.want(peer, 0, WEB, packet(1), 0);
        network.neighbors.heard(0, WEB, WEB_MAC, false, 1);
        int[] n = {0};
        assertThat(allocated(() -> {
            network.neighbors.heard(0, WEB, WEB_MAC, false, 2);
            network.neighbors.heard(0, WEB + 1000 + n[0]++ % 4096, WEB_MAC, false, 2);
        })).isLessThan(SLACK_BYTES);
        assertThat(allocated(() -> sink = new int[1])).as("control").isGreaterThanOrEqualTo(16L * CALLS);
        assertThat(sink).isNotNull();
    }
}
