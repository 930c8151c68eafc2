package net.weft.vpn.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.weft.linux.Memory;
import net.weft.packet.Ethernet;
import net.weft.packet.InternetChecksum;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.NetworkOrder;
import net.weft.packet.Tcp;
import net.weft.testing.Seed;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.offload.OffloadCheck;
import net.weft.vswitch.offload.Segmenter;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Segments that are joined and cut again are those that came, whatever stands between them. */
class TcpCoalescerTest {
    private static final int SLOT = 2048;
    private static final int PACKETS = 48;
    private static final int PORT = 7;
    private static final long MAC = 0x0200_0000_000bL;

    @AutoClose
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment area = arena.allocate((long) SLOT * PACKETS, 64);
    private final TcpCoalescer tcp = new TcpCoalescer(area);
    @AutoClose
    private final Burst burst = new Burst();
    @AutoClose
    private final Segmenter segmenter = new Segmenter();

    /** A TCP connection that sends. */
    private static final class Stream {
        private final boolean isIpv6;
        private final int port;
        private int sequence = 0xffff_ff00;
        private int identification = 100;
        private int options = 12;

        Stream(boolean isIpv6, int port) {
            this.isIpv6 = isIpv6;
            this.port = port;
        }

        byte[] next(int payload, int flags, Random random) {
            int ip = isIpv6 ? 40 : 20;
            int header = ip + 20 + options;
            ByteBuffer packet = ByteBuffer.allocate(header + payload);
            if (isIpv6) {
                packet.putInt(0x6000_1234).putShort((short) (header - ip + payload)).put((byte) 6).put((byte) 64);
                packet.putLong(1).putLong(2).putLong(3).putLong(4);
            } else {
                packet.putShort((short) 0x4500).putShort((short) (header + payload));
                packet.putShort((short) identification++).putShort((short) 0x4000).put((byte) 64).put((byte) 6);
                packet.putShort((short) 0).putInt(0x0a0a00c8).putInt(0x0a0a000b);
            }
            packet.putShort((short) port).putShort((short) 5201).putInt(sequence).putInt(77);
            packet.putShort((short) ((20 + options) / 4 << 12 | flags)).putShort((short) 500).putInt(0);
            for (int n = 0; n < options; n++) {
                packet.put((byte) 1);
            }
            byte[] bytes = packet.array();
            for (int n = header; n < bytes.length; n++) {
                bytes[n] = (byte) random.nextInt();
            }
            sequence += payload;
            return checksummed(bytes, ip);
        }

        private byte[] checksummed(byte[] bytes, int ip) {
            MemorySegment segment = MemorySegment.ofArray(bytes);
            if (!isIpv6) {
                Ipv4.fillChecksum(segment, 0);
            }
            int length = bytes.length - ip;
            long pseudo = isIpv6
                    ? InternetChecksum.ipv6PseudoHeader(segment, 0, IpProtocol.TCP, length)
                    : InternetChecksum.ipv4PseudoHeader(segment, 0, IpProtocol.TCP, length);
            int checksum = InternetChecksum.finish(InternetChecksum.sum(segment, ip, length) + pseudo);
            NetworkOrder.putU16(segment, ip + Tcp.CHECKSUM, checksum);
            return bytes;
        }
    }

    private void feed(List<byte[]> packets) {
        burst.clear();
        for (int n = 0; n < packets.size(); n++) {
            byte[] packet = packets.get(n);
            long at = (long) n * SLOT + 64;
            MemorySegment.copy(packet, 0, area, ValueLayout.JAVA_BYTE, at, packet.length);
            if (!tcp.join(burst, at, packet.length, PORT, MAC)) {
                tcp.finish(burst);
                long frame = area.address() + at - Ethernet.LENGTH;
                Memory.putShortBe(frame + 12, (short) (packet[0] >>> 4 == 4 ? 0x0800 : 0x86dd));
                burst.add(frame, Ethernet.LENGTH + packet.length, PORT, 0, 0);
                tcp.begin(burst, at, packet.length, PORT, MAC);
            }
        }
        tcp.finish(burst);
    }

    /** The packets that leave when every super-frame is cut. */
    private List<byte[]> cut() {
        List<byte[]> packets = new ArrayList<>();
        for (int n = 0; n < burst.count; n++) {
            assertThat(OffloadCheck.validate(burst, n)).as("frame " + n).isEqualTo(OffloadCheck.PASS);
            if (burst.offload[n] == 0) {
                packets.add(bytes(burst, n));
                continue;
            }
            segmenter.start(burst, n, 1500);
            while (segmenter.next()) {
                for (int piece = 0; piece < segmenter.list(0, 0).count; piece++) {
                    packets.add(bytes(segmenter.burst(), piece));
                }
            }
        }
        return packets;
    }

    private static byte[] bytes(Burst of, int n) {
        byte[] bytes = new byte[of.length[n] - Ethernet.LENGTH];
        MemorySegment all = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
        int done = of.headLength[n] - Ethernet.LENGTH;
        MemorySegment.copy(all, ValueLayout.JAVA_BYTE, of.head(n) + Ethernet.LENGTH, bytes, 0, done);
        for (int body = 0; body < of.bodyCount(n); body++) {
            MemorySegment.copy(all, ValueLayout.JAVA_BYTE, of.bodyAddress(n, body), bytes, done,
                    of.bodyLength(n, body));
            done += of.bodyLength(n, body);
        }
        assertThat(done).isEqualTo(bytes.length);
        return bytes;
    }

    private static List<String> hex(List<byte[]> packets) {
        return packets.stream().map(HexFormat.of()::formatHex).toList();
    }

    @Test
    void shouldJoinWhatFollowsInOneConnection() {
        for (boolean isIpv6 : new boolean[]{false, true}) {
            Random random = new Random(1);
            Stream stream = new Stream(isIpv6, 40_000);
            List<byte[]> packets = new ArrayList<>();
            for (int n = 0; n < 9; n++) {
                packets.add(stream.next(1348, Tcp.ACK, random));
            }
            packets.add(stream.next(100, Tcp.ACK | Tcp.PSH, random));
            feed(packets);
            assertThat(burst.count).isEqualTo(1);
            assertThat(Offload.gsoSize(burst.offload[0])).isEqualTo(1348);
            assertThat(hex(cut())).isEqualTo(hex(packets));
        }
    }

    /** Alone, the guest would drop them; joined, they would get a header with a right checksum. */
    @Test
    void shouldNotHideAWrongHeaderChecksum() {
        Random random = new Random(4);
        Stream stream = new Stream(false, 40_000);
        List<byte[]> packets = new ArrayList<>();
        for (int n = 0; n < 2; n++) {
            byte[] packet = stream.next(1000, Tcp.ACK, random);
            packet[10] ^= 1;
            packets.add(packet);
        }
        feed(packets);
        assertThat(burst.count).isEqualTo(2);
        assertThat(hex(cut())).isEqualTo(hex(packets));
    }

    @Test
    void shouldNotHideAWrongChecksum() {
        Random random = new Random(2);
        Stream stream = new Stream(false, 40_000);
        List<byte[]> packets = new ArrayList<>();
        for (int n = 0; n < 6; n++) {
            packets.add(stream.next(1000, Tcp.ACK, random));
        }
        packets.getFirst()[500] ^= 1;
        packets.get(4)[600] ^= 1;
        feed(packets);
        assertThat(hex(cut())).isEqualTo(hex(packets));
        assertThat(burst.count).as("the first, the second to fourth, the fifth, the sixth").isEqualTo(4);
    }

    @Test
    void shouldJoinNothingThatIsDifferent() {
        Random random = new Random(3);
        for (int octet : new int[]{1, 8, 12, 19, 20, 23, 28, 32, 33, 34, 35, 41}) {
            Stream stream = new Stream(false, 40_000);
            byte[] first = stream.next(1000, Tcp.ACK, random);
            byte[] second = stream.next(1000, Tcp.ACK, random);
            second[octet] ^= 0x20;
            feed(List.of(first, stream.checksummed(second, 20)));
            assertThat(burst.count).as("octet " + octet).isEqualTo(2);
        }
        Stream stream = new Stream(false, 40_000);
        feed(List.of(stream.next(1000, Tcp.ACK, random), stream.next(1000, Tcp.ACK, random)));
        assertThat(burst.count).as("control").isEqualTo(1);
    }

    @Test
    void shouldGiveBackWhateverCame() {
        Random random = Seed.random(TcpCoalescerTest.class);
        for (int round = 0; round < 2000; round++) {
            List<Stream> streams = List.of(new Stream(false, 1), new Stream(false, 2), new Stream(true, 3));
            List<byte[]> packets = new ArrayList<>();
            Stream stream = streams.getFirst();
            int size = 1 + random.nextInt(1348);
            for (int n = 1 + random.nextInt(PACKETS - 1); n > 0; n--) {
                if (random.nextInt(8) == 0) {
                    stream = streams.get(random.nextInt(streams.size()));
                }
                if (random.nextInt(10) == 0) {
                    size = random.nextInt(1349);
                }
                if (random.nextInt(20) == 0) {
                    stream.options = 4 * random.nextInt(11);
                }
                int flags = Tcp.ACK | (random.nextInt(12) == 0 ? 1 << random.nextInt(8) : 0);
                byte[] packet = stream.next(size, flags, random);
                if (random.nextInt(30) == 0) {
                    packet[packet.length - 1] ^= 4;
                }
                packets.add(packet);
            }
            feed(packets);
            assertThat(hex(cut())).as("round " + round).isEqualTo(hex(packets));
        }
    }
}
