package net.weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import net.weft.crypto.Aead;
import net.weft.crypto.AeadProvider;
import org.junit.jupiter.api.Test;

class PacketPathTest {
    private static final int MTU = 1420;
    /** The optimizing compiler may be busy for others; the test ends with the first round that leaves nothing. */
    private static final int MAX_ROUNDS = 30_000;

    private final TestPair pair = new TestPair(new Random(3), 0).connected();

    @Test
    void shouldPadToSixteenBytesButNotBeyondTheMtu() {
        assertThat(PacketPath.padded(0, MTU)).isZero();
        assertThat(PacketPath.padded(1, MTU)).isEqualTo(16);
        assertThat(PacketPath.padded(1408, MTU)).isEqualTo(1408);
        assertThat(PacketPath.padded(1409, MTU)).isEqualTo(MTU);
        assertThat(PacketPath.padded(1420, MTU)).isEqualTo(MTU);
        assertThat(PacketPath.padded(1450, MTU)).as("a packet that is too long already").isEqualTo(1450);
    }

    @Test
    void shouldAllocateNothingPerPacket() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Arena arena = Arena.ofConfined(); Aead aead = AeadProvider.openBest()) {
            MemorySegment memory = arena.allocate(2048, 64);
            PacketPath left = new PacketPath(pair.left.wireGuard, aead);
            PacketPath right = new PacketPath(pair.right.wireGuard, aead);
            byte[] packet = pair.toRight(1);
            Source source = new Source();
            source.set(pair.leftAddress);
            long allocated = Long.MAX_VALUE;
            for (int round = 0; allocated >= 1000 && round < MAX_ROUNDS; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 1000; i++) {
                    MemorySegment.copy(packet, 0, memory, ValueLayout.JAVA_BYTE, PacketPath.HEADER_BYTES,
                            packet.length);
                    int length = left.seal(pair.leftsPeer, memory, 0, packet.length, MTU, pair.nowNs);
                    if (right.open(memory, 0, length, source, pair.nowNs) != packet.length) {
                        throw new AssertionError("not what was sealed");
                    }
                }
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
            assertThat(allocated).as("bytes for 1,000 packets sealed and opened with %s", aead.provider())
                    .isLessThan(1000);
        }
    }

    /** Keys are zeroed in the middle of sealing: nothing may leave that the key of zeros opens. */
    @Test
    void shouldSealNothingWithZeroedKeys() throws InterruptedException {
        for (int round = 0; round < 40; round++) {
            TestPair fresh = new TestPair(new Random(round), 0).connected();
            AtomicBoolean leaked = new AtomicBoolean();
            AtomicBoolean sealing = new AtomicBoolean();
            Thread sealer = Thread.ofPlatform().start(() -> seal(fresh, sealing, leaked));
            while (!sealing.get()) {
                Thread.onSpinWait();
            }
            fresh.left.wireGuard.removePeer(fresh.leftsPeer);
            sealer.join();
            assertThat(leaked).as("round %d", round).isFalse();
            assertThat(fresh.left.wireGuard.sessions()).isZero();
        }
    }

    /** Until nothing can be sealed any more; what was sealed is tried with zeros. */
    private static void seal(TestPair fresh, AtomicBoolean sealing, AtomicBoolean leaked) {
        try (Arena arena = Arena.ofConfined(); Aead aead = AeadProvider.openBest()) {
            MemorySegment memory = arena.allocate(2048, 64);
            MemorySegment zeros = arena.allocate(Aead.KEY_BYTES);
            PacketPath path = new PacketPath(fresh.left.wireGuard, aead);
            while (true) {
                int length = path.seal(fresh.leftsPeer, memory, 0, MTU, MTU, fresh.nowNs);
                if (length == PacketPath.DROPPED) {
                    return;
                }
                long counter = memory.get(ValueLayout.JAVA_LONG_UNALIGNED, Messages.DATA_COUNTER);
                long text = memory.address() + PacketPath.HEADER_BYTES;
                if (aead.open(zeros.address(), 0, counter, 0, 0, text, length - PacketPath.HEADER_BYTES, text)) {
                    leaked.set(true);
                }
                sealing.set(true);
            }
        }
    }

    @Test
    void shouldStopARemovedPeerAtOnce() {
        pair.left.send(pair.leftsPeer, pair.toRight(1));
        byte[] data = pair.sent.getLast().datagram();
        pair.right.wireGuard.removePeer(pair.rightsPeer);
        assertThat(pair.right.receive(data, pair.leftAddress)).isEqualTo(PacketPath.DROPPED);
        assertThat(pair.right.wireGuard.refusals().count(Refusal.UNKNOWN_INDEX)).isEqualTo(1);
        int before = pair.sent.size();
        pair.right.send(pair.rightsPeer, pair.toLeft(1));
        assertThat(pair.sent).hasSize(before);
        assertThat(pair.right.wireGuard.sessions() + pair.right.wireGuard.activePeers()).isZero();
        assertThat(pair.right.routes.findIpv4(0x0a000001)).isNull();
    }

    @Test
    void shouldFollowAnAuthenticatedPacketToANewAddress() {
        Endpoint moved = Endpoint.of(new byte[]{(byte) 192, 0, 2, 77}, 7777);
        pair.address(pair.left, moved);
        pair.left.send(pair.leftsPeer, pair.toRight(1));
        pair.run(TestPair.SECOND);
        assertThat(pair.right.moves).containsExactly(moved);
        assertThat(pair.rightsPeer.endpoint()).hasToString("192.0.2.77:7777");
        pair.right.send(pair.rightsPeer, pair.toLeft(1));
        pair.run(TestPair.SECOND);
        assertThat(pair.left.delivered).hasSize(1);
    }
}
