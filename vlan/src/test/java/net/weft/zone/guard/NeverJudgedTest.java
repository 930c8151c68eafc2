package net.weft.zone.guard;

import static net.weft.zone.TestFrame.concat;
import static net.weft.zone.TestFrame.hex;
import static net.weft.zone.TestFrame.ipv4;
import static net.weft.zone.TestFrame.ipv6;
import static net.weft.zone.TestFrame.udp;
import static org.assertj.core.api.Assertions.assertThat;

import net.weft.zone.TestFrame;
import org.junit.jupiter.api.Test;

class NeverJudgedTest {
    private static boolean passes(int etherType, byte[] payload, boolean guarded) {
        TestFrame frame = TestFrame.of("ff:ff:ff:ff:ff:ff", "02:00:00:00:0a:01", etherType, payload);
        return PolicyExempt.passes(frame.segment(), TestFrame.AT, frame.parsed(), guarded);
    }

    private static void assertPasses(int etherType, byte[] payload) {
        assertThat(passes(etherType, payload, false)).isTrue();
        assertThat(passes(etherType, payload, true)).isTrue();
    }

    private static void assertPassesUnguarded(int etherType, byte[] payload) {
        assertThat(passes(etherType, payload, false)).isTrue();
        assertThat(passes(etherType, payload, true)).isFalse();
    }

    private static void assertJudged(int etherType, byte[] payload) {
        assertThat(passes(etherType, payload, false)).isFalse();
        assertThat(passes(etherType, payload, true)).isFalse();
    }

    private static byte[] icmpv6(String source, int hopLimit, String hex) {
        return ipv6(source, "ff02::1", hopLimit, 58, hex(hex));
    }

    @Test
    void shouldPassArpAndRarp() {
        assertPasses(0x806, new byte[28]);
        assertPasses(0x8035, new byte[28]);
        assertJudged(0x806, new byte[27]);
        assertJudged(0x88b5, new byte[28]);
        assertJudged(0x88cc, new byte[28]);
    }

    @Test
    void shouldPassNeighbourDiscoveryOfTheLink() {
        for (String type : new String[]{"85", "87", "88"}) {
            assertPasses(0x86dd, icmpv6("fe80::1", 255, type + "000000 00000000" + "00".repeat(16)));
            assertJudged(0x86dd, icmpv6("fe80::1", 254, type + "000000 00000000" + "00".repeat(16)));
            assertJudged(0x86dd, icmpv6("fe80::1", 255, type + "010000 00000000" + "00".repeat(16)));
            assertJudged(0x86dd, ipv6("fe80::1", "ff02::1", 255, 44,
                    hex("3a00 0001 00000001" + type + "000000 00000000" + "00".repeat(16))));
        }
        assertJudged(0x86dd, icmpv6("fe80::1", 255, "80000000 00000000"));
        assertJudged(0x86dd, icmpv6("fe80::1", 255, "89000000 00000000" + "00".repeat(32)));
    }

    @Test
    void shouldPassAdvertisementsOfRoutersFromPortsWithoutGuard() {
        assertPassesUnguarded(0x86dd, icmpv6("fe80::1", 255, "86000000 00000000 00000000 00000000"));
        assertJudged(0x86dd, icmpv6("fe80::1", 64, "86000000 00000000 00000000 00000000"));
    }

    @Test
    void shouldPassGroupMembership() {
        assertPasses(0x800, ipv4("10.0.0.1", "224.0.0.22", 1, 2, 0, new byte[8]));
        assertPasses(0x800, ipv4("10.0.0.1", "239.1.1.1", 1, 2, 0, new byte[8]));
        assertJudged(0x800, ipv4("10.0.0.1", "10.0.0.2", 1, 2, 0, new byte[8]));
        assertJudged(0x800, ipv4("10.0.0.1", "224.0.0.22", 2, 2, 0, new byte[8]));
        assertJudged(0x800, ipv4("10.0.0.1", "224.0.0.22", 1, 2, 0x2000, new byte[8]));
        assertJudged(0x800, ipv4("10.0.0.1", "224.0.0.22", 1, 17, 0, udp(1, 2, 8)));
        for (String type : new String[]{"82", "83", "84", "8f"}) {
            byte[] report = hex(type + "000000 00000000");
            assertPasses(0x86dd, ipv6("fe80::1", "ff02::16", 1, 0, concat(hex("3a00 0502 00000100"), report)));
            assertPasses(0x86dd, ipv6("::", "ff02::16", 1, 0, concat(hex("3a00 0502 00000100"), report)));
            assertJudged(0x86dd, ipv6("fd00::1", "ff02::16", 1, 58, report));
            assertJudged(0x86dd, ipv6("fe80::1", "ff02::16", 64, 58, report));
        }
    }

    @Test
    void shouldPassDhcpAndFromServersOnlyWithoutGuard() {
        assertPasses(0x800, ipv4("0.0.0.0", "255.255.255.255", 64, 17, 0, udp(68, 67, 8)));
        assertPasses(0x86dd, ipv6("fe80::1", "ff02::1:2", 1, 17, udp(546, 547, 8)));
        assertPassesUnguarded(0x800, ipv4("10.0.0.1", "255.255.255.255", 64, 17, 0, udp(67, 68, 8)));
        assertPassesUnguarded(0x86dd, ipv6("fe80::1", "fe80::2", 64, 17, udp(547, 546, 8)));
        assertJudged(0x800, ipv4("10.0.0.1", "10.0.0.2", 64, 17, 0, udp(67, 67, 8)));
        assertJudged(0x800, ipv4("10.0.0.1", "10.0.0.2", 64, 17, 0, udp(546, 547, 8)));
        assertJudged(0x86dd, ipv6("fe80::1", "fe80::2", 64, 17, udp(68, 67, 8)));
        assertJudged(0x800, ipv4("10.0.0.1", "10.0.0.2", 64, 17, 1, udp(68, 67, 8)));
        assertJudged(0x800,
                ipv4("10.0.0.1", "10.0.0.2", 64, 6, 0, hex("00440043" + "00".repeat(8) + "5000000000000000")));
    }
}
