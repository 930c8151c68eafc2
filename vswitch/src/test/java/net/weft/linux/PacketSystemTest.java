package net.weft.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.Objects;
import net.weft.testing.Spin;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Frames over real devices, in a namespace of their own. */
@Tag("system")
class PacketSystemTest {
    private static final PacketSocket.Options PLAIN = new PacketSocket.Options(true, 0, 0, 0, false, 1 << 20, 1 << 20);
    private static final PacketSocket.Options RING = new PacketSocket.Options(true, 64, 2048, 0, false, 1 << 22,
            1 << 20);
    private static final int HEADER = 10;
    private static final short TEST_ETHERTYPE = (short) 0x88b5;

    private final Arena arena = Arena.ofAuto();
    private final long memory = arena.allocate(1 << 18, 64).address();
    private final long other = memory + (1 << 17);

    @Test
    void shouldCarryFramesThroughARing() {
        onWire((left, right) -> {
            long slot = right.slot(0);
            frame(memory, 64, 7);
            assertThat(left.socket().send(memory, HEADER + 64, 0)).isEqualTo(HEADER + 64);
            await(right);
            assertThat(TpacketDescriptor.status(slot) & TpacketDescriptor.TP_STATUS_USER).isEqualTo(1);
            assertThat(TpacketDescriptor.length(slot)).isEqualTo(64);
            assertThat(TpacketDescriptor.capturedLength(slot)).isEqualTo(64);
            assertThat(TpacketDescriptor.netOffset(slot) - TpacketDescriptor.macOffset(slot)).isEqualTo(14);
            assertSame(slot + TpacketDescriptor.macOffset(slot) - HEADER, memory, HEADER + 64);
            assertThat(TpacketDescriptor.status(right.slot(1))).isEqualTo(TpacketDescriptor.TP_STATUS_KERNEL);
            TpacketDescriptor.release(slot);
            right.readStatistics();
            assertThat(right.receivedFrames()).isEqualTo(1);
            assertThat(right.droppedFrames()).isZero();
            assertThat(left.socket().receive(other, 100, 0)).as("own frames are not seen").isEqualTo(-Errno.EAGAIN);
        });
    }

    @Test
    void shouldFetchSuperFramesThatDoNotFitASlotInOrder() {
        onWire((left, right) -> {
            int bytes = 40_000;
            superFrame(memory, bytes);
            assertThat(left.socket().send(memory, HEADER + bytes, 0)).isEqualTo(HEADER + bytes);
            Memory.copy(memory, other, HEADER + bytes);
            superFrame(memory, 5000);
            assertThat(left.socket().send(memory, HEADER + 5000, 0)).isEqualTo(HEADER + 5000);
            await(right);
            Spin.until("a packet arrives",
                    () -> TpacketDescriptor.status(right.slot(1)) != TpacketDescriptor.TP_STATUS_KERNEL);
            long slot = right.slot(0);
            assertThat(TpacketDescriptor.status(slot) & TpacketDescriptor.TP_STATUS_COPY)
                    .isEqualTo(TpacketDescriptor.TP_STATUS_COPY);
            assertThat(TpacketDescriptor.length(slot)).isEqualTo(bytes);
            assertThat(TpacketDescriptor.capturedLength(slot)).isLessThan(2048);
            long copy = other + 60_000;
            assertThat(right.receiveCopy(copy, 70_000)).isEqualTo(HEADER + bytes);
            assertSame(copy, other, HEADER + bytes);
            assertThat(TpacketDescriptor.length(right.slot(1))).isEqualTo(5000);
            assertThat(right.receiveCopy(copy, 70_000)).isEqualTo(HEADER + 5000);
            assertThat(right.receiveCopy(copy, 70_000)).isEqualTo(-Errno.EAGAIN);
        });
    }

    @Test
    void shouldReportTheTagThatTheKernelTookOff() {
        onWire((left, right) -> {
            frame(memory, 68, 1);
            Memory.putIntBe(memory + HEADER + 12, 0x88a8_6064);
            Memory.putShortBe(memory + HEADER + 16, TEST_ETHERTYPE);
            assertThat(left.socket().send(memory, HEADER + 68, 0)).isEqualTo(HEADER + 68);
            await(right);
            long slot = right.slot(0);
            int valid = TpacketDescriptor.TP_STATUS_VLAN_VALID | TpacketDescriptor.TP_STATUS_VLAN_TPID_VALID;
            assertThat(TpacketDescriptor.status(slot) & valid).isEqualTo(valid);
            assertThat(TpacketDescriptor.vlanTci(slot)).isEqualTo(0x6064);
            assertThat(TpacketDescriptor.vlanTpid(slot)).isEqualTo(0x88a8);
            assertThat(TpacketDescriptor.length(slot)).isEqualTo(64);
            assertThat(Memory.getShortBe(slot + TpacketDescriptor.macOffset(slot) + 12)).isEqualTo(TEST_ETHERTYPE);
            frame(memory, 60, 2);
            left.socket().send(memory, HEADER + 60, 0);
            Spin.until("a packet arrives",
                    () -> TpacketDescriptor.status(right.slot(1)) != TpacketDescriptor.TP_STATUS_KERNEL);
            assertThat(TpacketDescriptor.status(right.slot(1)) & valid).isZero();
        });
    }

    @Test
    void shouldSendAndReceiveManyFramesInOneCallWithoutARing() {
        inNamespace(() -> {
            TestNetwork.veth("left", "right");
            try (PacketSocket left = PacketSocket.open(TestNetwork.index("left"), PLAIN);
                    PacketSocket right = PacketSocket.open(TestNetwork.index("right"), PLAIN)) {
                MessageVector out = new MessageVector(arena, 8, 2, 0);
                MessageVector in = new MessageVector(arena, 16, 1, PacketAuxdata.CONTROL_BYTES);
                for (int i = 0; i < 8; i++) {
                    frame(memory + i * 256L, 100, i);
                    Memory.putIntBe(memory + i * 256L + HEADER + 12, 0x8100_0000 | 100 + i);
                    out.segment(i, 0, memory + i * 256L, HEADER + 40);
                    out.segment(i, 1, memory + i * 256L + HEADER + 40, 60);
                    out.segments(i, 2);
                }
                for (int i = 0; i < 16; i++) {
                    in.segment(i, 0, other + i * 256L, 256);
                }
                assertThat(out.send(left.socket(), 0, 8, 0)).isEqualTo(8);
                int got = 0;
                while (got < 8) {
                    await(right);
                    got += Math.max(0, in.receive(right.socket(), got, 16 - got, 0));
                }
                for (int i = 0; i < 8; i++) {
                    assertThat(in.length(i)).isEqualTo(HEADER + 96);
                    assertThat(Memory.getByte(other + i * 256L + HEADER + 90)).isEqualTo((byte) i);
                    long auxdata = PacketAuxdata.find(in, i);
                    assertThat(PacketAuxdata.vlanTci(auxdata)).isEqualTo(100 + i);
                    assertThat(PacketAuxdata.vlanTpid(auxdata)).isEqualTo(0x8100);
                    assertThat(PacketAuxdata.length(auxdata)).isEqualTo(96);
                    assertThat(PacketAuxdata.status(auxdata) & TpacketDescriptor.TP_STATUS_VLAN_VALID).isNotZero();
                }
            }
        });
    }

    @Test
    void shouldSayWhyADeviceCannotBeOpened() {
        assertThatThrownBy(() -> PacketSocket.open(Integer.MAX_VALUE, PLAIN)).isInstanceOfSatisfying(
                LinuxException.class,
                e -> assertThat(e.errno()).isEqualTo(Errno.ENODEV));
        assertThatThrownBy(() -> new PacketSocket.Options(true, 60, 2048, 0, false, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("60 slots");
    }

    @Test
    void shouldReportThatTheDeviceWentDownAndRecover() {
        onWire((left, right) -> {
            try (Interfaces interfaces = new Interfaces()) {
                int index = TestNetwork.index("right");
                interfaces.down(index);
                assertThat(right.fd().poll(Fd.POLLIN, 0) & Fd.POLLERR).isEqualTo(Fd.POLLERR);
                assertThat(right.socket().error()).isEqualTo(Errno.ENETDOWN);
                interfaces.up(index);
                TestNetwork.awaitCarrier("left");
                frame(memory, 64, 7);
                assertThat(left.socket().send(memory, HEADER + 64, 0)).isEqualTo(HEADER + 64);
                await(right);
                assertThat(TpacketDescriptor.length(right.slot(0))).isEqualTo(64);
            }
        });
    }

    @Test
    void shouldExchangeFramesWithTheHostThroughATap() {
        inNamespace(() -> {
            try (Tun tap = Tun.create("weft%d"); Interfaces interfaces = new Interfaces()) {
                assertThat(tap.name()).isEqualTo("weft0");
                assertThat(tap.offloads() & Tun.TUN_F_TSO4).isNotZero();
                assertThatThrownBy(() -> Tun.create("weft0")).isInstanceOf(LinuxException.class)
                        .hasMessageContaining("weft0");
                int index = TestNetwork.index("weft0");
                frame(memory, 60, 3);
                assertThat(tap.fd().write(memory, HEADER + 60)).isEqualTo(-Errno.EIO);
                Interfaces.ipv6Disabled("weft0", true);
                interfaces.up(index);
                try (PacketSocket host = PacketSocket.open(index, PLAIN)) {
                    assertThat(tap.fd().write(memory, HEADER + 60)).isEqualTo(HEADER + 60);
                    await(host);
                    assertThat(host.socket().receive(other, 2000, 0)).isEqualTo(HEADER + 60);
                    assertSame(other + HEADER, memory + HEADER, 60);
                    superFrame(memory, 30_000);
                    assertThat(host.socket().send(memory, HEADER + 30_000, 0)).isEqualTo(HEADER + 30_000);
                    assertThat(tap.fd().poll(Fd.POLLIN, 5000)).isEqualTo(Fd.POLLIN);
                    assertThat(tap.fd().read(other, 1 << 17)).isEqualTo(HEADER + 30_000);
                    assertSame(other, memory, HEADER + 30_000);
                    tap.carrier(false);
                    assertThat(Objects.requireNonNull(interfaces.find(index)).carrier()).isFalse();
                }
                tap.close();
                assertThat(interfaces.find("weft0")).isNull();
            }
        });
    }

    private interface Wire {
        void test(PacketSocket left, PacketSocket right);
    }

    /** A plain socket on the left, a ring on the right. */
    private static void onWire(Wire wire) {
        inNamespace(() -> {
            TestNetwork.veth("left", "right");
            try (PacketSocket left = PacketSocket.open(TestNetwork.index("left"), PLAIN);
                    PacketSocket right = PacketSocket.open(TestNetwork.index("right"), RING)) {
                wire.test(left, right);
            }
        });
    }

    private static void inNamespace(Runnable test) {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            namespace.run(test);
        }
    }

    private static void await(PacketSocket socket) {
        assertThat(socket.fd().poll(Fd.POLLIN, 5000) & Fd.POLLIN).isEqualTo(Fd.POLLIN);
    }

    private static void assertSame(long actual, long expected, int bytes) {
        assertThat(Memory.segment(actual, bytes).mismatch(Memory.segment(expected, bytes))).isEqualTo(-1);
    }

    /** An empty virtio header and a frame of a local experimental EtherType filled with {@code fill}. */
    private static void frame(long at, int bytes, int fill) {
        Memory.fill(at, HEADER + bytes, (byte) fill);
        Memory.fill(at, HEADER, (byte) 0);
        Memory.fill(at + HEADER, 6, (byte) 0xff);
        Memory.putShortBe(at + HEADER + 6, (short) 0x0200);
        Memory.putShortBe(at + HEADER + 12, TEST_ETHERTYPE);
    }

    /** A TCP segment to be cut into pieces of 1448 bytes, checksum unfinished; nobody but us reads it. */
    private static void superFrame(long at, int bytes) {
        frame(at, bytes, bytes);
        Memory.putByte(at, (byte) 1);
        Memory.putByte(at + 1, (byte) 1);
        Memory.putShort(at + 2, (short) 54);
        Memory.putShort(at + 4, (short) 1448);
        Memory.putShort(at + 6, (short) 34);
        Memory.putShort(at + 8, (short) 16);
        long ip = at + HEADER + 14;
        Memory.putShortBe(at + HEADER + 12, (short) 0x0800);
        Memory.fill(ip, 40, (byte) 0);
        Memory.putByte(ip, (byte) 0x45);
        Memory.putShortBe(ip + 2, (short) (bytes - 14));
        Memory.putByte(ip + 8, (byte) 64);
        Memory.putByte(ip + 9, (byte) 6);
        Memory.putIntBe(ip + 12, 0x0a09_0001);
        Memory.putIntBe(ip + 16, 0x0a09_0002);
        Memory.putByte(ip + 32, (byte) 0x50);
        Memory.putByte(ip + 33, (byte) 0x10);
    }
}
