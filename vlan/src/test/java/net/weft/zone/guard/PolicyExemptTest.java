package net.weft.zone.guard;

import static net.weft.zone.TestFrame.concat;
import static net.weft.zone.TestFrame.dhcp;
import static net.weft.zone.TestFrame.hex;
import static net.weft.zone.TestFrame.ipv4;
import static net.weft.zone.TestFrame.ipv6;
import static net.weft.zone.TestFrame.udp;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import net.weft.packet.MacAddress;
import net.weft.zone.AddressBinding;
import net.weft.zone.GuardRole;
import net.weft.zone.TestFrame;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PolicyExemptTest {
    private static final String OWN = "020000000a01";
    private static final PortGuard PLAIN = guard(Set.of());
    private static final PortGuard ROUTER = guard(Set.of(GuardRole.ROUTER));
    private static final PortGuard SERVER = guard(Set.of(GuardRole.DHCP_SERVER));

    private static PortGuard guard(Set<GuardRole> roles) {
        return new PortGuard(new AddressBinding(Set.of(MacAddress.parse("02:00:00:00:0a:01")), List.of(), roles, true));
    }

    private static int kind(int etherType, byte[] payload, @Nullable PortGuard guard) {
        TestFrame frame = TestFrame.of("ff:ff:ff:ff:ff:ff", "02:00:00:00:0a:01", etherType, payload);
        return PolicyExempt.kind(frame.segment(), TestFrame.AT, frame.bytes().length, frame.parsed(), guard);
    }

    private static void assertKind(int kind, int etherType, byte[] payload) {
        assertThat(kind(etherType, payload, null)).as("unguarded").isEqualTo(kind);
        assertThat(kind(etherType, payload, PLAIN)).as("guarded").isEqualTo(kind);
    }

    private static void assertPasses(int etherType, byte[] payload) {
        assertKind(PolicyExempt.EXEMPT, etherType, payload);
    }

    private static void assertJudged(int etherType, byte[] payload) {
        assertKind(PolicyExempt.JUDGED, etherType, payload);
    }

    private static byte[] icmpv6(String source, int hopLimit, String hex) {
        return ipv6(source, "ff02::1", hopLimit, 58, hex(hex));
    }

    private static byte[] igmp(String destination, int ttl, String hex) {
        return ipv4("10.0.0.1", destination, ttl, 2, 0, hex(hex));
    }

    @Test
    void shouldPassArpAndRarpInTheirForm() {
        byte[] arp = concat(hex("0001 0800 0604 0001"), new byte[20]);
        assertPasses(0x806, arp);
        assertPasses(0x8035, arp);
        assertJudged(0x806, new byte[28]);
        assertJudged(0x806, Arrays.copyOf(arp, 27));
        assertJudged(0x88b5, arp);
        assertJudged(0x88cc, arp);
    }

    @Test
    void shouldPassNeighbourDiscoveryOfTheLink() {
        for (String type : List.of("85000000 00000000", "87000000 00000000" + "00".repeat(16),
                "88000000 00000000" + "00".repeat(16))) {
            assertPasses(0x86dd, icmpv6("fe80::1", 255, type));
            assertPasses(0x86dd, icmpv6("fe80::1", 255, type + "0101" + OWN));
            assertPasses(0x86dd, icmpv6("fe80::1", 255, type + "0201" + OWN + "0e01 010203040506"));
            assertJudged(0x86dd, icmpv6("fe80::1", 255, type + "0501 000000000500"));
            assertJudged(0x86dd, icmpv6("fe80::1", 255, type + "fd02 " + "41".repeat(14)));
            assertJudged(0x86dd, icmpv6("fe80::1", 254, type));
            assertJudged(0x86dd, icmpv6("fe80::1", 255, type.substring(0, 2) + "01" + type.substring(4)));
            assertJudged(0x86dd, ipv6("fe80::1", "ff02::1", 255, 44, hex("3a00 0001 00000001" + type)));
            assertJudged(0x86dd, ipv6("fe80::1", "ff02::1", 255, 60, hex("3a00 0104 41414141" + type)));
        }
        assertJudged(0x86dd, icmpv6("fe80::1", 255, "80000000 00000000"));
        assertJudged(0x86dd, icmpv6("fe80::1", 255, "89000000 00000000" + "00".repeat(32)));
    }

    @Test
    void shouldAskForMoreOfAMessageBeyondTheHead() {
        TestFrame frame = TestFrame.of("33:33:00:00:00:01", "02:00:00:00:0a:01", 0x86dd,
                icmpv6("fe80::1", 255, "87000000 00000000" + "00".repeat(16) + ("0101" + OWN).repeat(10)));
        assertThat(PolicyExempt.kind(frame.segment(), TestFrame.AT, 128, frame.parsed(128), null))
                .isEqualTo(PolicyExempt.NEEDS_LONGER_HEAD);
    }

    @Test
    void shouldPassAdvertisementsOfRoutersFromPortsThatMaySendThem() {
        byte[] advertisement = icmpv6("fe80::1", 255, "86000000 00000000 00000000 00000000");
        assertThat(kind(0x86dd, advertisement, null)).isEqualTo(PolicyExempt.EXEMPT);
        assertThat(kind(0x86dd, advertisement, ROUTER)).isEqualTo(PolicyExempt.EXEMPT);
        assertThat(kind(0x86dd, advertisement, PLAIN)).isEqualTo(PolicyExempt.JUDGED);
        assertThat(kind(0x86dd, advertisement, SERVER)).isEqualTo(PolicyExempt.JUDGED);
        assertJudged(0x86dd, icmpv6("fe80::1", 64, "86000000 00000000 00000000 00000000"));
    }

    @Test
    void shouldPassIgmpInItsForm() {
        String record = "04000001 ef010101 0a000001";
        assertPasses(0x800, igmp("224.0.0.22", 1, "22000000 00000001" + record));
        assertPasses(0x800, igmp("239.1.1.1", 1, "16000000 ef010101"));
        assertPasses(0x800, igmp("224.0.0.1", 1, "11000000 00000000 00000001 0a000001"));
        assertJudged(0x800, igmp("224.0.0.22", 1, "22000000 00000001" + record + "41414141"));
        assertJudged(0x800, igmp("224.0.0.22", 1, "22000000 00000001 04010000 ef010101 41414141"));
        assertJudged(0x800, igmp("239.1.1.1", 1, "16000000 ef010101 41414141"));
        assertJudged(0x800, igmp("224.0.0.1", 1, "41000000 ef010101"));
        assertJudged(0x800, igmp("10.0.0.2", 1, "16000000 ef010101"));
        assertJudged(0x800, igmp("239.1.1.1", 2, "16000000 ef010101"));
        assertJudged(0x800, ipv4("10.0.0.1", "239.1.1.1", 1, 2, 0x2000, hex("16000000 ef010101")));
        assertJudged(0x800, ipv4("10.0.0.1", "239.1.1.1", 1, 17, 0, udp(1, 2, 8)));
    }

    @Test
    void shouldPassMldInItsForm() {
        String group = "ff0e" + "00".repeat(13) + "01";
        byte[] alert = hex("3a00 0502 00000100");
        for (String message : List.of("82000000 00000000" + group, "83000000 00000000" + group,
                "84000000 00000000" + group, "8f000000 00000001 04000000" + group, "8f000000 00000000")) {
            for (String source : List.of("fe80::1", "::")) {
                assertPasses(0x86dd, ipv6(source, "ff02::16", 1, 0, concat(alert, hex(message))));
                assertPasses(0x86dd, ipv6(source, "ff02::16", 1, 58, hex(message)));
            }
            assertJudged(0x86dd, ipv6("fe80::1", "ff02::16", 1, 58, hex(message + "41414141")));
            assertJudged(0x86dd, ipv6("fe80::1", "ff02::16", 1, 0, concat(hex("3a00 3e04 41414141"), hex(message))));
            assertJudged(0x86dd, ipv6("fd00::1", "ff02::16", 1, 58, hex(message)));
            assertJudged(0x86dd, ipv6("fe80::1", "ff02::16", 64, 58, hex(message)));
        }
    }

    @Test
    void shouldPassDhcpOfClientsTowardsServers() {
        byte[] discover = dhcp(1, OWN, "350101ff");
        assertKind(PolicyExempt.FOR_SERVERS, 0x800, ipv4("0.0.0.0", "255.255.255.255", 64, 17, 0, discover));
        assertKind(PolicyExempt.FOR_SERVERS, 0x800, ipv4("10.0.0.1", "10.0.0.2", 64, 17, 0, discover));
        assertJudged(0x800, ipv4("0.0.0.0", "255.255.255.255", 64, 17, 0, udp(68, 67, 250)));
        assertJudged(0x800, ipv4("0.0.0.0", "255.255.255.255", 64, 17, 0, udp(68, 67, 8)));
        assertJudged(0x800, ipv4("0.0.0.0", "255.255.255.255", 64, 17, 0x2000, discover));
        assertJudged(0x800, ipv4("0.0.0.0", "255.255.255.255", 64, 17, 0, dhcp(1, "020000000a02", "ff")));
        byte[] relayed = discover.clone();
        relayed[8 + 24] = 10;
        assertJudged(0x800, ipv4("0.0.0.0", "255.255.255.255", 64, 17, 0, relayed));
        byte[] reply = discover.clone();
        reply[8] = 2;
        assertJudged(0x800, ipv4("0.0.0.0", "255.255.255.255", 64, 17, 0, reply));
        assertJudged(0x800, ipv4("0.0.0.0", "255.255.255.255", 64, 17, 0, dhcp(1, OWN, "00".repeat(1233))));
        assertKind(PolicyExempt.FOR_SERVERS, 0x800,
                ipv4("0.0.0.0", "255.255.255.255", 64, 17, 0, dhcp(1, OWN, "00".repeat(1232))));
        assertJudged(0x800, ipv4("0.0.0.0", "255.255.255.255", 64, 17, 0, concat(discover, hex("41414141"))));
        assertJudged(0x800, ipv4("10.0.0.1", "10.0.0.2", 64, 17, 0, udp(67, 67, 250)));
    }

    private static byte[] dhcpV6(int source, int destination, String hex) {
        byte[] datagram = udp(source, destination, hex(hex).length);
        System.arraycopy(hex(hex), 0, datagram, 8, hex(hex).length);
        return datagram;
    }

    @Test
    void shouldPassDhcpV6OfClientsTowardsServers() {
        byte[] solicit = dhcpV6(546, 547, "01abcdef 00080002 0000");
        assertKind(PolicyExempt.FOR_SERVERS, 0x86dd, ipv6("fe80::1", "ff02::1:2", 1, 17, solicit));
        assertKind(PolicyExempt.FOR_SERVERS, 0x86dd, ipv6("fe80::1", "fe80::2", 64, 17, solicit));
        assertJudged(0x86dd, ipv6("fd00::1", "ff02::1:2", 1, 17, solicit));
        assertJudged(0x86dd, ipv6("fe80::1", "ff02::1", 1, 17, solicit));
        assertJudged(0x86dd, ipv6("fe80::1", "ff02::1:2", 1, 17, dhcpV6(546, 547, "02abcdef 00080002 0000")));
        assertJudged(0x86dd, ipv6("fe80::1", "ff02::1:2", 1, 17, dhcpV6(546, 547, "01abcdef 00080002 0000 4141")));
        assertJudged(0x86dd, ipv6("fe80::1", "fe80::2", 64, 17, udp(68, 67, 8)));
    }

    @Test
    void shouldPassServersFromPortsThatMayServe() {
        byte[] offer = ipv4("10.0.0.1", "255.255.255.255", 64, 17, 0, dhcp(2, "020000000a02", "350102ff"));
        byte[] reply = ipv6("fe80::1", "fe80::2", 64, 17, dhcpV6(547, 546, "07abcdef 00080002 0000"));
        for (byte[] packet : List.of(offer, reply)) {
            int type = packet == offer ? 0x800 : 0x86dd;
            assertThat(kind(type, packet, null)).isEqualTo(PolicyExempt.EXEMPT);
            assertThat(kind(type, packet, SERVER)).isEqualTo(PolicyExempt.EXEMPT);
            assertThat(kind(type, packet, PLAIN)).isEqualTo(PolicyExempt.JUDGED);
            assertThat(kind(type, packet, ROUTER)).isEqualTo(PolicyExempt.JUDGED);
        }
        assertJudged(0x800, ipv4("10.0.0.1", "255.255.255.255", 64, 17, 0, udp(67, 68, 250)));
    }
}
