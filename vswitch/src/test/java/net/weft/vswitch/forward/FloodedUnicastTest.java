package net.weft.vswitch.forward;

import static net.weft.vswitch.Packets.ACK;
import static net.weft.vswitch.Packets.SYN;
import static net.weft.vswitch.Packets.mac;
import static net.weft.vswitch.Packets.tcp;
import static net.weft.vswitch.Packets.udp;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.Frames;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.Packets;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.trace.Trace;
import net.weft.vswitch.trace.TracedFrame;
import net.weft.zone.Action;
import net.weft.zone.ConnectionLimits;
import net.weft.zone.Match;
import net.weft.zone.Policy;
import net.weft.zone.PortZones;
import net.weft.zone.Timeouts;
import net.weft.zone.Zone;
import net.weft.zone.Zoning;
import net.weft.zone.track.ConnectionFilter;
import net.weft.zone.track.ConnectionRow;
import net.weft.zone.track.ConnectionTable;
import net.weft.zone.track.Connections;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Frames to stations that are not learned are evaluated as any other: a MAC table that ages changes no verdict. */
class FloodedUnicastTest {
    private static final int WEB = 2;
    private static final int DATA = 3;
    private static final int OTHER = 4;
    private static final Match UDP = new Match(Match.Kind.UDP, 0, 65_535);
    private static final Match TCP = new Match(Match.Kind.TCP, 0, 65_535);

    @AutoClose
    private final InlineSwitch fabric = new InlineSwitch();

    /** Host 1 is behind web, hosts 2 and 5 behind db and db2, which share a zone, host 3 behind other. */
    private void ports(int perPort, Policy... policies) {
        for (String name : List.of("web", "db", "db2", "other")) {
            fabric.port(name, VlanMembership.access(10));
        }
        fabric.zoning(new Zoning(List.of(zone(WEB), zone(DATA), zone(OTHER)), List.of(policies), Map.of(),
                Timeouts.DEFAULT, new ConnectionLimits(1024, 512, perPort)),
                Map.of("web", PortZones.of(WEB), "db", PortZones.of(DATA), "db2", PortZones.of(DATA), "other",
                        PortZones.of(OTHER)),
                Map.of());
    }

    private static Zone zone(int id) {
        return new Zone(id, null, "z" + id, false);
    }

    private static Policy allow(int id, int from, int to, Match match) {
        return ZoningTest.policy(id, Set.of(from), Set.of(to), match, Action.ALLOW);
    }

    private void learn(String port, int host) {
        fabric.send(port, Frames.frame(Frames.BROADCAST, mac(host), 46, 0x88b5));
        List.of("web", "db", "db2", "other").forEach(fabric::receiveAll);
    }

    private void forget(String port) {
        fabric.macs().flush(fabric.number(port));
    }

    private List<String> reached(String from, byte[] frame) {
        fabric.send(from, frame);
        return List.of("web", "db", "db2", "other").stream().filter(port -> fabric.receive(port).length > 0).toList();
    }

    private ConnectionTable table() {
        return Objects.requireNonNull(fabric.zones().connections());
    }

    private List<ConnectionRow> rows() {
        return new Connections(table(), Timeouts.DEFAULT, 0).rows(ConnectionFilter.ALL, 100);
    }

    @Test
    void shouldLetAConnectionGoOnWhenTheMacHasAgedOut() {
        ports(256, allow(7, WEB, DATA, TCP));
        learn("web", 1);
        learn("db", 2);
        assertThat(reached("web", tcp(1, 2, 4000, 5432, SYN, 100, 0))).containsExactly("db");
        assertThat(reached("db", tcp(2, 1, 5432, 4000, SYN | ACK, 900, 101))).containsExactly("web");
        assertThat(reached("web", tcp(1, 2, 4000, 5432, ACK, 101, 901))).containsExactly("db");
        forget("web");
        long denied = fabric.drops("other", DropReason.ZONE_DENIED);
        byte[] push = Packets.ipv4(2, 1, 6, 0, ByteBuffer.allocate(120).putShort((short) 5432).putShort((short) 4000)
                .putInt(901).putInt(101).put((byte) 0x50).put((byte) (ACK | 8)).putShort((short) 8192).array());
        assertThat(reached("db", push)).as("the server's push").containsExactly("web");
        assertThat(fabric.drops("other", DropReason.ZONE_DENIED)).isEqualTo(denied + 1);
        assertThat(fabric.zones().counted(7).packets()).as("counted once").isEqualTo(4);
        assertThat(rows()).singleElement().satisfies(row -> assertThat(row.replyPackets()).isEqualTo(2));
        assertThat(reached("db", tcp(2, 1, 5432, 4000, ACK, 901 + 1_000_000, 101))).as("numbers still count")
                .isEmpty();
        assertThat(fabric.drops("web", DropReason.INVALID_STATE)).isOne();
    }

    @Test
    void shouldDeliverTheFirstReplyToAStationThatIsNotLearned() {
        ports(256, allow(7, WEB, DATA, UDP));
        learn("db", 2);
        assertThat(reached("web", udp(1, 2, 4000, 53))).containsExactly("db");
        forget("web");
        assertThat(reached("db", udp(2, 1, 53, 4000))).containsExactly("web");
        assertThat(reached("db", udp(2, 1, 54, 4000))).as("the control: nobody asked").isEmpty();
    }

    @Test
    void shouldBeginOneConnectionAZoneAndKeepTheAnsweredOneOnly() {
        ports(256, allow(7, WEB, DATA, UDP), allow(8, WEB, OTHER, UDP));
        assertThat(reached("web", udp(1, 9, 4000, 53))).containsExactly("db", "db2", "other");
        assertThat(rows()).hasSize(2).allSatisfy(row -> assertThat(row.packets()).isOne());
        assertThat(table().connectionsOfPort(fabric.number("web"))).as("they count as one").isOne();
        assertThat(table().connectionsOfVlan(10)).isOne();
        assertThat(reached("web", udp(1, 9, 4000, 53))).as("again").containsExactly("db", "db2", "other");
        assertThat(rows()).hasSize(2);
        assertThat(reached("other", udp(9, 1, 53, 4000))).as("the answer").containsExactly("web");
        assertThat(rows()).singleElement().satisfies(row -> {
            assertThat(row.to()).isEqualTo(OTHER);
            assertThat(row.state()).isEqualTo("stream");
        });
        assertThat(table().connectionsOfPort(fabric.number("web"))).as("it still counts").isOne();
        assertThat(table().connectionsOfVlan(10)).isOne();
        assertThat(reached("db", udp(9, 1, 53, 4000))).as("an answer from the other zone").isEmpty();
    }

    @Test
    void shouldDoTheSameForTcp() {
        for (String answering : List.of("db", "other")) {
            try (FloodedUnicastTestBed bed = new FloodedUnicastTestBed()) {
                FloodedUnicastTest test = bed.test;
                test.ports(256, allow(7, WEB, DATA, TCP), allow(8, WEB, OTHER, TCP));
                assertThat(test.reached("web", tcp(1, 9, 4000, 80, SYN, 100, 0))).containsExactly("db", "db2", "other");
                assertThat(test.reached("web", tcp(1, 9, 4000, 80, SYN, 100, 0))).as("sent again").hasSize(3);
                assertThat(test.rows()).hasSize(2).allSatisfy(row -> assertThat(row.state()).isEqualTo("syn-sent"));
                assertThat(test.reached(answering, tcp(9, 1, 80, 4000, SYN | ACK, 900, 101))).containsExactly("web");
                assertThat(test.reached("web", tcp(1, 9, 4000, 80, ACK, 101, 901))).containsExactly(answering);
                assertThat(test.rows()).singleElement()
                        .satisfies(row -> assertThat(row.state()).isEqualTo("established"));
                assertThat(test.table().connectionsOfPort(test.fabric.number("web"))).isOne();
            }
        }
    }

    private static final class FloodedUnicastTestBed implements AutoCloseable {
        private final FloodedUnicastTest test = new FloodedUnicastTest();

        @Override
        public void close() {
            test.fabric.close();
        }
    }

    @Test
    void shouldCountAFloodedPacketAsOneAgainstTheLimitOfItsPort() {
        ports(2, allow(7, WEB, DATA, UDP), allow(8, WEB, OTHER, UDP));
        for (int port = 1; port <= 20; port++) {
            assertThat(reached("web", udp(1, 9, port, 53))).as("its oldest unanswered one gives way").hasSize(3);
            assertThat(table().connectionsOfPort(fabric.number("web"))).isLessThanOrEqualTo(2);
        }
        assertThat(rows().size()).as("two packets, two zones each, and what was evicted with them")
                .isLessThanOrEqualTo(6);
    }

    @Test
    void shouldBeginEightConnectionsAtMostAndJudgeFurtherZonesByPolicy() {
        Map<String, PortZones> zones = new HashMap<>();
        fabric.port("web", VlanMembership.access(10));
        zones.put("web", PortZones.of(WEB));
        List<Zone> all = new ArrayList<>(List.of(zone(WEB)));
        for (int n = 0; n < 12; n++) {
            fabric.port("p" + n, VlanMembership.access(10));
            zones.put("p" + n, PortZones.of(10 + n));
            all.add(zone(10 + n));
        }
        fabric.zoning(new Zoning(all, List.of(ZoningTest.policy(7, Set.of(), Set.of(), UDP, Action.ALLOW)), Map.of(),
                Timeouts.DEFAULT, new ConnectionLimits(1024, 512, 256)), zones, Map.of());
        fabric.send("web", udp(1, 9, 4000, 53));
        assertThat(IntStream.range(0, 12).filter(n -> fabric.receive("p" + n).length > 0)).hasSize(12);
        assertThat(rows()).hasSize(8);
        assertThat(table().size()).isOne();
        assertThat(fabric.zones().counted(7).packets()).isOne();
        assertThat(fabric.zones().counted(7).connections()).isOne();
    }

    @Test
    void shouldNeitherPickUpMidStreamNorRejectAloudForACopy() {
        Policy midstream = new Policy(7, null, "p7", Set.of(WEB), Set.of(DATA), List.of(TCP), List.of(), List.of(),
                Action.ALLOW, false, false, true, false);
        ports(256, midstream, ZoningTest.policy(8, Set.of(WEB), Set.of(OTHER), TCP, Action.REJECT));
        assertThat(reached("web", tcp(1, 9, 4000, 80, ACK, 100, 200))).isEmpty();
        assertThat(fabric.drops("db", DropReason.INVALID_STATE)).isOne();
        assertThat(fabric.drops("other", DropReason.POLICY_REJECT)).isOne();
        assertThat(fabric.receive("web")).as("no answer").isEmpty();
        learn("db", 9);
        assertThat(reached("web", tcp(1, 9, 4000, 80, ACK, 100, 200))).as("the control").containsExactly("db");
    }

    @Test
    void shouldJudgeFragmentsOncePerEgressZone() {
        ports(256, allow(7, WEB, DATA, new Match(Match.Kind.UDP, 53, 53)));
        byte[] first = Packets.ipv4(1, 9, 17, 0x2000,
                ByteBuffer.allocate(64).putShort((short) 4000).putShort((short) 53).putShort((short) 128).array());
        byte[] last = Packets.ipv4(1, 9, 17, 8, new byte[64]);
        assertThat(reached("web", first)).containsExactly("db", "db2");
        assertThat(reached("web", last)).containsExactly("db", "db2");
        assertThat(fabric.drops("other", DropReason.ZONE_DENIED)).isEqualTo(2);
        assertThat(rows()).hasSize(1);
    }

    /** A known station's frame and an unknown station's frame have one verdict, whatever the packet. */
    @Test
    void shouldTraceWhatHappens() {
        ports(256, allow(7, WEB, DATA, UDP));
        learn("db", 2);
        reached("web", udp(1, 2, 4000, 53));
        forget("web");
        Trace trace = fabric.trace("db", TracedFrame.of(udp(2, 1, 53, 4000)));
        assertThat(trace.verdict()).isEqualTo(Trace.Verdict.FLOOD);
        assertThat(trace.exits()).filteredOn(exit -> exit.reason() == null).extracting(Trace.Exit::port)
                .containsExactly("web");
        assertThat(rows()).as("a trace answers nothing")
                .allSatisfy(row -> assertThat(row.state()).isEqualTo("unreplied"));
    }
}
