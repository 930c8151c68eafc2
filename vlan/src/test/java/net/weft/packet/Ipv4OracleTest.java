package net.weft.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.weft.testing.Seed;
import org.junit.jupiter.api.RepeatedTest;
import org.pcap4j.packet.IcmpV4CommonPacket;
import org.pcap4j.packet.IcmpV4EchoPacket;
import org.pcap4j.packet.IpV4NoOperationOption;
import org.pcap4j.packet.IpV4Packet;
import org.pcap4j.packet.IpV4Rfc791Tos;
import org.pcap4j.packet.Packet;
import org.pcap4j.packet.TcpMaximumSegmentSizeOption;
import org.pcap4j.packet.TcpPacket;
import org.pcap4j.packet.UdpPacket;
import org.pcap4j.packet.namednumber.IcmpV4Code;
import org.pcap4j.packet.namednumber.IcmpV4Type;
import org.pcap4j.packet.namednumber.IpNumber;
import org.pcap4j.packet.namednumber.IpVersion;
import org.pcap4j.packet.namednumber.TcpPort;
import org.pcap4j.packet.namednumber.UdpPort;

/** IPv4, TCP, UDP and ICMP beside pcap4j, checksums included. */
class Ipv4OracleTest {
    private static final Random RANDOM = Seed.random(Ipv4OracleTest.class);

    private final int source = RANDOM.nextInt();
    private final int destination = RANDOM.nextInt();
    private final byte[] data = Bytes.random(RANDOM, RANDOM.nextInt(200));
    private final int word = RANDOM.nextInt();
    private final int sourcePort = RANDOM.nextInt(0x10000);
    private final int destinationPort = RANDOM.nextInt(0x10000);
    private final int options = RANDOM.nextInt(11) * 4;
    private final int tos = RANDOM.nextInt(256);
    private final int ttl = RANDOM.nextInt(256);
    private final int identification = RANDOM.nextInt(0x10000);

    private byte[] packet(IpNumber protocol, Packet.Builder payload, int flags, int fragmentOffset) {
        return new IpV4Packet.Builder().version(IpVersion.IPV4).tos(IpV4Rfc791Tos.newInstance((byte) tos))
                .identification((short) identification).reservedFlag((flags & 4) != 0)
                .dontFragmentFlag((flags & Ipv4.DONT_FRAGMENT) != 0)
                .moreFragmentFlag((flags & Ipv4.MORE_FRAGMENTS) != 0).fragmentOffset((short) (fragmentOffset / 8))
                .ttl((byte) ttl).protocol(protocol).srcAddr(Bytes.inet4(source)).dstAddr(Bytes.inet4(destination))
                .options(Collections.nCopies(options, IpV4NoOperationOption.getInstance()))
                .correctChecksumAtBuild(true).correctLengthAtBuild(true).payloadBuilder(payload).build().getRawData();
    }

    private void assertIpv4(MemorySegment segment, int length, int protocol, int flags, int fragmentOffset) {
        assertThat(Ipv4.check(segment, Bytes.AT, length)).isTrue();
        assertThat(Ipv4.isChecksumValid(segment, Bytes.AT)).isTrue();
        assertThat(Ipv4.isFragment(segment, Bytes.AT)).isEqualTo((flags & 1) != 0 || fragmentOffset != 0);
        var header = Ipv4.Header.parse(segment, Bytes.AT, length);
        assertThat(header).isEqualTo(new Ipv4.Header(tos, length, identification, flags, fragmentOffset, ttl, protocol,
                header.checksum(), source, destination, Octets.ofHex("01".repeat(options))));
        int checksum = header.checksum();
        Ipv4.fillChecksum(segment, Bytes.AT);
        assertThat(Ipv4.checksum(segment, Bytes.AT)).isEqualTo(checksum);
    }

    private long transportSum(MemorySegment segment, int protocol, int l4Length) {
        return InternetChecksum.ipv4PseudoHeader(segment, Bytes.AT, protocol, l4Length)
                + InternetChecksum.sum(segment, l4(), l4Length);
    }

    private long l4() {
        return (long) Bytes.AT + Ipv4.MIN_LENGTH + options;
    }

    @RepeatedTest(50)
    void shouldReadTcpAsPcap4jBuiltIt() {
        int bits = RANDOM.nextInt(64);
        int window = RANDOM.nextInt(0x10000);
        byte[] packet = packet(IpNumber.TCP, new TcpPacket.Builder().srcPort(TcpPort.getInstance((short) sourcePort))
                .dstPort(TcpPort.getInstance((short) destinationPort)).sequenceNumber(word).acknowledgmentNumber(~word)
                .fin((bits & Tcp.FIN) != 0).syn((bits & Tcp.SYN) != 0).rst((bits & Tcp.RST) != 0)
                .psh((bits & Tcp.PSH) != 0).ack((bits & Tcp.ACK) != 0).urg((bits & Tcp.URG) != 0)
                .window((short) window).urgentPointer((short) ttl)
                .options(List.of(
                        new TcpMaximumSegmentSizeOption.Builder().maxSegSize((short) 1460).correctLengthAtBuild(true)
                                .build()))
                .srcAddr(Bytes.inet4(source)).dstAddr(Bytes.inet4(destination)).correctChecksumAtBuild(true)
                .correctLengthAtBuild(true).payloadBuilder(Bytes.payload(data)), 0, 0);
        MemorySegment segment = Bytes.segment(packet);

        assertIpv4(segment, packet.length, IpProtocol.TCP, 0, 0);
        int length = 24 + data.length;
        assertThat(Tcp.check(segment, l4(), length)).isTrue();
        var header = Tcp.Header.parse(segment, l4(), length);
        assertThat(header).isEqualTo(new Tcp.Header(sourcePort, destinationPort, word, ~word, bits, window,
                header.checksum(), ttl, Octets.ofHex("020405b4")));
        assertThat(InternetChecksum.finish(transportSum(segment, IpProtocol.TCP, length))).isZero();
        NetworkOrder.putU16(segment, l4() + Tcp.CHECKSUM, 0);
        assertThat(InternetChecksum.finish(transportSum(segment, IpProtocol.TCP, length))).isEqualTo(header.checksum());
    }

    @RepeatedTest(50)
    void shouldReadUdpAsPcap4jBuiltIt() {
        byte[] packet = packet(IpNumber.UDP, new UdpPacket.Builder().srcPort(UdpPort.getInstance((short) sourcePort))
                .dstPort(UdpPort.getInstance((short) destinationPort)).srcAddr(Bytes.inet4(source))
                .dstAddr(Bytes.inet4(destination)).correctChecksumAtBuild(true).correctLengthAtBuild(true)
                .payloadBuilder(Bytes.payload(data)), Ipv4.DONT_FRAGMENT, 0);
        MemorySegment segment = Bytes.segment(packet);

        assertIpv4(segment, packet.length, IpProtocol.UDP, Ipv4.DONT_FRAGMENT, 0);
        int length = 8 + data.length;
        assertThat(Udp.check(segment, l4(), length)).isTrue();
        var header = Udp.Header.parse(segment, l4(), length);
        assertThat(header).isEqualTo(new Udp.Header(sourcePort, destinationPort, length, header.checksum()));
        NetworkOrder.putU16(segment, l4() + Udp.CHECKSUM, 0);
        assertThat(InternetChecksum.finish(transportSum(segment, IpProtocol.UDP, length))).isEqualTo(header.checksum());
    }

    @RepeatedTest(50)
    void shouldReadIcmpAsPcap4jBuiltIt() {
        var echo = new IcmpV4EchoPacket.Builder().identifier((short) sourcePort).sequenceNumber((short) destinationPort)
                .payloadBuilder(Bytes.payload(data));
        byte[] packet = packet(IpNumber.ICMPV4, new IcmpV4CommonPacket.Builder().type(IcmpV4Type.ECHO)
                .code(IcmpV4Code.NO_CODE).correctChecksumAtBuild(true).payloadBuilder(echo), 0, 0);
        MemorySegment segment = Bytes.segment(packet);

        assertIpv4(segment, packet.length, IpProtocol.ICMP, 0, 0);
        int length = 8 + data.length;
        var header = Icmp.Header.parse(segment, l4(), length);
        assertThat(header.type()).isEqualTo(Icmp.ECHO_REQUEST);
        assertThat(Icmp.identifier(segment, l4())).isEqualTo(sourcePort);
        assertThat(Icmp.sequence(segment, l4())).isEqualTo(destinationPort);
        assertThat(InternetChecksum.finish(InternetChecksum.sum(segment, l4(), length))).isZero();
    }

    @RepeatedTest(50)
    void shouldReadFragmentsAsPcap4jBuiltThem() {
        int flags = RANDOM.nextInt(8);
        int fragmentOffset = 8 * RANDOM.nextInt(0x2000);
        byte[] packet = packet(IpNumber.getInstance((byte) 253), Bytes.payload(new byte[]{1}), flags, fragmentOffset);

        assertIpv4(Bytes.segment(packet), packet.length, 253, flags, fragmentOffset);
    }

    @RepeatedTest(50)
    void shouldEmitWhatPcap4jDissects() throws Exception {
        var tcp = new Tcp.Header(sourcePort, destinationPort, word, ~word, RANDOM.nextInt(64), RANDOM.nextInt(0x10000),
                0, RANDOM.nextInt(0x10000), Octets.ofHex("01".repeat(options)));
        int length = Ipv4.MIN_LENGTH + options + tcp.length() + data.length;
        var ip = new Ipv4.Header(tos, length, identification, Ipv4.DONT_FRAGMENT, 0, ttl, IpProtocol.TCP, 0, source,
                destination, Octets.ofHex("01".repeat(options)));
        byte[] packet = Bytes.emitted(length, (segment, at) -> {
            ip.emit(segment, at);
            tcp.emit(segment, at + ip.length());
            Octets.of(data).emit(segment, at + ip.length() + tcp.length());
            Ipv4.fillChecksum(segment, at);
            NetworkOrder.putU16(segment, at + ip.length() + Tcp.CHECKSUM,
                    InternetChecksum.finish(transportSum(segment, IpProtocol.TCP, length - ip.length())));
        });

        var dissected = IpV4Packet.newPacket(packet, 0, packet.length);
        assertThat(dissected.getHeader().hasValidChecksum(false)).isTrue();
        assertThat(dissected.getHeader().getTtlAsInt()).isEqualTo(ttl);
        assertThat(dissected.getHeader().getTos().value()).isEqualTo((byte) tos);
        assertThat(dissected.getHeader().getDontFragmentFlag()).isTrue();
        assertThat(dissected.getHeader().getSrcAddr()).isEqualTo(Bytes.inet4(source));
        assertThat(dissected.getHeader().getDstAddr()).isEqualTo(Bytes.inet4(destination));
        assertThat(dissected.getHeader().getOptions()).hasSize(options);
        var segment = dissected.get(TcpPacket.class);
        assertThat(segment.hasValidChecksum(Bytes.inet4(source), Bytes.inet4(destination), false)).isTrue();
        var header = segment.getHeader();
        assertThat(header.getSrcPort().valueAsInt()).isEqualTo(sourcePort);
        assertThat(header.getDstPort().valueAsInt()).isEqualTo(destinationPort);
        assertThat(header.getSequenceNumber()).isEqualTo(word);
        assertThat(header.getAcknowledgmentNumber()).isEqualTo(~word);
        assertThat(header.getWindowAsInt()).isEqualTo(tcp.window());
        assertThat(header.getUrgentPointerAsInt()).isEqualTo(tcp.urgentPointer());
        assertThat(header.getSyn()).isEqualTo((tcp.flags() & Tcp.SYN) != 0);
        assertThat(header.getUrg()).isEqualTo((tcp.flags() & Tcp.URG) != 0);
        assertThat(header.getOptions()).hasSize(options);
        assertThat(segment.getPayload() == null ? new byte[0] : segment.getPayload().getRawData()).isEqualTo(data);
    }
}
