package net.weft.zone.track;

import static net.weft.packet.Tcp.ACK;
import static net.weft.packet.Tcp.FIN;
import static net.weft.packet.Tcp.SYN;
import static net.weft.zone.ZoneVerdict.ALLOW;
import static net.weft.zone.ZoneVerdict.INVALID_STATE;
import static net.weft.zone.ZoneVerdict.ZONE_DENIED;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import net.weft.zone.ConnectionLimits;
import net.weft.zone.PolicyLookup;
import net.weft.zone.Ruling;
import net.weft.zone.Timeouts;
import net.weft.zone.track.Packet.Address;
import org.junit.jupiter.api.Test;

class TrackerTest {
    private static final int GUESTS = 2;
    private static final int SERVERS = 3;
    private static final Address CLIENT = Address.v4(1);
    private static final Address SERVER = Address.v4(2);

    private final MemorySegment memory = Arena.ofAuto().allocate(ConnectionTable.bytes(1000), 64);
    private final ConnectionTable table = ConnectionTable.attach(memory, 1000, 1, 2, 3, 100, 0);
    private final Tracker tracker = Tracker.of(table);

    TrackerTest() {
        PolicyLookup guestsToServers = (vlan, from, to, etherType, protocol, port, sourceHigh, sourceLow,
                destinationHigh, destinationLow) -> Ruling.withoutPolicy(from == GUESTS && to == SERVERS);
        tracker.adopt(guestsToServers, 1, Timeouts.DEFAULT, new ConnectionLimits(1000, 1000, 1000));
        tracker.now(100_000_000_000L);
    }

    private int forth(int flags, int sequence, int acknowledgment, int length) {
        return Packet.tcp(CLIENT, 4000, SERVER, 80, flags, sequence, acknowledgment, 1000, length, "").judge(tracker,
                GUESTS, SERVERS, 1);
    }

    private int back(int flags, int sequence, int acknowledgment, int length) {
        return Packet.tcp(SERVER, 80, CLIENT, 4000, flags, sequence, acknowledgment, 1000, length, "").judge(tracker,
                SERVERS, GUESTS, 2);
    }

    @Test
    void shouldFollowATcpConnectionFromBeginToEnd() {
        assertThat(forth(SYN, 99, 0, 0)).isEqualTo(ALLOW);
        assertThat(tracker.state()).isEqualTo(PacketState.NEW);
        assertThat(back(SYN | ACK, 499, 100, 0)).isEqualTo(ALLOW);
        assertThat(tracker.state()).isEqualTo(PacketState.OPENING);
        assertThat(forth(ACK, 100, 500, 0)).isEqualTo(ALLOW);
        assertThat(tracker.state()).isEqualTo(PacketState.ESTABLISHED);
        assertThat(forth(ACK, 100, 500, 300)).isEqualTo(ALLOW);
        assertThat(back(ACK, 500, 400, 1000)).isEqualTo(ALLOW);
        assertThat(tracker.state()).isEqualTo(PacketState.REPLY);
        assertThat(forth(FIN | ACK, 400, 1500, 0)).isEqualTo(ALLOW);
        assertThat(back(FIN | ACK, 1500, 401, 0)).isEqualTo(ALLOW);
        assertThat(forth(ACK, 401, 1501, 0)).isEqualTo(ALLOW);
        assertThat(tracker.state()).isEqualTo(PacketState.CLOSING);
        assertThat(table.size()).isOne();
        assertThat(forth(SYN, 5000, 0, 0)).isEqualTo(ALLOW);
        assertThat(tracker.state()).isEqualTo(PacketState.NEW);
    }

    @Test
    void shouldRefuseWhatNoConnectionExpects() {
        assertThat(forth(ACK, 100, 500, 0)).isEqualTo(INVALID_STATE);
        assertThat(back(SYN, 100, 0, 0)).isEqualTo(ZONE_DENIED);
        assertThat(table.size()).isZero();
    }

    @Test
    void shouldLetUdpAnswersPass() {
        assertThat(Packet.udp(SERVER, 53, CLIENT, 9).judge(tracker, SERVERS, GUESTS, 2)).isEqualTo(ZONE_DENIED);
        assertThat(Packet.udp(CLIENT, 9, SERVER, 53).judge(tracker, GUESTS, SERVERS, 1)).isEqualTo(ALLOW);
        assertThat(Packet.udp(SERVER, 53, CLIENT, 9).judge(tracker, SERVERS, GUESTS, 2)).isEqualTo(ALLOW);
        assertThat(Packet.udp(SERVER, 53, CLIENT, 9).judge(tracker, 7, GUESTS, 2)).isEqualTo(ZONE_DENIED);
    }
}
