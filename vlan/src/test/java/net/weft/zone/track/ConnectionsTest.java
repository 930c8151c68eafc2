package net.weft.zone.track;

import static net.weft.packet.Tcp.ACK;
import static net.weft.packet.Tcp.SYN;
import static net.weft.zone.ZoneVerdict.ALLOW;
import static net.weft.zone.ZoneVerdict.INVALID_STATE;
import static net.weft.zone.ZoneVerdict.ZONE_DENIED;
import static net.weft.zone.track.Bed.GUESTS;
import static net.weft.zone.track.Bed.SERVERS;
import static org.assertj.core.api.Assertions.assertThat;

import net.weft.packet.Icmp;
import net.weft.packet.IpProtocol;
import net.weft.zone.PolicyDecision;
import net.weft.zone.Prefix;
import net.weft.zone.Timeouts;
import net.weft.zone.track.Packet.Address;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
    private static final Address HIGH = Address.v4(200);
    private static final Address LOW = Address.v4(100);
    private final Bed bed = new Bed();

    private Connections connections() {
        return new Connections(bed.table, Timeouts.DEFAULT, bed.nowSeconds);
    }

    private static ConnectionFilter ofProtocol(int protocol) {
        return new ConnectionFilter(null, null, null, protocol, null, null, null, null);
    }

    private int count(ConnectionFilter filter) {
        return connections().rows(filter, 100).size();
    }

    @Test
    void shouldShowWhoBeganWhicheverAddressIsSmaller() {
        bed.forth(Packet.udp(HIGH, 9, LOW, 53));
        bed.forth(Packet.udp(LOW, 10, HIGH, 54));

        assertThat(connections().rows(ConnectionFilter.ALL, 10)).allSatisfy(row -> {
            boolean first = row.sourcePort() == 9;
            assertThat(row.sourceLow()).isEqualTo(first ? HIGH.low() : LOW.low());
            assertThat(row.destinationLow()).isEqualTo(first ? LOW.low() : HIGH.low());
            assertThat(row.destinationPort()).isEqualTo(first ? 53 : 54);
            assertThat(row.from()).isEqualTo(GUESTS);
            assertThat(row.to()).isEqualTo(SERVERS);
            assertThat(row.vlan()).isEqualTo(10);
            assertThat(row.policy()).isEqualTo(7);
            assertThat(row.ingressPort()).isEqualTo(Bed.GUEST_PORT);
            assertThat(row.secondsToLive()).isEqualTo(30);
            assertThat(row.state()).isEqualTo("unreplied");
            assertThat(row.packets()).isOne();
        }).hasSize(2);
    }

    @Test
    void shouldShowIdentifierAndTypeOfEcho() {
        bed.forth(Packet.icmp(HIGH, LOW, Icmp.ECHO_REQUEST, 0x1234_0001, new byte[8]));

        assertThat(connections().rows(ConnectionFilter.ALL, 10)).singleElement().satisfies(row -> {
            assertThat(row.sourcePort()).isEqualTo(0x1234);
            assertThat(row.destinationPort()).isEqualTo(Icmp.ECHO_REQUEST);
            assertThat(row.sourceLow()).isEqualTo(HIGH.low());
        });
        assertThat(count(ofService(0x1234))).isZero();
        assertThat(count(ofService(Icmp.ECHO_REQUEST))).isZero();
    }

    private static ConnectionFilter ofService(int port) {
        return new ConnectionFilter(null, null, null, null, null, port, null, null);
    }

    @Test
    void shouldFilterByEverything() {
        bed.forth(Packet.udp(HIGH, 9, LOW, 53));
        bed.forth(Packet.of(LOW, HIGH, IpProtocol.GRE, new byte[20]));
        bed.forth(Packet.udp(Address.v6(1), 9, Address.v6(2), 53));

        assertThat(count(ConnectionFilter.ALL)).isEqualTo(3);
        assertThat(connections().rows(ConnectionFilter.ALL, 2)).hasSize(2);
        assertThat(count(ofProtocol(IpProtocol.UDP))).isEqualTo(2);
        assertThat(count(new ConnectionFilter(11, null, null, null, null, null, null, null))).isZero();
        assertThat(count(new ConnectionFilter(10, SERVERS, 1, 17, null, 53, 7, "unreplied"))).isEqualTo(2);
        assertThat(count(new ConnectionFilter(null, 9, null, null, null, null, null, null))).isZero();
        assertThat(count(new ConnectionFilter(null, null, 2, null, null, null, null, null))).isZero();
        assertThat(count(new ConnectionFilter(null, null, null, null, null, 54, null, null))).isZero();
        assertThat(count(new ConnectionFilter(null, null, null, null, null, null, 8, null))).isZero();
        assertThat(count(new ConnectionFilter(null, null, null, null, null, null, null, "stream"))).isZero();
        Prefix low = new Prefix(0, LOW.low(), 128, true);
        assertThat(count(new ConnectionFilter(null, null, null, null, low, null, null, null))).isEqualTo(2);
        Prefix any = new Prefix(0, 0, 0, false);
        assertThat(count(new ConnectionFilter(null, null, null, null, any, null, null, null))).isOne();
    }

    @Test
    void shouldEndConnections() {
        bed.forth(Packet.udp(HIGH, 9, LOW, 53));
        bed.forth(Packet.of(LOW, HIGH, IpProtocol.GRE, new byte[20]));

        assertThat(connections().kill(ofProtocol(IpProtocol.UDP))).isOne();
        assertThat(bed.back(Packet.udp(LOW, 53, HIGH, 9))).isEqualTo(ZONE_DENIED);
        assertThat(bed.back(Packet.of(HIGH, LOW, IpProtocol.GRE, new byte[20]))).isEqualTo(ALLOW);
        assertThat(bed.table.size()).isOne();
    }

    private void assertDead() {
        assertThat(connections().kill(ofProtocol(IpProtocol.TCP))).isOne();
        for (int second = 0; second < 200; second += 50) {
            bed.at(bed.nowSeconds + 50);
            assertThat(bed.forth(ACK, 101, 501)).as("after %d s", second).isEqualTo(INVALID_STATE);
            assertThat(bed.back(ACK, 501, 101)).isEqualTo(INVALID_STATE);
        }
        assertThat(bed.rows()).isEmpty();
        assertThat(connections().kill(ConnectionFilter.ALL)).isZero();
        assertThat(bed.forth(SYN, 99, 0)).as("another").isEqualTo(ALLOW);
        assertThat(bed.rows()).singleElement().extracting(ConnectionRow::state).isEqualTo("syn-sent");
        assertThat(bed.table.size()).isOne();
    }

    @Test
    void shouldEndTcpAlsoWhereItCouldBePickedUpAgain() {
        bed.adopt(Bed.saying(PolicyDecision.allowedBy(7) | PolicyDecision.MIDSTREAM));
        assertThat(bed.forth(ACK, 100, 500)).isEqualTo(ALLOW);
        assertThat(bed.back(ACK, 500, 100)).isEqualTo(ALLOW);
        assertDead();
    }

    @Test
    void shouldEndTcpAlsoWhenTheTableIsNew() {
        bed.table.pickUpUntil(bed.nowSeconds + 1000);
        assertThat(bed.forth(ACK, 100, 500)).isEqualTo(ALLOW);
        assertDead();
    }

    @Test
    void shouldKeepDeadOverARestart() {
        bed.forth(ACK, 100, 500);
        bed.table.pickUpUntil(bed.nowSeconds + 1000);
        bed.forth(ACK, 100, 500);
        connections().kill(ConnectionFilter.ALL);
        bed.attach(1000);

        assertThat(bed.forth(ACK, 101, 500)).isEqualTo(INVALID_STATE);
        bed.at(bed.nowSeconds + 121);
        bed.tracker.sweep(1000);
        assertThat(bed.table.size()).isZero();
    }

    @Test
    void shouldNameWhatPoliciesWouldCut() {
        bed.forth(Packet.udp(HIGH, 9, LOW, 53));
        bed.adopt(Bed.saying(PolicyDecision.allowedBy(7) | PolicyDecision.KEEP_ESTABLISHED));
        bed.forth(Packet.of(LOW, HIGH, IpProtocol.GRE, new byte[20]));

        assertThat(connections().wouldCut(Bed.GUESTS_TO_SERVERS, 10)).isEmpty();
        assertThat(connections().wouldCut(Bed.NOTHING, 10)).singleElement()
                .extracting(ConnectionRow::protocol).isEqualTo(IpProtocol.UDP);
        assertThat(bed.rows()).hasSize(2);
    }

    @Test
    void shouldNotShowWhatHasBeenSilentTooLong() {
        bed.forth(Packet.udp(HIGH, 9, LOW, 53));
        bed.at(bed.nowSeconds + 30);
        assertThat(bed.rows()).isEmpty();
    }
}
