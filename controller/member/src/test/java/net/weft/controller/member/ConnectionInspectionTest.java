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
        assertThatThrownBy(() -> member.list(none.toBuilder().setProtocol("sctp").build()))
                .hasMessage("protocol sctp: expected tcp, udp, icmp, icmpv6 or proto/N (0-255)");
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
                .as("nobody is in that zone any more").isOne();
        assertThat(dropped(FABRIC.replace("access: 10, zone: data", "access: 10, zone: data, enabled: false")))
                .as("its port carries nothing any more").isOne();
        assertThat(dropped("ports: {}")).as("a plain switch judges nothing").isZero();
        ConnectionInspection.Selection dropped = member.connections
                .droppedBy(member.revision(FABRIC.replace("udp/5432", "tcp")));
        assertThat(dropped.shown()).extracting(Connection::getDestination).containsExactly("10.10.0.2:5432");
    }

    private long dropped(String yaml) {
        return member.connections.droppedBy(member.revision(yaml)).count();
    }
}
