package net.weft.controller.member.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.Optional;
import net.weft.linux.Memory;
import net.weft.packet.HeaderParser;
import net.weft.packet.InternetChecksum;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.MacAddress;
import net.weft.packet.Tcp;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.trace.TracedFrame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PacketSpecTest {
    private static final String MACS = " src-mac 02:00:00:00:00:0a dst-mac 02:00:00:00:00:0b";

    private static PacketBuilder.Built build(String text) {
        return PacketBuilder.build(PacketSpecParser.parse(text), Optional.empty());
    }

    private static long parsed(byte[] frame, int typeOffset) {
        return HeaderParser.parse(MemorySegment.ofArray(frame), 0, typeOffset, frame.length, frame.length);
    }

    @Test
    void shouldBuildTcpWithTagsAndValidChecksums() {
        PacketBuilder.Built built = build(
                "tcp 10.10.0.11:40000 > 10.20.0.5:5432 [syn] [ack] [vlan 10] [priority 5]" + MACS);
        byte[] frame = built.frame().bytes();
        assertThat(HexFormat.of().formatHex(frame, 0, 20)).isEqualTo("02000000000b02000000000a8100a00a08004500");
        assertThat(built.assumptions()).isEmpty();
        long parsed = parsed(frame, 16);
        MemorySegment segment = MemorySegment.ofArray(frame);
        int l4 = HeaderParser.l4Offset(parsed);
        assertThat(HeaderParser.isL4Complete(parsed)).isTrue();
        assertThat(Tcp.destinationPort(segment, l4)).isEqualTo(5432);
        assertThat(Tcp.flags(segment, l4) & 0x3f).isEqualTo(0x12);
        assertThat(Ipv4.isChecksumValid(segment, 18)).isTrue();
        assertThat(InternetChecksum.finish(InternetChecksum.ipv4PseudoHeader(segment, 18, IpProtocol.TCP, 20)
                + InternetChecksum.sum(segment, l4, 20))).isZero();
    }

    /** An IPv4-mapped address is an IPv6 address on the wire, though Java takes it for the other. */
    @Test
    void shouldBuildMappedAddressesAsIpv6() {
        byte[] frame = build("udp [::ffff:10.0.0.1]:53 > [::ffff:10.0.0.2]:5353").frame().bytes();
        assertThat(HexFormat.of().formatHex(frame, 12, 14)).isEqualTo("86dd");
        assertThat(HexFormat.of().formatHex(frame, 22, 54)).isEqualTo(
                "00000000000000000000ffff0a00000100000000000000000000ffff0a000002");
        assertThat(HexFormat.of().formatHex(build("udp 10.0.0.1:53 > 10.0.0.2:5353").frame().bytes(), 12, 14))
                .as("the control").isEqualTo("0800");
    }

    @Test
    void shouldBuildUdpOverIpv6AndSayWhatItChose() {
        PacketBuilder.Built built = build("udp [fd00:10::11]:53 > [fd00:10::12]:5353 length 200");
        assertThat(built.frame().bytes()).hasSize(200);
        assertThat(HeaderParser.isL4Complete(parsed(built.frame().bytes(), 12))).isTrue();
        assertThat(built.assumptions()).hasSize(2).anySatisfy(line -> assertThat(line).startsWith("src-mac 02:57"))
                .anySatisfy(line -> assertThat(line).startsWith("dst-mac 02:57").contains("weft show macs"));
    }

    @Test
    void shouldAddressGroupsAsTheirAddressesSay() {
        assertThat(HexFormat.of().formatHex(build("udp 10.0.0.1:1 > 239.129.2.3:2").frame().bytes(), 0, 6))
                .isEqualTo("01005e010203");
        assertThat(HexFormat.of().formatHex(build("icmpv6 fe80::1 > ff02::1:ff00:7").frame().bytes(), 0, 6))
                .isEqualTo("3333ff000007");
        assertThat(HexFormat.of().formatHex(build("arp 10.0.0.1 > 10.0.0.2").frame().bytes(), 0, 6))
                .isEqualTo("ffffffffffff");
    }

    @Test
    void shouldTakeTheStationOfThePort() {
        PacketBuilder.Built built = PacketBuilder.build(PacketSpecParser.parse("arp 10.0.0.1 > 10.0.0.2"),
                Optional.of(new MacAddress(0x0200_0000_0c0cL)));
        assertThat(HexFormat.of().formatHex(built.frame().bytes(), 6, 12)).isEqualTo("020000000c0c");
    }

    @Test
    void shouldDescribeASuperFrame() {
        TracedFrame frame = build("tcp 10.0.0.1:1 > 10.0.0.2:2 mss 1448 length 3000" + MACS).frame();
        assertThat(frame.bytes()).hasSize(3000);
        assertThat(Offload.gsoType(frame.offload())).isEqualTo(Offload.GSO_TCPV4);
        assertThat(Offload.gsoSize(frame.offload())).isEqualTo(1448);
        assertThat(Offload.csumStart(frame.offload())).isEqualTo(34);
    }

    @Test
    void shouldTakeRawBytesAsTheyAre() {
        assertThat(build("raw 0102").frame().bytes()).containsExactly(1, 2);
        assertThat(Offload.csumStart(build("raw 0102 csum 700+6").frame().offload())).isEqualTo(700);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sctp 1 > 2", "tcp", "tcp 10.0.0.1:1", "tcp 10.0.0.1:1 < 10.0.0.2:2",
            "tcp 10.0.0.1:1 > 10.0.0.2:65536", "tcp 10.0.0.256:1 > 10.0.0.2:2", "tcp 10.0.0.1:1 > [fd00::1]:2",
            "icmp 10.0.0.1:1 > 10.0.0.2", "tcp 10.1:1 > 10.0.0.2:2", "tcp host:1 > 10.0.0.2:2", "arp fd00::1 > fd00::2",
            "tcp 10.0.0.1:1 > 10.0.0.2:2 vlan 4096", "tcp 10.0.0.1:1 > 10.0.0.2:2 vlan", "ether 88b5x", "raw 123",
            "tcp 10.0.0.1:1 > 10.0.0.2:2 length 20", "tcp 10.0.0.1:1 > 10.0.0.2:2 priority 1",
            "tcp 10.0.0.1:1 > 10.0.0.2:2 colour red", "tcp any > 10.0.0.2:2", "ether 0x0800 dst-mac 02:00",
            "raw 00 csum 3"})
    void shouldRefuseWhatIsNoPacketWithASentence(String text) {
        assertThatThrownBy(() -> build(text)).isInstanceOf(IllegalArgumentException.class).message().isNotBlank();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"any|true", "tcp any > any|true", "tcp any > any:5432|true",
            "tcp 10.10.0.11 > any:any|true", "tcp 10.10.0.11:40000 > 10.20.0.5:5432 vlan 10|true",
            "any src-mac 02:00:00:00:00:0a|true", "ether 0x0800|true", "any dst-mac 02:00:00:00:00:0a|false",
            "tcp any > any vlan 11|false", "udp any > any|false", "tcp any > any:5433|false",
            "tcp 10.10.0.12 > any|false", "tcp fd00::1 > any|false", "arp any > any|false", "ether 0x86dd|false"})
    void shouldFindSuchFrames(String filter, boolean found) {
        byte[] frame = build("tcp 10.10.0.11:40000 > 10.20.0.5:5432 vlan 10" + MACS).frame().bytes();
        try (Burst burst = new Burst()) {
            Memory.copy(frame, 0, burst.area(0), frame.length);
            burst.add(burst.area(0), frame.length, 1, 0, 0);
            assertThat(new PacketMatch(PacketSpecParser.parse(filter)).matches(burst, 0)).isEqualTo(found);
        }
    }

    @Test
    void shouldNotFollowWhatItDoesNotLookAt() {
        assertThatThrownBy(() -> new PacketMatch(PacketSpecParser.parse("tcp any > any syn")))
                .hasMessageContaining("leave out raw, flags");
    }
}
