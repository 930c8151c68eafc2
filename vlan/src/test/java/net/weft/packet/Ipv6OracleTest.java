package net.weft.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import net.weft.testing.Seed;
import org.junit.jupiter.api.RepeatedTest;
import org.pcap4j.packet.IcmpV6CommonPacket;
import org.pcap4j.packet.IcmpV6EchoRequestPacket;
import org.pcap4j.packet.IpV6ExtDestinationOptionsPacket;
import org.pcap4j.packet.IpV6ExtFragmentPacket;
import org.pcap4j.packet.IpV6ExtHopByHopOptionsPacket;
import org.pcap4j.packet.IpV6ExtRoutingPacket;
import org.pcap4j.packet.IpV6Packet;
import org.pcap4j.packet.IpV6PadNOption;
import org.pcap4j.packet.IpV6RoutingSourceRouteData;
import org.pcap4j.packet.IpV6SimpleFlowLabel;
import org.pcap4j.packet.IpV6SimpleTrafficClass;
import org.pcap4j.packet.Packet;
import org.pcap4j.packet.UdpPacket;
import org.pcap4j.packet.namednumber.IcmpV6Code;
import org.pcap4j.packet.namednumber.IcmpV6Type;
import org.pcap4j.packet.namednumber.IpNumber;
import org.pcap4j.packet.namednumber.IpV6RoutingType;
import org.pcap4j.packet.namednumber.IpVersion;
import org.pcap4j.packet.namednumber.UdpPort;

/** IPv6, its extension headers and ICMPv6 beside pcap4j. */
class Ipv6OracleTest {
    private static final Random RANDOM = Seed.random(Ipv6OracleTest.class);
    private static final long PAYLOAD = Bytes.AT + Ipv6.LENGTH;

    private final long sourceHigh = RANDOM.nextLong();
    private final long sourceLow = RANDOM.nextLong();
    private final long destinationHigh = RANDOM.nextLong();
    private final long destinationLow = RANDOM.nextLong();
    private final int trafficClass = RANDOM.nextInt(256);
    private final int flowLabel = RANDOM.nextInt(1 << 20);
    private final int hopLimit = RANDOM.nextInt(256);
    private final byte[] data = Bytes.random(RANDOM, RANDOM.nextInt(200));
    private final int port = RANDOM.nextInt(0x10000);

    private byte[] packet(IpNumber nextHeader, Packet.Builder payload) {
        return new IpV6Packet.Builder().version(IpVersion.IPV6)
                .trafficClass(IpV6SimpleTrafficClass.newInstance((byte) trafficClass))
                .flowLabel(IpV6SimpleFlowLabel.newInstance(flowLabel)).nextHeader(nextHeader).hopLimit((byte) hopLimit)
                .srcAddr(Bytes.inet6(sourceHigh, sourceLow)).dstAddr(Bytes.inet6(destinationHigh, destinationLow))
                .correctLengthAtBuild(true).payloadBuilder(payload).build().getRawData();
    }

    private UdpPacket.Builder udp() {
        return new UdpPacket.Builder().srcPort(UdpPort.getInstance((short) port))
                .dstPort(UdpPort.getInstance((short) ~port)).srcAddr(Bytes.inet6(sourceHigh, sourceLow))
                .dstAddr(Bytes.inet6(destinationHigh, destinationLow)).correctChecksumAtBuild(true)
                .correctLengthAtBuild(true).payloadBuilder(Bytes.payload(data));
    }

    private static IpV6PadNOption padding(int length) {
        return new IpV6PadNOption.Builder().data(new byte[length - 2]).correctLengthAtBuild(true).build();
    }

    private Ipv6.Header header(int payloadLength, int nextHeader) {
        return new Ipv6.Header(trafficClass, flowLabel, payloadLength, nextHeader, hopLimit, sourceHigh, sourceLow,
                destinationHigh, destinationLow);
    }

    @RepeatedTest(50)
    void shouldReadIcmpv6AsPcap4jBuiltIt() {
        var echo = new IcmpV6EchoRequestPacket.Builder().identifier((short) port).sequenceNumber((short) ~port)
                .payloadBuilder(Bytes.payload(data));
        byte[] packet = packet(IpNumber.ICMPV6, new IcmpV6CommonPacket.Builder().type(IcmpV6Type.ECHO_REQUEST)
                .code(IcmpV6Code.NO_CODE).srcAddr(Bytes.inet6(sourceHigh, sourceLow))
                .dstAddr(Bytes.inet6(destinationHigh, destinationLow)).correctChecksumAtBuild(true)
                .payloadBuilder(echo));
        MemorySegment segment = Bytes.segment(packet);
        int length = 8 + data.length;

        assertThat(Ipv6.check(segment, Bytes.AT, packet.length)).isTrue();
        assertThat(Ipv6.Header.parse(segment, Bytes.AT, packet.length)).isEqualTo(header(length, IpProtocol.ICMPV6));
        assertThat(Icmpv6.type(segment, PAYLOAD)).isEqualTo(Icmpv6.ECHO_REQUEST);
        assertThat(Icmpv6.identifier(segment, PAYLOAD)).isEqualTo(port);
        assertThat(Icmpv6.sequence(segment, PAYLOAD)).isEqualTo(~port & 0xffff);
        int checksum = Icmpv6.checksum(segment, PAYLOAD);
        NetworkOrder.putU16(segment, PAYLOAD + Icmpv6.CHECKSUM, 0);
        assertThat(InternetChecksum
                .finish(InternetChecksum.ipv6PseudoHeader(segment, Bytes.AT, IpProtocol.ICMPV6, length)
                        + InternetChecksum.sum(segment, PAYLOAD, length)))
                .isEqualTo(checksum);
    }

    @RepeatedTest(50)
    void shouldWalkTheExtensionsThatPcap4jBuilt() {
        int fragmentOffset = RANDOM.nextBoolean() ? 0 : 8 * RANDOM.nextInt(0x1000);
        boolean more = RANDOM.nextBoolean();
        int hopLength = 8 + 8 * RANDOM.nextInt(4);
        var destination = new IpV6ExtDestinationOptionsPacket.Builder().nextHeader(IpNumber.UDP)
                .options(List.of(padding(6))).correctLengthAtBuild(true).payloadBuilder(udp());
        var fragment = new IpV6ExtFragmentPacket.Builder().nextHeader(IpNumber.IPV6_DST_OPTS)
                .fragmentOffset((short) (fragmentOffset / 8)).m(more).identification(flowLabel)
                .payloadBuilder(destination);
        var routing = new IpV6ExtRoutingPacket.Builder().nextHeader(IpNumber.IPV6_FRAG)
                .routingType(IpV6RoutingType.SOURCE_ROUTE).segmentsLeft((byte) 1)
                .data(new IpV6RoutingSourceRouteData(0, List.of(Bytes.inet6(sourceLow, sourceHigh))))
                .correctLengthAtBuild(true).payloadBuilder(fragment);
        var hop = new IpV6ExtHopByHopOptionsPacket.Builder().nextHeader(IpNumber.IPV6_ROUTE)
                .options(List.of(padding(hopLength - 2))).correctLengthAtBuild(true).payloadBuilder(routing);
        byte[] packet = packet(IpNumber.IPV6_HOPOPT, hop);
        MemorySegment segment = Bytes.segment(packet);
        int length = packet.length - Ipv6.LENGTH;

        long walked = Ipv6Extensions.walk(segment, PAYLOAD, length, length,
                Ipv6.nextHeader(segment, Bytes.AT));

        int fragmentAt = hopLength + 24;
        boolean hasUpper = fragmentOffset == 0;
        assertThat(Ipv6Extensions.protocol(walked))
                .isEqualTo(hasUpper ? IpProtocol.UDP : IpProtocol.DESTINATION_OPTIONS);
        assertThat(Ipv6Extensions.upperOffset(walked)).isEqualTo(fragmentAt + (hasUpper ? 16 : 8));
        assertThat((walked & Ipv6Extensions.IS_FRAGMENT) != 0).isEqualTo(fragmentOffset != 0 || more);
        assertThat((walked & Ipv6Extensions.IS_FIRST_FRAGMENT) != 0).isEqualTo(fragmentOffset == 0 && more);
        assertThat(walked & (Ipv6Extensions.IS_MALFORMED | Ipv6Extensions.IS_TOO_LONG)).isZero();
        assertThat(Ipv6Extensions.routingType(segment, PAYLOAD + hopLength)).isZero();
        assertThat(Ipv6Extensions.segmentsLeft(segment, PAYLOAD + hopLength)).isOne();
        assertThat(Ipv6Fragment.Header.parse(segment, PAYLOAD + fragmentAt, 8)).isEqualTo(new Ipv6Fragment.Header(
                IpProtocol.DESTINATION_OPTIONS, 0, fragmentOffset, more ? 1 : 0, flowLabel));
    }

    @RepeatedTest(50)
    void shouldEmitWhatPcap4jDissects() throws Exception {
        var hop = new Ipv6Extensions.Header(IpProtocol.HOP_BY_HOP, IpProtocol.FRAGMENT, Octets.ofHex("010400000000"));
        var fragment = new Ipv6Fragment.Header(IpProtocol.UDP, 0, 0, 0, flowLabel);
        var udp = new Udp.Header(port, ~port & 0xffff, 8 + data.length, 0);
        int udpAt = hop.length() + fragment.length();
        var ip = header(udpAt + udp.datagramLength(), IpProtocol.HOP_BY_HOP);
        byte[] packet = Bytes.emitted(Ipv6.LENGTH + ip.payloadLength(), (segment, at) -> {
            ip.emit(segment, at);
            hop.emit(segment, PAYLOAD);
            fragment.emit(segment, PAYLOAD + hop.length());
            udp.emit(segment, PAYLOAD + udpAt);
            Octets.of(data).emit(segment, PAYLOAD + udpAt + Udp.LENGTH);
            long sum = InternetChecksum.ipv6PseudoHeader(segment, at, IpProtocol.UDP, udp.datagramLength())
                    + InternetChecksum.sum(segment, PAYLOAD + udpAt, udp.datagramLength());
            NetworkOrder.putU16(segment, PAYLOAD + udpAt + Udp.CHECKSUM, InternetChecksum.finishUdp(sum));
        });

        var dissected = IpV6Packet.newPacket(packet, 0, packet.length);
        assertThat(dissected.getHeader().getTrafficClass().value()).isEqualTo((byte) trafficClass);
        assertThat(dissected.getHeader().getFlowLabel().value()).isEqualTo(flowLabel);
        assertThat(dissected.getHeader().getHopLimitAsInt()).isEqualTo(hopLimit);
        assertThat(dissected.getHeader().getSrcAddr()).isEqualTo(Bytes.inet6(sourceHigh, sourceLow));
        assertThat(dissected.getHeader().getDstAddr()).isEqualTo(Bytes.inet6(destinationHigh, destinationLow));
        assertThat(dissected.get(IpV6ExtHopByHopOptionsPacket.class).getHeader().getOptions()).hasSize(1);
        assertThat(dissected.get(IpV6ExtFragmentPacket.class).getHeader().getIdentification()).isEqualTo(flowLabel);
        var transport = UdpPacket.newPacket(packet, Ipv6.LENGTH + udpAt, udp.datagramLength());
        assertThat(transport.getHeader().getSrcPort().valueAsInt()).isEqualTo(port);
        assertThat(transport.getHeader().getDstPort().valueAsInt()).isEqualTo(~port & 0xffff);
        assertThat(transport.hasValidChecksum(Bytes.inet6(sourceHigh, sourceLow),
                Bytes.inet6(destinationHigh, destinationLow), false)).isTrue();
    }
}
