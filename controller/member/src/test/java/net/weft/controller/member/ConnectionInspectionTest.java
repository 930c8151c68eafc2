package net.weft.controller.member;

import static net.weft.controller.member.ZonedMember.FABRIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import net.weft.v1.Connection;
import net.weft.v1.ConnectionFilter;
import net.weft.v1.ListConnectionsRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections of a running switch: what is shown, filtered, killed and foreseen. */
class ConnectionInspectionTest {
    @TempDir
    Path state = Path.of("");
    @SuppressWarnings("NullAway.Init")
    private ZonedMember member;

    @BeforeEach
    void start() {
        member = new ZonedMember(state);
    }

    @AfterEach
    void stop() {
        member.close();
    }

    @Test
    void shouldShowFilterAndKillConnections() {
        member.talk();
        Connection connection = member.list(ConnectionFilter.getDefaultInstance()).getFirst();
        assertThat(connection.toBuilder().clearSecondsToLive().build()).isEqualTo(Connection.newBuilder()
                .setProtocol("udp")
                .setSource("10.10.0.1:4000").setDestination("10.10.0.2:5432").setState("unreplied".equals(connection
                        .getState()) ? "unreplied" : "stream")
                .setFrom("dmz").setTo("data").setPolicy("web-to-db").setPackets(2).setBytes(120).setReplyPackets(1)
                .setReplyBytes(60).setNetwork("acme/web").setVlan(10).setPort("a").build());
        assertThat(connection.getSecondsToLive()).isBetween(1, 180);
        ConnectionFilter none = ConnectionFilter.getDefaultInstance();
        for (ConnectionFilter hit : List.of(none.toBuilder().setNetwork("acme/web").build(),
                none.toBuilder().setVlan(10).build(), none.toBuilder().setZone("data").build(),
                none.toBuilder().setFrom("dmz").setTo("data").build(), none.toBuilder().setPort("a").build(),
                none.toBuilder().setProtocol("udp").build(), none.toBuilder().setProtocol("proto/17").build(),
                none.toBuilder().setAddress("10.10.0.0/30").build(), none.toBuilder().setService(5432).build(),
                none.toBuilder().setState(connection.getState()).build(),
                none.toBuilder().setPolicy("web-to-db").build())) {
            assertThat(member.list(hit)).as(hit.toString()).hasSize(1);
        }
        for (ConnectionFilter miss : List.of(none.toBuilder().setVlan(30).build(),
                none.toBuilder().setZone("none").build(),
                none.toBuilder().setFrom("data").build(), none.toBuilder().setPort("b").build(),
                none.toBuilder().setProtocol("tcp").build(), none.toBuilder().setAddress("fd00::/8").build(),
                none.toBuilder().setService(53).build(), none.toBuilder().setState("established").build(),
                none.toBuilder().setPolicy("acme/rest").build())) {
            assertThat(member.list(miss)).as(miss.toString()).isEmpty();
            assertThat(member.connections.kill(miss, false)).as(miss.toString()).isZero();
        }
        assertThat(member.connections.kill(none.toBuilder().setAddress("10.10.0.2").build(), false)).isOne();
        assertThat(member.list(none)).isEmpty();
        assertThatThrownBy(() -> member.connections.kill(none, false))
                .hasMessage("which connections? expected a filter, or all");
    }

    @Test
    void shouldRefuseFiltersThatNameWhatThereIsNot() {
        ConnectionFilter none = ConnectionFilter.getDefaultInstance();
        assertThatThrownBy(() -> member.list(none.toBuilder().setZone("lab").build()))
                .hasMessage("there is no zone lab; there is acme/lab");
        assertThatThrownBy(() -> member.list(none.toBuilder().setPolicy("web").build()))
                .hasMessage("there is no policy web");
        assertThatThrownBy(() -> member.list(none.toBuilder().setNetwork("web").build()))
                .hasMessage("there is no network web");
        assertThatThrownBy(() -> member.list(none.toBuilder().setPort("z").build())).hasMessage("there is no port z");
        assertThatThrownBy(() -> member.list(none.toBuilder().setProtocol("stcp").build()))
                .hasMessage("protocol stcp: expected tcp, udp, sctp, icmp, icmpv6 or proto/N (0-255)");
        assertThatThrownBy(() -> member.list(none.toBuilder().setState("etablished").build()))
                .hasMessage(
                        "state etablished: expected one of syn-sent, syn-received, picked-up, established, half-closed, "
                                + "closing, closed, unreplied, stream, replied");
        assertThatThrownBy(() -> member.list(none.toBuilder().setAddress("10.0").build()))
                .hasMessageStartingWith("address 10.0: ");
        assertThatThrownBy(() -> member.list(none.toBuilder().setService(65_536).build()))
                .hasMessageStartingWith("service 65536");
        assertThatThrownBy(() -> member.connections.list(ListConnectionsRequest.newBuilder().setLimit(100_001).build()))
                .hasMessage("limit 100001: expected 1 to 100000");
    }

    @Test
    void shouldForeseeWhichConnectionsAChangeCuts() {
        member.talk();
        assertThat(dropped(FABRIC)).isZero();
        assertThat(dropped(FABRIC.replace("udp/5432", "udp/5433"))).as("its policy is gone").isOne();
        assertThat(dropped(FABRIC.replace("udp/5432", "udp/1-6000"))).isZero();
        assertThat(dropped(FABRIC.replace("access: 10, zone: data", "access: 10, zone: dmz")))
                .as("it may begin anew within its new zone").isZero();
        assertThat(dropped(FABRIC.replace("access: 10, zone: data", "access: 10, zone: data, enabled: false")))
                .as("its port carries nothing any more").isOne();
        assertThat(dropped("ports: {}")).as("its ports are gone").isOne();
        assertThat(dropped(
                FABRIC.replaceAll("(?s)connections:.*ports:", "ports:").replace("network: acme/web", "access: 10")
                        .replaceAll(", zone: \\w+", "")))
                .as("a plain switch judges nothing").isZero();
        ConnectionInspection.Selection dropped = member.connections
                .droppedBy(member.revision(FABRIC.replace("udp/5432", "tcp")));
        assertThat(dropped.shown()).extracting(Connection::getDestination).containsExactly("10.10.0.2:5432");
    }

    /** Whatever takes the port of either side away from the connection, or the address from the port. */
    @Test
    void shouldForeseeWhatHappensToThePortOfEitherSide() {
        member.talk();
        String asking = "a: {type: tap, device: t0, network: acme/web, mac: \"02:00:00:00:00:01\"}";
        String answering = "b: {type: tap, device: t1, access: 10, zone: data}";
        assertThat(FABRIC).contains(asking, answering);
        String other = "\n  e: {type: tap, device: t4, access: 10, zone: data}"; // so that the zone is not empty
        for (String[] change : new String[][]{{answering, ""}, {asking, ""},
                {answering, answering.replace("}", ", enabled: false}")},
                {asking, asking.replace("}", ", enabled: false}")},
                {answering, answering.replace("access: 10", "access: 11")},
                {answering, answering.replace("data", "lab")},
                {answering, answering.replace("}", ", ips: [10.10.0.9]}")},
                {answering, answering.replace("}", ", mac: \"02:00:00:00:00:99\"}")},
                {asking, asking.replace("00:01", "00:99")}, {asking, asking.replace("}", ", ips: [10.10.0.9]}")}}) {
            assertThat(dropped(FABRIC.replace(change[0], change[1]) + other))
                    .as("%s instead of %s", change[1], change[0])
                    .isOne();
        }
        for (String[] change : new String[][]{{answering, answering.replace("}", ", ips: [10.10.0.2]}")},
                {answering, answering.replace("}", ", mac: \"02:00:00:00:00:02\"}")},
                {answering, answering.replace("}", ", ips: [10.10.0.9], guard: off}")},
                {answering, answering.replace("}", ", description: new}")},
                {asking, asking.replace("}", ", ips: [10.10.0.0/24]}")}}) {
            assertThat(dropped(FABRIC.replace(change[0], change[1]) + other)).as("the control: %s", change[1]).isZero();
        }
    }

    /** Before a port's first zone its connections are tracked, if any other port has one: from none to none. */
    @Test
    void shouldForeseeThePortsFirstZone() {
        String answering = "b: {type: tap, device: t1, access: 10, zone: data}";
        String without = FABRIC.replace("network: acme/web", "access: 10, zone: none").replace(answering,
                "b: {type: tap, device: t1, access: 10, zone: none}");
        member.apply(without);
        member.introduce();
        ZonedMember.await(() -> assertThat(member.list(ConnectionFilter.getDefaultInstance())).singleElement()
                .satisfies(row -> assertThat(row.getReplyPackets()).isOne()));
        assertThat(dropped(without.replace("t1, access: 10, zone: none", "t1, access: 10, zone: data"))).isOne();
        assertThat(dropped(without.replace("t0, access: 10, zone: none", "t0, access: 10, zone: dmz"))).isOne();
        assertThat(dropped(without)).as("the control").isZero();
    }

    /** Before the first zone of the file nothing is tracked: the ports that may have talked are named. */
    @Test
    void shouldForeseeTheFirstZoneOfTheFile() {
        String plain = FABRIC.replaceAll("(?s)connections:.*ports:", "ports:")
                .replace("network: acme/web", "access: 10")
                .replaceAll(", zone: \\w+", "");
        member.apply(plain);
        assertThat(newlyJudged(FABRIC)).as("nobody has sent anything").isEmpty();
        member.introduce();
        assertThat(member.list(ConnectionFilter.getDefaultInstance())).as("nothing is tracked").isEmpty();
        assertThat(newlyJudged(FABRIC)).containsExactly(
                "VLAN 10, from a (zone dmz) to b (zone data): only what is allowed by web-to-db, no-smb",
                "VLAN 10, from b (zone data) to a (zone dmz): no policy allows anything");
        assertThat(newlyJudged(plain)).as("still no zone").isEmpty();
        assertThat(newlyJudged(FABRIC.replace("zone: data", "zone: dmz"))).as("one zone, within which all is allowed")
                .isEmpty();
        member.apply(FABRIC);
        assertThat(newlyJudged(FABRIC.replace("udp/5432", "udp/5433"))).as("zones judge already").isEmpty();
    }

    private List<String> newlyJudged(String yaml) {
        return FirstZones.newlyJudged(member.revision(yaml), member.agent);
    }

    private long dropped(String yaml) {
        return member.connections.droppedBy(member.revision(yaml)).count();
    }
}
