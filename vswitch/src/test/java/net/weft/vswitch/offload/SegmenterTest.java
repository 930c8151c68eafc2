package net.weft.vswitch.offload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.weft.testing.Seed;
import net.weft.vswitch.burst.Offload;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pcap4j.packet.EthernetPacket;
import org.pcap4j.packet.IllegalRawDataException;
import org.pcap4j.packet.IpV4Packet;
import org.pcap4j.packet.IpV6Packet;
import org.pcap4j.packet.TcpPacket;
import org.pcap4j.packet.UdpPacket;

/** Pieces against a naive oracle, byte for byte, and against pcap4j's reading of them. */
class SegmenterTest {
    private static final int MTU = 1500;
    private static final int TCPV4 = Offload.GSO_TCPV4;
    private static final int TCPV6 = Offload.GSO_TCPV6;
    private static final int USO = Offload.GSO_UDP_L4;
    private static final int UFO = Offload.GSO_UDP;

    private final long seed = Seed.of(SegmenterTest.class);
    private final Random random = new Random(seed);
    private final FrameMemory memory = new FrameMemory();
    private final Segmenter segmenter = new Segmenter();

    @AfterEach
    void close() {
        segmenter.close();
        memory.close();
    }

    private List<byte[]> pieces(SampleFrame sample, int type, int size) {
        return pieces(sample, sample.build(random), type, size);
    }

    /** Cuts the frame, holds the pieces against the oracle's and pcap4j's, and the frame against what it was. */
    private List<byte[]> pieces(SampleFrame sample, byte[] frame, int type, int size) {
        int offset = sample.tcp() ? 16 : 6;
        memory.load(frame, Offload.of(1, type, size, sample.l4(), offset, 0), random, 23);
        assertThat(OffloadCheck.validate(memory.burst, 0)).as("%s", sample).isEqualTo(OffloadCheck.PASS);
        List<byte[]> pieces = memory.segmented(segmenter, MTU);
        NaiveOffload.Header header = new NaiveOffload.Header(true, type, size, sample.l4(), offset);
        List<byte[]> expected = NaiveOffload.pieces(frame, header, MTU, ipv6Identification(sample, pieces));
        assertThat(pieces).as("%s, seed %d", sample, seed).hasSameSizeAs(expected);
        for (int n = 0; n < pieces.size(); n++) {
            assertThat(pieces.get(n)).as("piece %d of %s, seed %d", n, sample, seed).isEqualTo(expected.get(n));
        }
        assertThat(memory.isUntouched()).as("frame, seed %d", seed).isTrue();
        return pieces;
    }

    private static int ipv6Identification(SampleFrame sample, List<byte[]> pieces) {
        byte[] first = pieces.getFirst();
        int at = sample.l4() + 4;
        return NaiveOffload.u16(first, at) << 16 | NaiveOffload.u16(first, at + 2);
    }

    /** Lengths and checksums of a TCP or UDP packet are right, says pcap4j. Returns the payload. */
    private static byte[] dissected(byte[] frame) throws IllegalRawDataException {
        EthernetPacket packet = EthernetPacket.newPacket(frame, 0, frame.length);
        assertThat(packet.getRawData()).isEqualTo(frame);
        TcpPacket tcp = packet.get(TcpPacket.class);
        UdpPacket udp = packet.get(UdpPacket.class);
        IpV4Packet ip4 = packet.get(IpV4Packet.class);
        if (ip4 != null) {
            assertThat(ip4.getHeader().hasValidChecksum(false)).isTrue();
            assertThat(ip4.getHeader().getTotalLengthAsInt()).isEqualTo(ip4.length());
            Inet4Address from = ip4.getHeader().getSrcAddr();
            Inet4Address to = ip4.getHeader().getDstAddr();
            assertThat(tcp != null ? tcp.hasValidChecksum(from, to, false) : udp.hasValidChecksum(from, to, false))
                    .isTrue();
        } else {
            IpV6Packet ip6 = packet.get(IpV6Packet.class);
            assertThat(ip6.getHeader().getPayloadLengthAsInt()).isEqualTo(ip6.getPayload().length());
            Inet6Address from = ip6.getHeader().getSrcAddr();
            Inet6Address to = ip6.getHeader().getDstAddr();
            assertThat(tcp != null ? tcp.hasValidChecksum(from, to, false) : udp.hasValidChecksum(from, to, false))
                    .isTrue();
        }
        if (tcp != null) {
            return tcp.getPayload() == null ? new byte[0] : tcp.getPayload().getRawData();
        }
        assertThat(udp.getHeader().getLengthAsInt()).isEqualTo(udp.length());
        return udp.getPayload() == null ? new byte[0] : udp.getPayload().getRawData();
    }

    private void shouldCarryThePayload(SampleFrame sample, int type, int size, int expectedPieces)
            throws IllegalRawDataException {
        byte[] frame = sample.build(random);
        List<byte[]> pieces = pieces(sample, frame, type, size);
        assertThat(pieces).hasSize(expectedPieces);
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            payload.writeBytes(dissected(piece));
        }
        assertThat(payload.toByteArray()).isEqualTo(Arrays.copyOfRange(frame, sample.payloadOffset(), frame.length));
    }

    @Test
    void shouldCompleteChecksums() throws IllegalRawDataException {
        for (int bytes : new int[]{0, 1, 2, 85, 86, 87, 88, 1459, 1460}) {
            shouldCarryThePayload(SampleFrame.tcp4(bytes), 0, 0, 1);
            shouldCarryThePayload(SampleFrame.tcp6(bytes).tagged(0x8100), 0, 0, 1);
            shouldCarryThePayload(SampleFrame.udp4(bytes).tagged(0x8100, 0x8100), 0, 0, 1);
            shouldCarryThePayload(SampleFrame.udp6(bytes), 0, 0, 1);
        }
    }

    @Test
    void shouldSendAUdpChecksumOfZeroAsAllOnes() {
        SampleFrame sample = SampleFrame.udp4(2);
        byte[] frame = sample.build(random);
        NaiveOffload.put16(frame, 42, 0);
        int rest = NaiveOffload.fold(NaiveOffload.sum(frame, 34, 44));
        NaiveOffload.put16(frame, 42, 0xffff - rest);
        byte[] done = pieces(sample, frame, 0, 0).getFirst();
        assertThat(NaiveOffload.u16(done, 40)).isEqualTo(0xffff);
    }

    @Test
    void shouldSegmentTcp() throws IllegalRawDataException {
        shouldCarryThePayload(SampleFrame.tcp4(65495), TCPV4, 1460, 45);
        shouldCarryThePayload(SampleFrame.tcp6(65000).tagged(0x8100), TCPV6, 1439, 46);
        shouldCarryThePayload(SampleFrame.tcp4(10_001).ipOptions(12).tcpOptions(12), TCPV4, 777, 13);
        shouldCarryThePayload(SampleFrame.tcp4(65495), TCPV4, 36, 1820);
        shouldCarryThePayload(SampleFrame.tcp4(1461), TCPV4, 1460, 2);
        pieces(SampleFrame.tcp6(9000).extensions(SampleFrame.LONG_OPTIONS, 60).tcpOptions(40), TCPV6, 1111);
    }

    @Test
    void shouldCountSequenceAndIdentification() {
        SampleFrame sample = SampleFrame.tcp4(3000);
        byte[] frame = sample.build(random);
        NaiveOffload.put16(frame, 18, 0xffff);
        NaiveOffload.put16(frame, 38, 0xffff);
        NaiveOffload.put16(frame, 40, 0xfff0);
        List<byte[]> pieces = pieces(sample, frame, TCPV4, 1000);
        assertThat(pieces).extracting(piece -> NaiveOffload.u16(piece, 18)).containsExactly(0xffff, 0, 1);
        assertThat(pieces).extracting(piece -> NaiveOffload.u16(piece, 40)).containsExactly(0xfff0, 0x03d8, 0x07c0);
        assertThat(pieces).extracting(piece -> NaiveOffload.u16(piece, 38)).containsExactly(0xffff, 0, 0);
    }

    @Test
    void shouldKeepFinAndPushForTheLastSegmentAndCwrForTheFirst() {
        SampleFrame sample = SampleFrame.tcp6(3000).tcpFlags(0xff);
        for (int type : new int[]{TCPV6, TCPV6 | Offload.GSO_ECN}) {
            assertThat(pieces(sample, type, 1000)).extracting(piece -> piece[sample.l4() + 13] & 0xff)
                    .containsExactly(0xf6, 0x76, 0x7f);
        }
    }

    @Test
    void shouldSegmentUdp() throws IllegalRawDataException {
        shouldCarryThePayload(SampleFrame.udp4(65000), USO, 1400, 47);
        shouldCarryThePayload(SampleFrame.udp6(65000).tagged(0x8100), USO, 1399, 47);
        shouldCarryThePayload(SampleFrame.udp4(128).ipOptions(40), USO, 1, 128);
    }

    @Test
    void shouldFragmentUdpIntoWhatReassemblesToTheWhole() throws IllegalRawDataException {
        for (int size : new int[]{1480, 1479, 48, 600}) {
            shouldReassemble(SampleFrame.udp4(8001), size);
            shouldReassemble(SampleFrame.udp4(60_000).tagged(0x8100).ipOptions(8), size);
            shouldReassemble(SampleFrame.udp6(8000), size);
            shouldReassemble(SampleFrame.udp6(60_001).extensions(0, 60), size);
            shouldReassemble(SampleFrame.udp6(3_333).extensions(43, SampleFrame.LONG_OPTIONS), size);
        }
    }

    @Test
    void shouldFragmentToWhatTheEgressMtuAllows() {
        for (byte[] fragment : pieces(SampleFrame.udp4(50_000), UFO, 60_000 / 2)) {
            assertThat(fragment.length - 14).isLessThanOrEqualTo(MTU);
        }
        for (byte[] fragment : pieces(SampleFrame.udp6(50_000), UFO, 60_000 / 2)) {
            assertThat(fragment.length - 14).isLessThanOrEqualTo(MTU);
        }
    }

    private void shouldReassemble(SampleFrame sample, int size) throws IllegalRawDataException {
        byte[] frame = sample.build(random);
        List<byte[]> fragments = pieces(sample, frame, UFO, size);
        int headers = sample.l4() + (sample.ipv6() ? 8 : 0);
        byte[] whole = Arrays.copyOf(frame, frame.length);
        boolean more = true;
        int position = 0;
        for (byte[] fragment : fragments) {
            assertThat(more).isTrue();
            int field = NaiveOffload.u16(fragment, sample.ipv6() ? sample.l4() + 2 : sample.l3() + 6);
            more = (field & (sample.ipv6() ? 1 : 0x2000)) != 0;
            assertThat(sample.ipv6() ? field & ~7 : (field & 0x1fff) * 8).isEqualTo(position);
            System.arraycopy(fragment, headers, whole, sample.l4() + position, fragment.length - headers);
            position += fragment.length - headers;
            if (!sample.ipv6()) {
                IpV4Packet ip = EthernetPacket.newPacket(fragment, 0, fragment.length).get(IpV4Packet.class);
                assertThat(ip.getHeader().hasValidChecksum(false)).isTrue();
                assertThat(ip.getHeader().getDontFragmentFlag()).isFalse();
            }
        }
        assertThat(more).isFalse();
        assertThat(position).isEqualTo(frame.length - sample.l4());
        assertThat(Arrays.copyOfRange(whole, sample.payloadOffset(), whole.length))
                .isEqualTo(Arrays.copyOfRange(frame, sample.payloadOffset(), frame.length));
        NaiveOffload.Layout at = NaiveOffload.layoutOf(whole);
        assertThat(NaiveOffload.fold(NaiveOffload.sum(whole, at.l4(), whole.length) + NaiveOffload.pseudo(whole, at)))
                .isEqualTo(0xffff);
    }

    @Test
    void shouldNotReuseIpv6FragmentIdentifications() {
        SampleFrame sample = SampleFrame.udp6(3000);
        List<Integer> seen = random.ints(1000).mapToObj(_ -> ipv6Identification(sample, pieces(sample, UFO, 1000)))
                .toList();
        assertThat(seen).doesNotHaveDuplicates();
    }

    @Test
    void shouldDoAsTheOracleOnFramesOfEveryKind() {
        for (int round = 0; round < 3000; round++) {
            SampleFrame sample = SampleFrame.any(random, round % 20 == 0 ? 64_000 : 4000);
            int size = 48 + random.nextInt(1400);
            int type = switch (random.nextInt(4)) {
                case 0 -> 0;
                case 1 -> sample.tcp() ? sample.ipv6() ? TCPV6 : TCPV4 : UFO;
                default -> sample.tcp() ? sample.ipv6() ? TCPV6 : TCPV4 : USO;
            };
            boolean refused = sample.extensions().contains(43) && type != 0 && type != UFO;
            if (!refused) {
                pieces(sample, type, type == USO ? Math.max(size, 512) : size);
            }
        }
    }
}
