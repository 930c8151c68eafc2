package net.weft.vswitch.forward;

import static net.weft.vswitch.Packets.mac;
import static net.weft.vswitch.forward.ZoningTest.DATA;
import static net.weft.vswitch.forward.ZoningTest.DMZ;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import net.weft.packet.MacAddress;
import net.weft.testing.Seed;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.Frames;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.Packets;
import net.weft.vswitch.burst.DropReason;
import net.weft.zone.Action;
import net.weft.zone.AddressBinding;
import net.weft.zone.Match;
import net.weft.zone.PortZones;
import net.weft.zone.Prefix;
import net.weft.zone.Zoning;
import net.weft.zone.track.ConnectionFilter;
import net.weft.zone.track.Connections;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * Flows that are known by their headers are let pass as those that are not: never longer than guard, policy and connection would have it.
 * Host 1 (zone dmz) and its neighbour 3 may ask host 2 (zone data), which may not ask them.
 */
class KnownFlowsTest {
    private static final Match DNS = new Match(Match.Kind.UDP, 53, 53);
    private static final Match DNS_BY_TCP = new Match(Match.Kind.TCP, 53, 53);
    private static final Zoning ASKING = asking(Action.ALLOW);
    private static final Zoning NOT_ASKING = asking(Action.DROP);
    private static final int UDP = 14 + 20;
    private static final int TCP = 14 + 20;
    /** What either side counts its bytes from. */
    private static final int CLIENT = 1000;
    private static final int SERVER = 5000;
    private static final int FIN = 0x01;
    private static final int FRAGMENT = 14 + 6;
    private static final int STEPS = Integer.getInteger("weft.fuzz.known", 10_000);

    @AutoClose
    private final InlineSwitch lab = open();
    private int seconds = 100;

    private static Zoning asking(Action action) {
        return ZoningTest.zoning(ZoningTest.policy(7, Set.of(DMZ), Set.of(DATA), DNS, action),
                ZoningTest.policy(8, Set.of(DMZ), Set.of(DATA), DNS_BY_TCP, action));
    }

    private static InlineSwitch open() {
        InlineSwitch lab = new InlineSwitch();
        for (String port : List.of("web", "db", "shop")) {
            lab.port(port, VlanMembership.trunk(VlanSet.of(10, 20), 10));
        }
        lab.nowSeconds(100);
        for (String tag : List.of("", "81000014")) {
            lab.send("web", tagged(Frames.untagged(Frames.BROADCAST, mac(1)), tag));
            lab.send("db", tagged(Frames.untagged(Frames.BROADCAST, mac(2)), tag));
            lab.send("shop", tagged(Frames.untagged(Frames.BROADCAST, mac(3)), tag));
        }
        zones(lab, ASKING);
        all(lab);
        return lab;
    }

    private static void zones(InlineSwitch lab, Zoning zoning) {
        lab.zoning(zoning, Map.of("web", PortZones.of(DMZ), "db", PortZones.of(DATA), "shop", PortZones.of(DMZ)),
                Map.of("web", new AddressBinding(Set.of(MacAddress.parse(mac(1))),
                        List.of(new Prefix(0, Prefix.ipv4(0x0a0a0001), 128, true),
                                new Prefix(0xfd00L << 48, 1, 128, false)))));
    }

    private static byte[] tagged(byte[] frame, String tag) {
        return HexFormat.of().parseHex(HexFormat.of().formatHex(frame, 0, 12) + tag
                + HexFormat.of().formatHex(frame, 12, frame.length));
    }

    /** All that has left, by port. */
    private static List<String> all(InlineSwitch lab) {
        List<String> left = new ArrayList<>();
        for (String port : List.of("web", "db", "shop")) {
            for (byte[] frame : lab.receiveAll(port)) {
                left.add(port + " " + HexFormat.of().formatHex(frame));
            }
        }
        return left;
    }

    private Connections connections(InlineSwitch of) {
        return new Connections(Objects.requireNonNull(of.zones().connections()), ASKING.timeouts(), seconds);
    }

    private boolean passes(String from, byte[] frame) {
        lab.send(from, frame);
        return !all(lab).isEmpty();
    }

    private void know() {
        assertThat(passes("web", Packets.udp(1, 2, 4000, 53))).as("begins").isTrue();
        assertThat(passes("db", Packets.udp(2, 1, 53, 4000))).as("answers").isTrue();
        for (int i = 0; i < 3; i++) {
            assertThat(passes("web", Packets.udp(1, 2, 4000, 53))).isTrue();
            assertThat(passes("db", Packets.udp(2, 1, 53, 4000))).isTrue();
        }
    }

    @Test
    void shouldEndWithItsConnection() {
        know();
        connections(lab).kill(ConnectionFilter.ALL);

        assertThat(passes("db", Packets.udp(2, 1, 53, 4000))).as("an answer to nothing").isFalse();
    }

    @Test
    void shouldEndWhenItsConnectionHasBeenSilentForTooLong() {
        know();
        lab.nowSeconds(seconds + ASKING.timeouts().udpStream());

        assertThat(passes("db", Packets.udp(2, 1, 53, 4000))).isFalse();
    }

    @Test
    void shouldEndWithItsPolicy() {
        know();
        zones(lab, NOT_ASKING);

        assertThat(passes("web", Packets.udp(1, 2, 4000, 53))).isFalse();
        assertThat(passes("db", Packets.udp(2, 1, 53, 4000))).isFalse();
        assertThat(lab.drops("web", DropReason.POLICY_DROP)).isEqualTo(1);
    }

    @Test
    void shouldBeOfItsPortAndItsAddressesAlone() {
        know();
        long guarded = lab.drops("web", DropReason.GUARD_MAC);
        byte[] forged = Packets.udp(1, 2, 4000, 53);
        forged[11] = 9;

        assertThat(passes("web", forged)).as("another's MAC address").isFalse();
        assertThat(lab.drops("web", DropReason.GUARD_MAC)).isEqualTo(guarded + 1);
        assertThat(passes("web", Packets.udp(3, 2, 4000, 53))).as("another's IP address").isFalse();
        assertThat(passes("shop", Packets.udp(2, 1, 53, 4000))).as("allowed within its zone").isTrue();
        assertThat(connections(lab).rows(ConnectionFilter.ALL, 9)).hasSize(2)
                .anyMatch(row -> row.packets() == 4 && row.replyPackets() == 4);
    }

    @Test
    void shouldBeOfItsAddressesInIpv6() {
        assertThat(passes("web", Packets.inIpv6(Packets.udp(1, 2, 4000, 53)))).isTrue();
        for (int i = 0; i < 3; i++) {
            assertThat(passes("db", Packets.inIpv6(Packets.udp(2, 1, 53, 4000)))).isTrue();
        }
        for (int at : new int[]{22, 37, 38, 53}) {
            byte[] other = Packets.inIpv6(Packets.udp(2, 1, 53, 4000));
            other[at] ^= 1;
            assertThat(passes("db", other)).as("another address, at %d", at).isFalse();
        }
    }

    @Test
    void shouldBeOfItsVlanAlone() {
        know();

        assertThat(passes("db", tagged(Packets.udp(2, 1, 53, 4000), "81000014"))).isFalse();
        assertThat(passes("db", tagged(Packets.udp(2, 1, 53, 4000), "8100000a"))).as("its own, with the tag").isTrue();
    }

    @Test
    void shouldBelieveNoLengthOfAFrameBecauseItsFlowIsKnown() {
        know();
        long malformed = lab.drops("web", DropReason.MALFORMED);
        int field = UDP + 4;
        for (int length : new int[]{0, 7, 13, 200, 0xffff}) {
            byte[] frame = Packets.udp(1, 2, 4000, 53);
            frame[field] = (byte) (length >> 8);
            frame[field + 1] = (byte) length;
            assertThat(passes("web", frame)).as("a datagram of %d bytes in 12", length).isFalse();
        }
        byte[] longer = Packets.udp(1, 2, 4000, 53);
        longer[16] = 0x10;
        assertThat(passes("web", longer)).as("a packet longer than its frame").isFalse();
        assertThat(lab.drops("web", DropReason.MALFORMED)).isEqualTo(malformed + 6);
    }

    @Test
    void shouldCountEachPacketOfItsConnectionAndPolicy() {
        know();
        for (int i = 0; i < 10; i++) {
            assertThat(lab.link("web").send(Packets.udp(1, 2, 4000, 53), 0)).isTrue();
        }
        lab.run();

        assertThat(all(lab)).hasSize(10);
        assertThat(connections(lab).rows(ConnectionFilter.ALL, 9))
                .singleElement().satisfies(row -> {
                    assertThat(row.packets()).isEqualTo(14);
                    assertThat(row.replyPackets()).isEqualTo(4);
                });
        assertThat(lab.zones().counted(7).packets()).isEqualTo(18);
    }

    private static byte[] asks(int port, int flags, int sequence) {
        return Packets.tcp(1, 2, port, 53, flags, sequence, flags == Packets.SYN ? 0 : SERVER + 1);
    }

    private static byte[] answers(int port, int flags, int sequence) {
        return Packets.tcp(2, 1, 53, port, flags, sequence, CLIENT + 1);
    }

    private void knowTcp() {
        assertThat(passes("web", asks(4000, Packets.SYN, CLIENT))).isTrue();
        assertThat(passes("db", answers(4000, Packets.SYN | Packets.ACK, SERVER))).isTrue();
        for (int i = 0; i < 3; i++) {
            assertThat(passes("web", asks(4000, Packets.ACK, CLIENT + 1))).isTrue();
            assertThat(passes("db", answers(4000, Packets.ACK, SERVER + 1))).isTrue();
        }
    }

    @Test
    void shouldHoldSegmentsOfAKnownConnectionToItsWindows() {
        knowTcp();
        long invalid = lab.drops("web", DropReason.INVALID_STATE);

        assertThat(passes("web", asks(4000, Packets.ACK, CLIENT + 1_000_000))).as("beyond the window").isFalse();
        assertThat(passes("web", asks(4000, Packets.RST, CLIENT + 1_000_000))).as("a guess").isFalse();
        assertThat(lab.drops("web", DropReason.INVALID_STATE)).isEqualTo(invalid + 2);
        byte[] headless = asks(4000, Packets.ACK, CLIENT + 1);
        headless[TCP + 12] = 0x40;
        assertThat(passes("web", headless)).as("a header shorter than any").isFalse();
        headless[TCP + 12] = 0x60;
        assertThat(passes("web", headless)).as("a header longer than its packet").isFalse();
        assertThat(passes("web", asks(4000, Packets.ACK, CLIENT + 1))).isTrue();
        assertThat(connections(lab).rows(ConnectionFilter.ALL, 9)).singleElement()
                .satisfies(row -> assertThat(row.packets()).isEqualTo(5));
    }

    @Test
    void shouldEndWithItsTcpConnection() {
        knowTcp();
        assertThat(passes("web", asks(4000, FIN | Packets.ACK, CLIENT + 1))).isTrue();
        assertThat(passes("db", Packets.tcp(2, 1, 53, 4000, FIN | Packets.ACK, SERVER + 1, CLIENT + 2))).isTrue();
        assertThat(passes("web", Packets.tcp(1, 2, 4000, 53, Packets.ACK, CLIENT + 2, SERVER + 2))).isTrue();
        seconds += ASKING.timeouts().tcpClosing();
        lab.nowSeconds(seconds);

        assertThat(passes("db", answers(4000, Packets.ACK, SERVER + 1))).as("of another, picked up").isTrue();
        assertThat(connections(lab).rows(ConnectionFilter.ALL, 9)).singleElement()
                .satisfies(row -> assertThat(row.packets() + row.replyPackets()).isOne());
    }

    /** Beside a switch that knows no flow, as it is told the same configuration before each burst. */
    @Test
    void shouldDoAsASwitchThatForgets() {
        long seed = Seed.of(KnownFlowsTest.class);
        SplittableRandom random = new SplittableRandom(seed);
        Zoning zoning = ASKING;
        int passed = 0;
        try (InlineSwitch forgetful = open()) {
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(300)) {
                    case 0 -> seconds += random.nextInt(100);
                    case 1 -> {
                        zoning = zoning == ASKING ? NOT_ASKING : ASKING;
                        zones(lab, zoning);
                    }
                    case 2 -> {
                        for (InlineSwitch each : List.of(lab, forgetful)) {
                            connections(each)
                                    .kill(ConnectionFilter.ALL);
                        }
                    }
                    default -> {
                        // A burst, and nothing else.
                    }
                }
                zones(forgetful, zoning);
                for (int frame = random.nextInt(6); frame >= 0; frame--) {
                    byte[] bytes = frame(random);
                    String from = List.of("web", "db", "shop")
                            .get(random.nextInt(8) == 0 ? random.nextInt(3) : bytes[11] - 1);
                    assertThat(lab.link(from).send(bytes, 0)).isTrue();
                    assertThat(forgetful.link(from).send(bytes, 0)).isTrue();
                }
                for (InlineSwitch each : List.of(lab, forgetful)) {
                    each.nowSeconds(seconds);
                    each.run();
                }
                List<String> left = all(lab);
                assertThat(left).as("seed %d, step %d", seed, step).isEqualTo(all(forgetful));
                passed += left.size();
            }
        }
        assertThat(passed).as("seed %d: what passes", seed).isGreaterThan(STEPS / 4);
    }

    private static byte[] frame(SplittableRandom random) {
        int port = 4000 + random.nextInt(6);
        int host = random.nextInt(4) == 0 ? 3 : 1;
        byte[] frame = random.nextBoolean()
                ? segment(random, host, port)
                : random.nextBoolean() ? Packets.udp(host, 2, port, 53) : Packets.udp(2, host, 53, port);
        boolean isIpv6 = random.nextBoolean();
        if (isIpv6) {
            frame = Packets.inIpv6(frame);
        }
        if (random.nextInt(6) == 0) {
            int at = 12 + random.nextInt(Math.min(frame.length - 12, 56));
            // What is held is let go by the clock and by changes of the configuration, which the other switch sees all the time.
            boolean makesFragments = !isIpv6 && (at == FRAGMENT || at == FRAGMENT + 1);
            frame[makesFragments ? FRAGMENT + 2 : at] ^= (byte) (1 << random.nextInt(8));
        }
        if (random.nextInt(6) == 0) {
            return tagged(frame, random.nextBoolean() ? "81000014" : "8100000a");
        }
        return frame;
    }

    /** Mostly of connections that open and talk; some end them, some are of no connection there could be. */
    private static byte[] segment(SplittableRandom random, int host, int port) {
        boolean asks = random.nextBoolean();
        int said = random.nextInt(16) == 0 ? random.nextInt() : random.nextInt(200);
        int heard = random.nextInt(16) == 0 ? random.nextInt() : random.nextInt(200);
        int flags = switch (random.nextInt(24)) {
            case 0, 1, 2 -> asks ? Packets.SYN : Packets.SYN | Packets.ACK;
            case 3 -> FIN | Packets.ACK;
            case 4 -> random.nextInt(4) == 0 ? Packets.RST : Packets.ACK;
            default -> Packets.ACK;
        };
        boolean opens = (flags & Packets.SYN) != 0;
        int mine = (asks ? CLIENT : SERVER) + (opens ? 0 : 1 + said);
        int other = (asks ? SERVER : CLIENT) + 1 + (opens ? 0 : heard);
        return asks
                ? Packets.tcp(host, 2, port, 53, flags, mine, flags == Packets.SYN ? 0 : other)
                : Packets.tcp(2, host, 53, port, flags, mine, other);
    }
}
