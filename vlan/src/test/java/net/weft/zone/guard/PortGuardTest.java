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
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.weft.packet.MacAddress;
import net.weft.testing.Seed;
import net.weft.zone.AddressBinding;
import net.weft.zone.TestFrame;
import org.junit.jupiter.api.Test;

class PortGuardTest {
    private static final Random RANDOM = Seed.random(PortGuardTest.class);
    private static final String OWN = "02:00:00:00:0a:01";
    private static final String OTHER = "02:00:00:00:0a:02";
    private static final String ALL = "ff:ff:ff:ff:ff:ff";
    private static final String OWN_HEX = "020000000a01";
    private static final String OTHER_HEX = "020000000a02";
    private static final String OWN_IPV6 = "fd000010000000000000000000000011";
    private static final String LINK_LOCAL_HEX = "fe80000000000000aabbccddeeff0011";
    private static final String OTHER_IPV6 = "fd000010000000000000000000000012";
    private static final byte[] NOTHING = new byte[20];

    private static final PortGuard BOTH = guard(Set.of(OWN), "10.10.0.11", "10.20.0.0/24", "fd00:10::11",
            "fd00:20::/64");
    private static final PortGuard MACS = guard(Set.of(OWN));
    private static final PortGuard IPS = guard(Set.of(), "10.10.0.11", "fd00:10::11");

    private static PortGuard guard(Set<String> macs, String... ips) {
        return new PortGuard(new AddressBinding(macs.stream().map(MacAddress::parse).collect(Collectors.toSet()),
                Arrays.stream(ips).map(TestFrame::prefix).toList()));
    }

    private static int check(PortGuard guard, TestFrame frame) {
        return guard.check(frame.segment(), TestFrame.AT, frame.bytes().length, frame.parsed(), alone());
    }

    /** Nobody else is there. */
    private static GuardQuery alone() {
        GuardQuery query = new GuardQuery();
        query.adopt(new AddressOwners(DeclaredAddresses.NONE, new AddressHolds(1)), true);
        return query.of(10, 1, 100, false);
    }

    private static int check(PortGuard guard, int etherType, byte[] payload) {
        return check(guard, TestFrame.of(ALL, OWN, etherType, payload));
    }

    private static int ip(PortGuard guard, byte[] packet) {
        return check(guard, packet[0] >>> 4 == 4 ? 0x800 : 0x86dd, packet);
    }

    // ---- MAC -------------------------------------------------------------------------------------------------------

    @Test
    void shouldBindTheSourceMac() {
        byte[] packet = ipv4("10.10.0.11", "10.10.0.1", 64, 17, 0, udp(1000, 53, 4));

        assertThat(check(BOTH, TestFrame.of(ALL, OWN, 0x800, packet))).isZero();
        assertThat(check(BOTH, TestFrame.of(ALL, OTHER, 0x800, packet))).isEqualTo(PortGuard.MAC);
        assertThat(check(BOTH, TestFrame.of(ALL, OTHER, 0x88b5, NOTHING))).isEqualTo(PortGuard.MAC);
        assertThat(check(IPS, TestFrame.of(ALL, OTHER, 0x800, packet))).isZero();
        assertThat(check(guard(Set.of(OWN, OTHER)), TestFrame.of(ALL, OTHER, 0x800, packet))).isZero();
    }

    // ---- ARP, RARP -------------------------------------------------------------------------------------------------

    private static byte[] arp(int operation, String mac, String ip, String targetIp) {
        return concat(hex("0001 0800 06 04 000" + operation + mac), TestFrame.address(ip), new byte[6],
                TestFrame.address(targetIp));
    }

    @Test
    void shouldBindTheSenderOfArp() {
        assertThat(check(BOTH, 0x806, arp(1, OWN_HEX, "10.10.0.11", "10.10.0.1"))).isZero();
        assertThat(check(BOTH, 0x806, arp(2, OWN_HEX, "10.20.0.255", "10.10.0.1"))).isZero();
        assertThat(check(BOTH, 0x806, arp(1, OTHER_HEX, "10.10.0.11", "10.10.0.1"))).isEqualTo(PortGuard.MAC);
        assertThat(check(BOTH, 0x806, arp(2, OWN_HEX, "10.10.0.12", "10.10.0.1"))).isEqualTo(PortGuard.IP);
        assertThat(check(MACS, 0x806, arp(2, OWN_HEX, "10.10.0.12", "10.10.0.1"))).isZero();
        assertThat(check(IPS, 0x806, arp(2, OTHER_HEX, "10.10.0.11", "10.10.0.1"))).isZero();
    }

    @Test
    void shouldBindGratuitousArp() {
        assertThat(check(BOTH, 0x806, arp(1, OWN_HEX, "10.10.0.11", "10.10.0.11"))).isZero();
        assertThat(check(BOTH, 0x806, arp(2, OWN_HEX, "10.10.0.1", "10.10.0.1"))).isEqualTo(PortGuard.IP);
        assertThat(check(BOTH, 0x806, arp(1, OTHER_HEX, "10.10.0.11", "10.10.0.11"))).isEqualTo(PortGuard.MAC);
    }

    @Test
    void shouldPermitArpProbesButNoAnswersFromNowhere() {
        assertThat(check(BOTH, 0x806, arp(1, OWN_HEX, "0.0.0.0", "10.10.0.99"))).isZero();
        assertThat(check(BOTH, 0x806, arp(2, OWN_HEX, "0.0.0.0", "10.10.0.99"))).isEqualTo(PortGuard.IP);
    }

    @Test
    void shouldRefuseArpOfOtherForms() {
        byte[] ieee802 = arp(2, OTHER_HEX, "10.10.0.1", "10.10.0.1");
        ieee802[1] = 6;
        assertThat(check(BOTH, 0x806, ieee802)).isEqualTo(PortGuard.UNREADABLE);
        assertThat(check(BOTH, 0x806, new byte[27])).isEqualTo(PortGuard.UNREADABLE);
    }

    @Test
    void shouldPermitRarpRequestsOnly() {
        assertThat(check(BOTH, 0x8035, arp(3, OWN_HEX, "0.0.0.0", "0.0.0.0"))).isZero();
        assertThat(check(BOTH, 0x8035, arp(3, OTHER_HEX, "0.0.0.0", "0.0.0.0"))).isEqualTo(PortGuard.MAC);
        assertThat(check(BOTH, 0x8035, arp(4, OWN_HEX, "10.10.0.11", "10.10.0.12"))).isEqualTo(PortGuard.DHCP);
    }

    // ---- IP sources ------------------------------------------------------------------------------------------------

    @Test
    void shouldBindIpv4Sources() {
        for (String own : List.of("10.10.0.11", "10.20.0.0", "10.20.0.255")) {
            assertThat(ip(BOTH, ipv4(own, "10.10.0.1", 64, 6, 0, hex("0016".repeat(6) + "5000" + "00".repeat(6)))))
                    .isZero();
        }
        for (String other : List.of("10.10.0.10", "10.10.0.12", "10.20.1.0", "10.19.255.255", "0.0.0.0",
                "169.254.1.1")) {
            assertThat(ip(BOTH, ipv4(other, "10.10.0.1", 64, 47, 0, NOTHING))).as(other).isEqualTo(PortGuard.IP);
            assertThat(ip(BOTH, ipv4(other, "10.10.0.1", 64, 17, 0x2001, NOTHING))).as("fragment from " + other)
                    .isEqualTo(PortGuard.IP);
            assertThat(ip(MACS, ipv4(other, "10.10.0.1", 64, 47, 0, NOTHING))).as(other).isZero();
        }
    }

    @Test
    void shouldBindIpv6Sources() {
        for (String own : List.of("fd00:10::11", "fd00:20::", "fd00:20::ffff:ffff:ffff:ffff", "fe80::1")) {
            assertThat(ip(BOTH, ipv6(own, "fd00::1", 64, 17, udp(9, 9, 9)))).as(own).isZero();
        }
        for (String other : List.of("fd00:10::12", "fd00:20:0:1::", "::", "::1", "fec0::1", "fe7f::1",
                "2001:db8::1")) {
            assertThat(ip(BOTH, ipv6(other, "fd00::1", 64, 17, udp(9, 9, 9)))).as(other).isEqualTo(PortGuard.IP);
            assertThat(ip(MACS, ipv6(other, "fd00::1", 64, 17, udp(9, 9, 9)))).as(other).isZero();
        }
    }

    /** An address of one family does not vouch for the same bits in the other. */
    @Test
    void shouldKeepTheFamiliesApart() {
        PortGuard guard = guard(Set.of(), "10.10.0.11");
        byte[] mapped = ipv6("fd00::1", "fd00::1", 64, 17, udp(9, 9, 9));
        System.arraycopy(hex("00000000000000000000ffff0a0a000b"), 0, mapped, 8, 16);

        assertThat(ip(guard, mapped)).isEqualTo(PortGuard.IP);
        assertThat(ip(guard(Set.of(), "::/0"), ipv4("10.10.0.11", "10.0.0.1", 64, 47, 0, NOTHING)))
                .isEqualTo(PortGuard.IP);
    }

    @Test
    void shouldPermitNoAddressOnlyToWhoAsksForOne() {
        assertThat(ip(BOTH, ipv4("0.0.0.0", "255.255.255.255", 64, 17, 0, dhcp(1, OWN_HEX, "ff")))).isZero();
        assertThat(ip(BOTH, ipv4("0.0.0.0", "255.255.255.255", 64, 17, 0, udp(68, 67, 250)))).as("no cookie")
                .isEqualTo(PortGuard.IP);
        assertThat(ip(BOTH, ipv4("0.0.0.0", "255.255.255.255", 64, 17, 0, udp(69, 67, 200)))).isEqualTo(PortGuard.IP);
        assertThat(ip(BOTH, ipv4("0.0.0.0", "224.0.0.22", 1, 2, 0, hex("2200000000000000")))).isZero();
        assertThat(ip(BOTH, ipv4("0.0.0.0", "10.0.0.1", 1, 2, 0, hex("2200000000000000")))).isEqualTo(PortGuard.IP);
        byte[] report = hex("8f000000 00000000");
        assertThat(ip(BOTH, ipv6("::", "ff02::16", 1, 0, concat(hex("3a00 0502 0000 0100"), report)))).isZero();
        assertThat(ip(BOTH, ipv6("::", "ff02::16", 1, 58, hex("80000000 00000000")))).isEqualTo(PortGuard.IP);
        assertThat(ip(BOTH, ipv6("::", "ff02::16", 1, 58, hex("82000000 00000000")))).isEqualTo(PortGuard.QUERIER);
    }

    // ---- neighbour discovery ---------------------------------------------------------------------------------------

    private static byte[] discovery(String source, String hex) {
        return ipv6(source, "ff02::1", 255, 58, hex(hex));
    }

    @Test
    void shouldBindTheTargetOfAdvertisements() {
        for (String own : List.of(OWN_IPV6, LINK_LOCAL_HEX)) {
            assertThat(ip(BOTH, discovery("fe80::1", "88000000 20000000" + own))).isZero();
        }
        assertThat(ip(BOTH, discovery("fe80::1", "88000000 20000000" + OTHER_IPV6))).isEqualTo(PortGuard.IP);
        assertThat(ip(BOTH, discovery("::", "88000000 20000000" + OWN_IPV6))).isEqualTo(PortGuard.IP);
        assertThat(ip(MACS, discovery("fe80::1", "88000000 20000000" + OTHER_IPV6))).isZero();
        assertThat(ip(BOTH, discovery("fe80::1", "87000000 00000000" + OTHER_IPV6))).isZero();
    }

    @Test
    void shouldBindLinkLayerAddressesInAnyOption() {
        String advertisement = "88000000 20000000" + OWN_IPV6;
        String solicitation = "87000000 00000000" + OTHER_IPV6;
        assertThat(ip(BOTH, discovery("fe80::1", advertisement + "0201" + OWN_HEX))).isZero();
        assertThat(ip(BOTH, discovery("fe80::1", advertisement + "0201" + OTHER_HEX))).isEqualTo(PortGuard.MAC);
        assertThat(ip(BOTH, discovery("fe80::1", advertisement + "0201" + OWN_HEX + "0201" + OTHER_HEX)))
                .isEqualTo(PortGuard.MAC);
        assertThat(ip(BOTH, discovery("fe80::1", solicitation + "0101" + OWN_HEX))).isZero();
        assertThat(ip(BOTH, discovery("fe80::1", solicitation + "0e01000000000000 0101" + OTHER_HEX)))
                .isEqualTo(PortGuard.MAC);
        assertThat(ip(BOTH, discovery("fe80::1", "85000000 00000000 0101" + OWN_HEX))).isZero();
        assertThat(ip(BOTH, discovery("fe80::1", "85000000 00000000 0101" + OTHER_HEX))).isEqualTo(PortGuard.MAC);
        assertThat(ip(IPS, discovery("fe80::1", advertisement + "0201" + OTHER_HEX))).isZero();
        assertThat(ip(BOTH, discovery("fe80::1", advertisement + "0200" + OWN_HEX))).isEqualTo(PortGuard.UNREADABLE);
    }

    @Test
    void shouldAskForTheWholeOfAMessageWhoseOptionsGoOnBeyondTheHead() {
        byte[] padding = hex("0e08" + "00".repeat(62));
        byte[] message = concat(hex("88000000 20000000" + OWN_IPV6), padding, hex("0201" + OTHER_HEX));
        TestFrame frame = TestFrame.of(ALL, OWN, 0x86dd, ipv6("fe80::1", "ff02::1", 255, 58, message));
        TestFrame endless = TestFrame.of(ALL, OWN, 0x86dd,
                ipv6("fe80::1", "ff02::1", 255, 58, concat(message, new byte[600])));

        assertThat(BOTH.check(frame.segment(), TestFrame.AT, 128, frame.parsed(128), alone()))
                .isEqualTo(PortGuard.NEEDS_LONGER_HEAD);
        assertThat(check(BOTH, frame)).isEqualTo(PortGuard.MAC);
        assertThat(BOTH.check(endless.segment(), TestFrame.AT, 512, endless.parsed(512), alone()))
                .isEqualTo(PortGuard.UNREADABLE);
    }

    @Test
    void shouldPermitDuplicateAddressDetectionAndRouterSolicitationFromNowhere() {
        assertThat(ip(BOTH, discovery("::", "87000000 00000000" + OWN_IPV6))).isZero();
        assertThat(ip(BOTH, discovery("::", "87000000 00000000" + LINK_LOCAL_HEX))).isZero();
        assertThat(ip(BOTH, discovery("::", "87000000 00000000" + OTHER_IPV6))).as("nobody's").isZero();
        assertThat(ip(MACS, discovery("::", "87000000 00000000" + OTHER_IPV6))).isZero();
        assertThat(ip(BOTH, discovery("::", "85000000 00000000"))).isZero();
    }

    // ---- roles -----------------------------------------------------------------------------------------------------

    @Test
    void shouldRefuseDhcpServersAndPermitClients() {
        for (PortGuard guard : List.of(BOTH, MACS, IPS)) {
            assertThat(ip(guard, ipv4("10.10.0.11", "10.10.0.1", 64, 17, 0, udp(68, 67, 9)))).isZero();
            assertThat(ip(guard, ipv4("10.10.0.11", "10.10.0.1", 64, 17, 0, udp(67, 68, 9)))).isEqualTo(PortGuard.DHCP);
            assertThat(ip(guard, ipv4("10.10.0.11", "10.10.0.1", 64, 17, 0, udp(67, 67, 9)))).isEqualTo(PortGuard.DHCP);
            assertThat(ip(guard, ipv4("10.10.0.11", "10.10.0.1", 64, 17, 0, udp(99, 68, 9)))).isEqualTo(PortGuard.DHCP);
            assertThat(ip(guard, ipv4("10.10.0.11", "10.10.0.1", 64, 17, 0x2000, udp(67, 68, 8))))
                    .as("first fragment").isEqualTo(PortGuard.DHCP);
            assertThat(ip(guard, ipv6("fe80::1", "ff02::1:2", 1, 17, udp(546, 547, 9)))).isZero();
            assertThat(ip(guard, ipv6("fe80::1", "fe80::2", 1, 17, udp(547, 546, 9)))).isEqualTo(PortGuard.DHCP);
            assertThat(ip(guard, ipv6("fe80::1", "fe80::2", 1, 17, udp(999, 546, 9)))).isEqualTo(PortGuard.DHCP);
            assertThat(
                    ip(guard, ipv6("fe80::1", "fe80::2", 64, 60, concat(hex("1100 0104 00000000"), udp(547, 546, 9)))))
                    .as("behind an extension header").isEqualTo(PortGuard.DHCP);
            assertThat(ip(guard, ipv6("fe80::1", "fe80::2", 64, 17, udp(67, 68, 9)))).isZero();
            assertThat(ip(guard, ipv4("10.10.0.11", "10.10.0.1", 64, 17, 0, udp(547, 546, 9)))).isZero();
        }
    }

    @Test
    void shouldRefuseRoutersWhateverStandsInFront() {
        String advertisement = "86000000 40000708 00000000 00000000";
        String redirect = "89000000 00000000" + OWN_IPV6 + OWN_IPV6;
        for (PortGuard guard : List.of(BOTH, MACS, IPS)) {
            assertThat(ip(guard, discovery("fe80::1", advertisement))).isEqualTo(PortGuard.RA);
            assertThat(ip(guard, discovery("fe80::1", redirect))).isEqualTo(PortGuard.RA);
            for (String headers : List.of("3a00 0104 00000000", "3c00 0104 00000000 3a00 0104 00000000",
                    "2c00 0104 00000000 3a00 0000 00000001", "2c00 0104 00000000 3a00 0001 00000001")) {
                assertThat(ip(guard, ipv6("fe80::1", "ff02::1", 255, 60, hex(headers + advertisement))))
                        .as(headers).isEqualTo(PortGuard.RA);
            }
        }
    }

    @Test
    void shouldRefuseFragmentsThatHideNeighbourDiscovery() {
        String fragmented = "3a00 0001 00000001 88000000 20000000" + OWN_IPV6;
        assertThat(ip(MACS, ipv6("fe80::1", "ff02::1", 255, 44, hex(fragmented)))).isEqualTo(PortGuard.UNREADABLE);
        assertThat(ip(MACS, ipv6("fe80::1", "ff02::1", 255, 44, hex("3c00 0001 00000001 3a00 0104 00000000"))))
                .as("a first fragment without the whole chain").isEqualTo(PortGuard.UNREADABLE);
        assertThat(ip(MACS, ipv6("fe80::1", "ff02::1", 255, 44, hex("3c00 0009 00000001 86000000 00000000"))))
                .as("over the header of a first fragment").isEqualTo(PortGuard.UNREADABLE);
        assertThat(ip(MACS, ipv6("fe80::1", "ff02::1", 255, 44, hex("3c00 04d1 00000001 86000000 00000000"))))
                .as("far behind it").isZero();
        assertThat(ip(MACS, ipv6("fe80::1", "ff02::1", 255, 44, hex("3a00 0009 00000001 86000000 00000000"))))
                .as("data of a long echo request").isZero();
    }

    @Test
    void shouldRefuseWhatIsHiddenByASecondTag() {
        byte[] hidden = concat(hex("0000 0800"), ipv4("10.10.0.12", "10.10.0.1", 64, 47, 0, NOTHING));
        assertThat(check(BOTH, 0x8100, hidden)).isEqualTo(PortGuard.IP);
        assertThat(check(BOTH, 0x88a8, hidden)).isEqualTo(PortGuard.IP);
        assertThat(check(MACS, 0x8100, hidden)).isZero();
    }

    /** Whatever comes, the guard answers, reads nothing beyond the head, and lets no foreign address through. */
    @Test
    void shouldStandAnyBytes() {
        int[] answers = new int[PortGuard.ANSWERS];
        for (int round = 0; round < 300_000; round++) {
            byte[] packet = RANDOM.nextBoolean()
                    ? ipv4(RANDOM.nextBoolean() ? "10.10.0.11" : "10.10.0.12", "10.0.0.1", 64, one(1, 2, 6, 17),
                            RANDOM.nextInt(4) == 0 ? RANDOM.nextInt(0x4000) : 0, random(60))
                    : ipv6(one(0, 1) == 0 ? "fd00:10::11" : "fd00:10::12", "ff02::1", 255, one(0, 44, 58, 60, 17),
                            random(120));
            for (int faults = RANDOM.nextInt(3); faults > 0; faults--) {
                packet[RANDOM.nextInt(packet.length)] = (byte) one(0, 1, 4, 58, 60, 0x86, 0x88);
            }
            TestFrame frame = TestFrame.of(ALL, OWN, RANDOM.nextBoolean() ? 0x800 : 0x86dd, packet);
            int head = Math.min(14 + RANDOM.nextInt(200), frame.bytes().length);
            TestFrame cut = new TestFrame(Arrays.copyOf(frame.bytes(), head));
            int answer = BOTH.check(cut.segment(), TestFrame.AT, head, frame.parsed(head), alone());
            answers[answer]++;
        }
        System.out.println("PortGuardTest answers " + Arrays.toString(answers));
        assertThat(answers[PortGuard.ALLOW]).isPositive();
        assertThat(answers[PortGuard.IP]).isPositive();
        assertThat(answers[PortGuard.UNREADABLE]).isPositive();
    }

    private static int one(int... values) {
        return values[RANDOM.nextInt(values.length)];
    }

    private static byte[] random(int most) {
        byte[] bytes = new byte[RANDOM.nextInt(most)];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
