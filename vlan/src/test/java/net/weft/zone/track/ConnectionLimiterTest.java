package net.weft.zone.track;

import static net.weft.packet.Tcp.ACK;
import static net.weft.packet.Tcp.RST;
import static net.weft.packet.Tcp.SYN;
import static net.weft.zone.ZoneVerdict.ALLOW;
import static net.weft.zone.ZoneVerdict.CONNECTION_LIMIT;
import static net.weft.zone.track.Bed.GUESTS;
import static net.weft.zone.track.Bed.SERVERS;
import static org.assertj.core.api.Assertions.assertThat;

import net.weft.zone.ConnectionLimits;
import net.weft.zone.track.Packet.Address;
import org.junit.jupiter.api.Test;

class ConnectionLimiterTest {
    private static final Address SERVER = Address.v4(1000);
    private final Bed bed = new Bed(1000, 0);

    private int syn(int guest, int sourcePort) {
        return Packet.tcp(Address.v4(guest), sourcePort, SERVER, 80, SYN, 99, 0).evaluate(bed.tracker, GUESTS, SERVERS,
                guest);
    }

    private int synAck(int guest, int sourcePort) {
        return Packet.tcp(SERVER, 80, Address.v4(guest), sourcePort, SYN | ACK, 499, 100).evaluate(bed.tracker, SERVERS,
                GUESTS, 999);
    }

    private int ack(int guest, int sourcePort) {
        return Packet.tcp(Address.v4(guest), sourcePort, SERVER, 80, ACK, 100, 500).evaluate(bed.tracker, GUESTS,
                SERVERS,
                guest);
    }

    private void establish(int guest, int sourcePort) {
        assertThat(syn(guest, sourcePort)).isEqualTo(ALLOW);
        assertThat(synAck(guest, sourcePort)).isEqualTo(ALLOW);
        assertThat(ack(guest, sourcePort)).isEqualTo(ALLOW);
    }

    @Test
    void shouldLetAFloodPayWithItsOwn() {
        bed.limit(new ConnectionLimits(1000, 1000, 100));
        establish(1, 1);
        for (int i = 0; i < 50; i++) {
            assertThat(syn(2, i)).isEqualTo(ALLOW);
        }
        for (int i = 2; i < 20_000; i++) {
            assertThat(syn(1, i)).isEqualTo(ALLOW);
        }
        assertThat(bed.table.connectionsOfPort(1)).isEqualTo(100);
        assertThat(bed.table.connectionsOfPort(2)).as("another's, unanswered too").isEqualTo(50);
        assertThat(ack(1, 1)).as("its own that was established").isEqualTo(ALLOW);
    }

    /** An answered connection is never given up; so a port can have too many. */
    @Test
    void shouldRefuseWhenNothingIsSpare() {
        bed.limit(new ConnectionLimits(1000, 1000, 20));
        for (int i = 0; i < 20; i++) {
            establish(1, i);
        }
        assertThat(syn(1, 100)).isEqualTo(CONNECTION_LIMIT);
        assertThat(syn(2, 100)).isEqualTo(ALLOW);
        assertThat(bed.table.connectionsOfPort(1)).isEqualTo(20);
        Packet.tcp(SERVER, 80, Address.v4(1), 7, RST, 500, 0).evaluate(bed.tracker, SERVERS, GUESTS, 999);
        assertThat(syn(1, 100)).as("in the place of one that is closed").isEqualTo(ALLOW);
        assertThat(ack(1, 8)).isEqualTo(ALLOW);
    }

    @Test
    void shouldMakeRoomInANetworkAtTheExpenseOfTheGreediest() {
        bed.limit(new ConnectionLimits(1000, 300, 200));
        for (int i = 0; i < 150; i++) {
            syn(1, i);
        }
        for (int i = 0; i < 5000; i++) {
            syn(2, i);
        }
        assertThat(bed.table.connectionsOfVlan(Bed.VLAN)).isEqualTo(300);
        for (int guest = 3; guest < 13; guest++) {
            establish(guest, 1);
        }
        assertThat(bed.table.connectionsOfVlan(Bed.VLAN)).isEqualTo(300);
        for (int guest = 3; guest < 13; guest++) {
            assertThat(ack(guest, 1)).isEqualTo(ALLOW);
        }
    }

    /** Whoever has most spare connections may have them in another network. */
    @Test
    void shouldMakeRoomThoughTheGreediestOfANetworkIsGreedyElsewhere() {
        bed.limit(new ConnectionLimits(1000, 300, 500));
        for (int i = 0; i < 299; i++) {
            Packet.evaluate(bed.tracker, Packet.udp(Address.v4(1), i, SERVER, 53).frame(), 20, GUESTS, SERVERS, 1);
        }
        syn(1, 1);
        ack(1, 1);
        for (int i = 0; i < 299; i++) {
            syn(2, i);
        }
        Packet.tcp(SERVER, 80, Address.v4(1), 1, SYN | ACK, 499, 100).evaluate(bed.tracker, SERVERS, GUESTS, 999);
        ack(1, 1);
        assertThat(bed.table.connectionsOfVlan(Bed.VLAN)).isEqualTo(300);

        syn(3, 1);
        bed.tracker.sweep(1000);

        for (int guest = 4; guest < 14; guest++) {
            establish(guest, 1);
        }
        assertThat(bed.table.connectionsOfVlan(Bed.VLAN)).isEqualTo(300);
        assertThat(bed.table.connectionsOfVlan(20)).isEqualTo(299);
    }

    @Test
    void shouldMakeRoomInAFullTable() {
        for (int i = 0; i < 5000; i++) {
            assertThat(syn(1 + i % 3, i)).isEqualTo(ALLOW);
        }
        assertThat(bed.table.size()).isEqualTo(1000);
        for (int i = 0; i < 100; i++) {
            establish(9, i);
        }
        assertThat(bed.table.size()).isEqualTo(1000);
        assertThat(bed.table.connectionsOfPort(9)).isEqualTo(100);
    }

    /** After a restart the sweep finds out who has spare ones. */
    @Test
    void shouldMakeRoomAfterARestart() {
        bed.limit(new ConnectionLimits(1000, 1000, 200));
        for (int i = 0; i < 200; i++) {
            syn(1, i);
        }
        bed.attach(0);
        bed.tracker.sweep(1000);
        for (int i = 200; i < 300; i++) {
            assertThat(syn(1, i)).isEqualTo(ALLOW);
        }
        assertThat(bed.table.connectionsOfPort(1)).isEqualTo(200);
    }

    @Test
    void shouldRemindOfSpareOnesThatTheRingHasLost() {
        bed.limit(new ConnectionLimits(1000, 1000, 400));
        syn(1, 0);
        for (int i = 1; i < 400; i++) {
            establish(1, i);
        }
        bed.tracker.sweep(1000);
        assertThat(syn(1, 5000)).isEqualTo(ALLOW);
        assertThat(syn(1, 5001)).isEqualTo(ALLOW);
        assertThat(bed.table.connectionsOfPort(1)).isEqualTo(400);
    }
}
