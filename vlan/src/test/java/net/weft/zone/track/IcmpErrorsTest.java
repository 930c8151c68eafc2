package net.weft.zone.track;

import static net.weft.packet.Tcp.ACK;
import static net.weft.packet.Tcp.SYN;
import static net.weft.zone.ZoneVerdict.ALLOW;
import static net.weft.zone.ZoneVerdict.INVALID_STATE;
import static net.weft.zone.track.Bed.CLIENT;
import static net.weft.zone.track.Bed.GUESTS;
import static net.weft.zone.track.Bed.SERVER;
import static net.weft.zone.track.Bed.SERVERS;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import net.weft.packet.HeaderParser;
import net.weft.packet.Icmp;
import net.weft.packet.Icmpv6;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.zone.PolicyDecision;
import net.weft.zone.Timeouts;
import net.weft.zone.ZoneVerdict;
import net.weft.zone.track.Packet.Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IcmpErrorsTest {
    private static final Address ROUTER = Address.v4(99);
    private static final int QUOTED = 28;
    private final Bed bed = new Bed();

    IcmpErrorsTest() {
        // What a plain ICMP packet would be allowed, a forged error is not.
        bed.adopt((vlan, from, to, etherType, protocol, port, sourceHigh, sourceLow, destinationHigh,
                destinationLow) -> PolicyDecision.withoutPolicy(from == GUESTS || protocol == IpProtocol.ICMP));
    }

    private static Packet unreachable(Address from, Packet quoted) {
        return Packet.icmp(from, quoted.source(), Icmp.DESTINATION_UNREACHABLE, 0, quoted.quote(QUOTED));
    }

    private Packet openedUdp() {
        Packet packet = Packet.udp(CLIENT, 9, SERVER, 53);
        bed.forth(packet);
        return packet;
    }

    @ParameterizedTest
    @ValueSource(ints = {Icmp.DESTINATION_UNREACHABLE, Icmp.TIME_EXCEEDED, Icmp.PARAMETER_PROBLEM})
    void shouldRelateIcmpErrorsBothWays(int type) {
        bed.adopt(Bed.GUESTS_TO_SERVERS);
        Packet asked = openedUdp();
        Packet answer = Packet.udp(SERVER, 53, CLIENT, 9);

        assertThat(bed.back(Packet.icmp(ROUTER, CLIENT, type, 0, asked.quote(QUOTED)))).isEqualTo(ALLOW);
        assertThat(bed.tracker.state()).isEqualTo(PacketState.RELATED);
        assertThat(PolicyDecision.policy(bed.tracker.decision())).isEqualTo(7);
        assertThat(bed.forth(Packet.icmp(CLIENT, SERVER, type, 0, answer.quote(QUOTED)))).isEqualTo(ALLOW);
        assertThat(bed.tracker.state()).isEqualTo(PacketState.RELATED);
    }

    @ParameterizedTest
    @ValueSource(ints = {Icmpv6.DESTINATION_UNREACHABLE, Icmpv6.PACKET_TOO_BIG, Icmpv6.TIME_EXCEEDED,
            Icmpv6.PARAMETER_PROBLEM})
    void shouldRelateIcmpv6ErrorsBothWays(int type) {
        bed.adopt(Bed.GUESTS_TO_SERVERS);
        Packet asked = Packet.udp(Address.v6(1), 9, Address.v6(2), 53);
        bed.forth(asked);

        assertThat(bed.back(Packet.icmp(Address.v6(99), Address.v6(1), type, 1280, asked.quote(48)))).isEqualTo(ALLOW);
        assertThat(bed.tracker.state()).isEqualTo(PacketState.RELATED);
        Packet answer = Packet.udp(Address.v6(2), 53, Address.v6(1), 9);
        assertThat(bed.forth(Packet.icmp(Address.v6(1), Address.v6(2), type, 1280, answer.quote(48)))).isEqualTo(ALLOW);
    }

    @Test
    void shouldRefuseForgedAddressesPortsAndDirections() {
        Packet asked = openedUdp();

        assertThat(bed.back(unreachable(ROUTER, Packet.udp(CLIENT, 9, Address.v4(3), 53)))).isEqualTo(INVALID_STATE);
        assertThat(bed.back(unreachable(ROUTER, Packet.udp(CLIENT, 9, SERVER, 54)))).isEqualTo(INVALID_STATE);
        assertThat(bed.back(unreachable(ROUTER, Packet.udp(CLIENT, 10, SERVER, 53)))).isEqualTo(INVALID_STATE);
        assertThat(bed.back(Packet.icmp(ROUTER, Address.v4(3), 3, 0, asked.quote(QUOTED))))
                .as("to another than it quotes").isEqualTo(INVALID_STATE);
        assertThat(unreachable(ROUTER, asked).evaluate(bed.tracker, 4, GUESTS, 3)).as("from a third zone")
                .isEqualTo(INVALID_STATE);
        assertThat(bed.forth(unreachable(ROUTER, asked))).as("from the zone of the one it goes to")
                .isEqualTo(INVALID_STATE);
        assertThat(bed.back(unreachable(ROUTER, asked))).as("the true one").isEqualTo(ALLOW);
    }

    @Test
    void shouldRefuseSequenceNumbersThatAreNotOutstanding() {
        bed.forth(SYN, 99, 0);
        bed.back(SYN | ACK, 499, 100);
        bed.forth(ACK, 100, 500);
        bed.forth(ACK, 100, 500, 1000, 900, "");

        assertThat(bed.back(unreachable(ROUTER, Packet.tcp(CLIENT, 4000, SERVER, 80, ACK, 1001, 500))))
                .as("not sent yet").isEqualTo(INVALID_STATE);
        assertThat(bed.back(unreachable(ROUTER, Packet.tcp(CLIENT, 4000, SERVER, 80, ACK, 1000 - 66_001, 500))))
                .as("long ago").isEqualTo(INVALID_STATE);
        assertThat(bed.back(unreachable(ROUTER, Packet.tcp(CLIENT, 4000, SERVER, 80, ACK, 100, 500)))).isEqualTo(ALLOW);
    }

    @Test
    void shouldRefuseQuotesOfWhatTheOtherSideNeverSent() {
        bed.forth(SYN, 99, 0);
        Packet answer = Packet.tcp(SERVER, 80, CLIENT, 4000, SYN | ACK, 499, 100);

        assertThat(bed.forth(unreachable(CLIENT, answer))).isEqualTo(INVALID_STATE);
        bed.back(SYN | ACK, 499, 100);
        assertThat(bed.forth(unreachable(CLIENT, answer))).isEqualTo(ALLOW);
    }

    @Test
    void shouldRelateErrorsAboutEchoAndOtherProtocols() {
        Packet request = Packet.icmp(CLIENT, SERVER, Icmp.ECHO_REQUEST, 0x1234_0001, new byte[8]);
        Packet esp = Packet.of(CLIENT, SERVER, IpProtocol.ESP, new byte[20]);
        bed.forth(request);
        bed.forth(esp);

        assertThat(bed.back(unreachable(ROUTER, request))).isEqualTo(ALLOW);
        assertThat(bed.back(unreachable(ROUTER, esp))).isEqualTo(ALLOW);
        assertThat(bed.back(unreachable(ROUTER,
                Packet.icmp(CLIENT, SERVER, Icmp.ECHO_REQUEST, 0x1235_0001, new byte[8])))).isEqualTo(INVALID_STATE);
        assertThat(bed.back(unreachable(ROUTER, unreachable(CLIENT, esp)))).as("an error about an error")
                .isEqualTo(INVALID_STATE);
    }

    @Test
    void shouldNeitherRefreshNorCount() {
        Packet asked = openedUdp();
        bed.at(bed.nowSeconds + 20);
        bed.back(unreachable(ROUTER, asked));

        assertThat(bed.rows()).singleElement().satisfies(row -> {
            assertThat(row.secondsToLive()).isEqualTo(10);
            assertThat(row.replyPackets()).isZero();
            assertThat(row.state()).isEqualTo("unreplied");
        });
        bed.at(bed.nowSeconds + 10);
        assertThat(bed.back(unreachable(ROUTER, asked))).as("too late").isEqualTo(INVALID_STATE);
    }

    @Test
    void shouldEndWithItsConnection() {
        Packet asked = openedUdp();
        bed.adopt(Bed.NOTHING);

        assertThat(bed.back(unreachable(ROUTER, asked))).isEqualTo(ZoneVerdict.ZONE_DENIED);
        assertThat(bed.table.size()).isZero();
    }

    @Test
    void shouldNotRelateToWhatWasEndedByCommand() {
        Packet syn = Packet.tcp(CLIENT, 9, SERVER, 80, SYN, 99, 0);
        bed.forth(syn);
        assertThat(bed.back(unreachable(ROUTER, syn))).isEqualTo(ALLOW);

        new Connections(bed.table, Timeouts.DEFAULT, bed.nowSeconds).kill(ConnectionFilter.ALL);

        assertThat(bed.back(unreachable(ROUTER, syn))).isEqualTo(INVALID_STATE);
    }

    @Test
    void shouldRefuseQuotesThatSayTooLittleOrNonsense() {
        Packet asked = openedUdp();
        for (int bytes = 0; bytes < QUOTED; bytes++) {
            assertThat(bed.back(Packet.icmp(ROUTER, CLIENT, 3, 0, asked.quote(bytes)))).isEqualTo(INVALID_STATE);
        }
        byte[] laterFragment = asked.quote(QUOTED);
        laterFragment[Ipv4.FRAGMENT + 1] = 1;
        assertThat(bed.back(Packet.icmp(ROUTER, CLIENT, 3, 0, laterFragment))).isEqualTo(INVALID_STATE);
        byte[] lying = asked.quote(QUOTED);
        lying[0] = 0x4f;
        assertThat(bed.back(Packet.icmp(ROUTER, CLIENT, 3, 0, lying))).isEqualTo(INVALID_STATE);
    }

    /** What lies beyond the head, or behind the IP packet in its frame, is not read. */
    @Test
    void shouldReadNoFurtherThanItMay() {
        byte[] frame = unreachable(ROUTER, openedUdp()).frame();
        MemorySegment segment = MemorySegment.ofArray(frame);
        for (int available = 42; available < frame.length; available++) {
            long parsed = HeaderParser.parse(segment, 0, 12, available, frame.length);
            assertThat(
                    bed.tracker.evaluate(segment.asSlice(0, available), 0, parsed, available, frame.length, 10, SERVERS,
                            GUESTS, 2))
                    .isEqualTo(INVALID_STATE);
        }
        frame[14 + Ipv4.TOTAL_LENGTH + 1] -= 1;
        assertThat(Packet.evaluate(bed.tracker, frame, 10, SERVERS, GUESTS, 2)).as("the rest is padding")
                .isEqualTo(INVALID_STATE);
    }
}
