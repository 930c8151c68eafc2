package net.weft.zone.reject;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static net.weft.zone.TestFrame.concat;
import static net.weft.zone.TestFrame.hex;
import static net.weft.zone.TestFrame.ipv4;
import static net.weft.zone.TestFrame.ipv6;
import static net.weft.zone.TestFrame.udp;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import net.weft.packet.InternetChecksum;
import net.weft.packet.Ipv4;
import net.weft.packet.NetworkOrder;
import net.weft.testing.Seed;
import net.weft.zone.TestFrame;
import org.junit.jupiter.api.Test;
import org.pcap4j.packet.EthernetPacket;
import org.pcap4j.packet.IcmpV4CommonPacket;
import org.pcap4j.packet.IcmpV4DestinationUnreachablePacket;
import org.pcap4j.packet.IcmpV6CommonPacket;
import org.pcap4j.packet.IcmpV6DestinationUnreachablePacket;
import org.pcap4j.packet.IllegalRawDataException;
import org.pcap4j.packet.IpV4Packet;
import org.pcap4j.packet.IpV6Packet;
import org.pcap4j.packet.TcpPacket;
import org.pcap4j.packet.namednumber.IcmpV4Code;

class RejectReplyTest {
    private static final Random RANDOM = Seed.random(RejectReplyTest.class);
    private static final String GUEST = "02:00:00:00:0a:01";
    private static final String WANTED = "02:00:00:00:0a:02";
    private static final int AT = 7;
    private static final int SYN = 2;
    private static final int FIN = 1;
    private static final int RST = 4;
    private static final int ACK = 16;

    private static byte[] reply(TestFrame frame, int head) {
        MemorySegment to = MemorySegment.ofArray(new byte[AT + RejectReply.MAX_LENGTH]);
        to.fill((byte) 0xa5);
        int length = RejectReply.build(frame.segment(), TestFrame.AT, Math.min(head, frame.bytes().length),
                frame.parsed(head), to, AT);
        assertThat(length).isBetween(0, RejectReply.MAX_LENGTH);
        return to.asSlice(AT, length).toArray(JAVA_BYTE);
    }

    private static byte[] reply(byte[] packet) {
        return reply(TestFrame.of(WANTED, GUEST, packet[0] >>> 4 == 4 ? 0x800 : 0x86dd, packet), 128);
    }

    private static EthernetPacket dissect(byte[] reply) {
        try {
            EthernetPacket packet = EthernetPacket.newPacket(reply, 0, reply.length);
            assertThat(packet.getHeader().getDstAddr()).hasToString(GUEST);
            assertThat(packet.getHeader().getSrcAddr()).hasToString(WANTED);
            IpV4Packet ipv4 = packet.get(IpV4Packet.class);
            if (ipv4 != null) {
                assertThat(ipv4.getHeader().hasValidChecksum(false)).isTrue();
                assertThat(ipv4.getHeader().getTotalLengthAsInt()).isEqualTo(reply.length - 14);
            } else {
                assertThat(packet.get(IpV6Packet.class).getHeader().getPayloadLengthAsInt())
                        .isEqualTo(reply.length - 54);
            }
            return packet;
        } catch (IllegalRawDataException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] tcp(int flags, int sequence, int acknowledgment, int options, int data) {
        byte[] segment = new byte[20 + options + data];
        MemorySegment memory = MemorySegment.ofArray(segment);
        NetworkOrder.putU16(memory, 0, 40_000);
        NetworkOrder.putU16(memory, 2, 445);
        NetworkOrder.putInt(memory, 4, sequence);
        NetworkOrder.putInt(memory, 8, acknowledgment);
        NetworkOrder.putU16(memory, 12, (20 + options) / 4 << 12 | flags);
        return segment;
    }

    private static TcpPacket assertReset(byte[] reply, String from, String to) {
        EthernetPacket packet = dissect(reply);
        TcpPacket tcp = packet.get(TcpPacket.class);
        IpV4Packet ipv4 = packet.get(IpV4Packet.class);
        var header = ipv4 != null ? ipv4.getHeader() : packet.get(IpV6Packet.class).getHeader();
        assertThat(header.getSrcAddr().getAddress()).isEqualTo(TestFrame.address(from));
        assertThat(header.getDstAddr().getAddress()).isEqualTo(TestFrame.address(to));
        assertThat(tcp.hasValidChecksum(header.getSrcAddr(), header.getDstAddr(), false)).isTrue();
        assertThat(tcp.getHeader().getSrcPort().valueAsInt()).isEqualTo(445);
        assertThat(tcp.getHeader().getDstPort().valueAsInt()).isEqualTo(40_000);
        assertThat(tcp.getHeader().getRst()).isTrue();
        assertThat(tcp.length()).isEqualTo(20);
        return tcp;
    }

    @Test
    void shouldResetAConnectionThatBegins() {
        byte[] ipv4 = reply(ipv4("10.0.0.1", "10.0.0.2", 64, 6, 0, tcp(SYN, 0xffff_ffff, 0, 20, 0)));
        byte[] ipv6 = reply(ipv6("fd00::1", "fd00::2", 64, 6, tcp(SYN, 100, 0, 20, 0)));

        TcpPacket first = assertReset(ipv4, "10.0.0.2", "10.0.0.1");
        assertThat(first.getHeader().getAck()).isTrue();
        assertThat(first.getHeader().getSequenceNumber()).isZero();
        assertThat(first.getHeader().getAcknowledgmentNumber()).as("wrapped around").isZero();
        assertThat(assertReset(ipv6, "fd00::2", "fd00::1").getHeader().getAcknowledgmentNumber()).isEqualTo(101);
    }

    @Test
    void shouldCountDataSynAndFinWhenNothingIsAcknowledged() {
        assertThat(assertReset(reply(ipv4("10.0.0.1", "10.0.0.2", 64, 6, 0, tcp(SYN | FIN, 100, 7, 12, 50))),
                "10.0.0.2", "10.0.0.1").getHeader().getAcknowledgmentNumber()).isEqualTo(152);
        byte[] behind = concat(hex("0600 0104 00000000"), tcp(0, 100, 0, 0, 3));
        assertThat(assertReset(reply(ipv6("fd00::1", "fd00::2", 64, 60, behind)), "fd00::2", "fd00::1").getHeader()
                .getAcknowledgmentNumber()).isEqualTo(103);
    }

    @Test
    void shouldTakeTheSequenceFromWhatIsAcknowledged() {
        TcpPacket reset = assertReset(reply(ipv4("10.0.0.1", "10.0.0.2", 64, 6, 0, tcp(ACK, 100, 0xdeadbeef, 0, 900))),
                "10.0.0.2", "10.0.0.1");

        assertThat(reset.getHeader().getAck()).isFalse();
        assertThat(reset.getHeader().getSequenceNumber()).isEqualTo(0xdeadbeef);
        assertThat(reset.getHeader().getAcknowledgmentNumber()).isZero();
    }

    @Test
    void shouldNeverAnswerAReset() {
        assertThat(reply(ipv4("10.0.0.1", "10.0.0.2", 64, 6, 0, tcp(RST, 1, 1, 0, 0)))).isEmpty();
        assertThat(reply(ipv6("fd00::1", "fd00::2", 64, 6, tcp(RST | ACK, 1, 1, 0, 0)))).isEmpty();
    }

    @Test
    void shouldSayProhibitedAndQuote() {
        for (int data : new int[]{0, 1, 19, 500, 1400}) {
            for (int head : new int[]{128, 512}) {
                byte[] packet = ipv4("10.0.0.1", "10.0.0.2", 64, 17, 0, udp(9, 99, data));
                EthernetPacket reply = dissect(reply(TestFrame.of(WANTED, GUEST, 0x800, packet), head));
                var icmp = reply.get(IcmpV4CommonPacket.class);
                byte[] quoted = reply.get(IcmpV4DestinationUnreachablePacket.class).getPayload().getRawData();
                assertThat(icmp.getHeader().getCode()).isEqualTo(IcmpV4Code.COMMUNICATION_PROHIBITED);
                assertThat(icmp.hasValidChecksum(false)).isTrue();
                assertThat(quoted).isEqualTo(Arrays.copyOf(packet,
                        Math.min(packet.length, head == 128 ? 114 : 512 - 14 - 28)));
            }
        }
    }

    @Test
    void shouldSayProhibitedInIpv6() {
        for (int data : new int[]{0, 1, 19, 500, 1400}) {
            for (int head : new int[]{128, 512}) {
                byte[] packet = ipv6("fd00::1", "fd00::2", 64, 17, udp(9, 99, data));
                EthernetPacket reply = dissect(reply(TestFrame.of(WANTED, GUEST, 0x86dd, packet), head));
                var icmp = reply.get(IcmpV6CommonPacket.class);
                var header = reply.get(IpV6Packet.class).getHeader();
                byte[] quoted = reply.get(IcmpV6DestinationUnreachablePacket.class).getPayload().getRawData();
                assertThat(icmp.getHeader().getCode())
                        .satisfies(code -> assertThat(code.value()).isEqualTo((byte) 1));
                assertThat(icmp.hasValidChecksum(header.getSrcAddr(), header.getDstAddr(), false)).isTrue();
                assertThat(quoted).isEqualTo(Arrays.copyOf(packet,
                        Math.min(packet.length, head == 128 ? 114 : 512 - 14 - 48)));
            }
        }
    }

    @Test
    void shouldNotQuoteThePaddingOfAShortFrame() {
        byte[] packet = ipv4("10.0.0.1", "10.0.0.2", 64, 17, 0, udp(9, 99, 0));
        assertThat(reply(TestFrame.of(WANTED, GUEST, 0x800, Arrays.copyOf(packet, 46)), 128)).hasSize(14 + 28 + 28);
    }

    @Test
    void shouldAnswerEchoButNoErrors() {
        assertThat(reply(ipv4("10.0.0.1", "10.0.0.2", 64, 1, 0, hex("0800000000000000")))).isNotEmpty();
        assertThat(reply(ipv6("fd00::1", "fd00::2", 64, 58, hex("8000000000000000")))).isNotEmpty();
        for (String error : new String[]{"03", "04", "05", "0b", "0c"}) {
            assertThat(reply(ipv4("10.0.0.1", "10.0.0.2", 64, 1, 0, hex(error + "00000000000000")))).as(error)
                    .isEmpty();
        }
        for (String error : new String[]{"01", "02", "03", "04", "7f", "89"}) {
            assertThat(reply(ipv6("fd00::1", "fd00::2", 64, 58, hex(error + "00000000000000")))).as(error).isEmpty();
        }
    }

    @Test
    void shouldAnswerOnlyTheFirstFragment() {
        assertThat(reply(ipv4("10.0.0.1", "10.0.0.2", 64, 17, 0x2000, udp(9, 9, 16)))).isNotEmpty();
        assertThat(reply(ipv4("10.0.0.1", "10.0.0.2", 64, 17, 0x2001, udp(9, 9, 16)))).isEmpty();
        assertThat(reply(ipv4("10.0.0.1", "10.0.0.2", 64, 6, 0x2000, tcp(ACK, 1, 1, 0, 12)))).isNotEmpty();
        assertThat(reply(ipv4("10.0.0.1", "10.0.0.2", 64, 6, 0x2000, tcp(0, 1, 1, 0, 12)))).isEmpty();
        assertThat(reply(ipv6("fd00::1", "fd00::2", 64, 44, concat(hex("1100 0008 00000001"), udp(9, 9, 8)))))
                .isEmpty();
    }

    @Test
    void shouldNotAnswerGroupsOrWhatIsNoHost() {
        byte[] udp = udp(9, 9, 9);
        for (String source : new String[]{"0.0.0.0", "0.1.2.3", "127.0.0.1", "224.0.0.1", "240.0.0.1",
                "255.255.255.255"}) {
            assertThat(reply(ipv4(source, "10.0.0.2", 64, 17, 0, udp))).as(source).isEmpty();
            assertThat(reply(ipv4("10.0.0.1", source, 64, 17, 0, udp))).as("to " + source).isEmpty();
        }
        for (String source : new String[]{"::", "::1", "ff02::1"}) {
            assertThat(reply(ipv6(source, "fd00::2", 64, 17, udp))).as(source).isEmpty();
            assertThat(reply(ipv6("fd00::1", source, 64, 17, udp))).as("to " + source).isEmpty();
        }
        byte[] packet = ipv4("10.0.0.1", "10.0.0.255", 64, 17, 0, udp);
        assertThat(reply(TestFrame.of("ff:ff:ff:ff:ff:ff", GUEST, 0x800, packet), 128)).isEmpty();
        assertThat(reply(TestFrame.of("01:00:5e:00:00:01", GUEST, 0x800, packet), 128)).isEmpty();
        assertThat(reply(TestFrame.of(WANTED, GUEST, 0x88b5, packet), 128)).isEmpty();
    }

    /** Whatever comes: no fault, nothing longer than allowed, and every checksum right. */
    @Test
    void shouldStandAnyBytes() {
        int answers = 0;
        for (int round = 0; round < 100_000; round++) {
            byte[] payload = new byte[8 + RANDOM.nextInt(60)];
            RANDOM.nextBytes(payload);
            int protocol = new int[]{1, 6, 17, 44, 58, 60}[RANDOM.nextInt(6)];
            byte[] packet = RANDOM.nextBoolean()
                    ? ipv4("10.0.0.1", "10.0.0.2", 64, protocol, RANDOM.nextInt(4) == 0 ? 0x2000 : 0, payload)
                    : ipv6("fd00::1", "fd00::2", 64, protocol, payload);
            byte[] reply = reply(packet);
            if (reply.length > 0) {
                assertChecksums(MemorySegment.ofArray(reply));
                answers++;
            }
        }
        assertThat(answers).isGreaterThan(10_000);
    }

    private static void assertChecksums(MemorySegment reply) {
        int length = (int) reply.byteSize();
        boolean ipv4 = NetworkOrder.getU16(reply, 12) == 0x800;
        int l4 = ipv4 ? 34 : 54;
        int protocol = NetworkOrder.getU8(reply, ipv4 ? 23 : 20);
        long pseudo = protocol == 1
                ? 0
                : ipv4
                        ? InternetChecksum.ipv4PseudoHeader(reply, 14, protocol, length - l4)
                        : InternetChecksum.ipv6PseudoHeader(reply, 14, protocol, length - l4);

        assertThat(!ipv4 || Ipv4.isChecksumValid(reply, 14)).isTrue();
        assertThat(InternetChecksum.finish(pseudo + InternetChecksum.sum(reply, l4, length - l4))).isZero();
    }
}
