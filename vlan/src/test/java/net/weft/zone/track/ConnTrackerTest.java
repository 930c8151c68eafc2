package net.weft.zone.track;

import static net.weft.packet.Tcp.ACK;
import static net.weft.packet.Tcp.FIN;
import static net.weft.packet.Tcp.PSH;
import static net.weft.packet.Tcp.RST;
import static net.weft.packet.Tcp.SYN;
import static net.weft.packet.Tcp.URG;
import static net.weft.zone.ZoneVerdict.ALLOW;
import static net.weft.zone.ZoneVerdict.FRAGMENT;
import static net.weft.zone.ZoneVerdict.INVALID_STATE;
import static net.weft.zone.ZoneVerdict.ZONE_DENIED;
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
import net.weft.packet.NetworkOrder;
import net.weft.zone.PolicyDecision;
import net.weft.zone.Timeouts;
import net.weft.zone.track.Packet.Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnTrackerTest {
    private final Bed bed = new Bed();

    private PacketState state() {
        return bed.tracker.state();
    }

    @Test
    void shouldLetAnswersPassAndNothingElse() {
        Packet answer = Packet.udp(SERVER, 53, CLIENT, 9);

        assertThat(bed.back(answer)).isEqualTo(ZONE_DENIED);
        assertThat(bed.forth(Packet.udp(CLIENT, 9, SERVER, 53))).isEqualTo(ALLOW);
        assertThat(state()).isEqualTo(PacketState.NEW);
        assertThat(bed.tracker.isNew()).isTrue();
        assertThat(bed.forth(Packet.udp(CLIENT, 9, SERVER, 53))).isEqualTo(ALLOW);
        assertThat(state()).isEqualTo(PacketState.OPENING);
        assertThat(bed.back(answer)).isEqualTo(ALLOW);
        assertThat(state()).isEqualTo(PacketState.REPLY);
        assertThat(PolicyDecision.policy(bed.tracker.decision())).isEqualTo(7);
        assertThat(bed.forth(Packet.udp(CLIENT, 9, SERVER, 53))).isEqualTo(ALLOW);
        assertThat(state()).isEqualTo(PacketState.ESTABLISHED);
        assertThat(bed.back(Packet.udp(SERVER, 54, CLIENT, 9))).isEqualTo(ZONE_DENIED);
        assertThat(bed.back(Packet.udp(SERVER, 53, CLIENT, 10))).isEqualTo(ZONE_DENIED);
        assertThat(bed.back(Packet.udp(Address.v4(3), 53, CLIENT, 9))).isEqualTo(ZONE_DENIED);
        assertThat(bed.table.size()).isOne();
    }

    @Test
    void shouldTakeAnswersFromTheZoneThatWasAskedOnly() {
        bed.forth(Packet.udp(CLIENT, 9, SERVER, 53));
        Packet answer = Packet.udp(SERVER, 53, CLIENT, 9);

        assertThat(answer.evaluate(bed.tracker, 4, GUESTS, 3)).isEqualTo(ZONE_DENIED);
        assertThat(answer.evaluate(bed.tracker, SERVERS, 4, 3)).isEqualTo(ZONE_DENIED);
        assertThat(Packet.evaluate(bed.tracker, answer.frame(), 11, SERVERS, GUESTS, 2)).isEqualTo(ZONE_DENIED);
        assertThat(bed.back(answer)).isEqualTo(ALLOW);
    }

    @Test
    void shouldKeepNetworksApart() {
        byte[] frame = Packet.udp(CLIENT, 9, SERVER, 53).frame();
        Packet.evaluate(bed.tracker, frame, 10, GUESTS, SERVERS, 1);
        Packet.evaluate(bed.tracker, frame, 11, GUESTS, SERVERS, 1);

        assertThat(bed.table.connectionsOfVlan(10)).isOne();
        assertThat(bed.table.connectionsOfVlan(11)).isOne();
    }

    /** A run of packets is looked up once: not longer than the entry is the connection's. */
    @Test
    void shouldNotTakeAnotherConnectionForTheLastOne() {
        ConnTracker other = ConnTracker.of(bed.table);
        other.adopt(bed.policies, bed.epoch, Timeouts.DEFAULT, bed.limits);
        other.now(1_000_000_000_000L);
        Connections connections = new Connections(bed.table, Timeouts.DEFAULT, bed.nowSeconds);
        Packet answer = Packet.udp(SERVER, 53, CLIENT, 9);
        for (int i = 0; i < 3; i++) {
            bed.forth(Packet.udp(CLIENT, 9, SERVER, 53));
            assertThat(bed.back(answer)).isEqualTo(ALLOW);
            assertThat(bed.back(answer)).isEqualTo(ALLOW);
            connections.kill(ConnectionFilter.ALL);
            assertThat(Packet.udp(CLIENT, 100 + i, SERVER, 53).evaluate(other, GUESTS, SERVERS, 1)).isEqualTo(ALLOW);
            assertThat(bed.back(answer)).isEqualTo(ZONE_DENIED);
            connections.kill(ConnectionFilter.ALL);
        }
    }

    @Test
    void shouldFollowIpv6AsIpv4() {
        Address client = Address.v6(1);
        Address server = Address.v6(2);

        assertThat(bed.forth(Packet.udp(client, 9, server, 53))).isEqualTo(ALLOW);
        assertThat(bed.back(Packet.udp(server, 53, client, 9))).isEqualTo(ALLOW);
        assertThat(bed.back(Packet.udp(Address.v6(3), 53, client, 9))).isEqualTo(ZONE_DENIED);
    }

    /** The same addresses in IPv6 form are others. */
    @Test
    void shouldNotTakeMappedAddressesForIpv4() {
        bed.forth(Packet.udp(CLIENT, 9, SERVER, 53));
        Packet answer = Packet.udp(SERVER, 53, CLIENT, 9);
        Packet mapped = new Packet(true, SERVER, CLIENT, IpProtocol.UDP, answer.payload());

        assertThat(bed.back(mapped)).isEqualTo(ZONE_DENIED);
    }

    @Test
    void shouldLetEchoRepliesPassForRequestsOnly() {
        Packet request = Packet.icmp(CLIENT, SERVER, Icmp.ECHO_REQUEST, 0x1234_0001, new byte[8]);
        Packet reply = Packet.icmp(SERVER, CLIENT, Icmp.ECHO_REPLY, 0x1234_0001, new byte[8]);
        bed.adopt((vlan, from, to, etherType, protocol, port, sourceHigh, sourceLow, destinationHigh,
                destinationLow) -> PolicyDecision.withoutPolicy(from == GUESTS || port == 0));

        assertThat(bed.back(reply)).as("without a request").isEqualTo(INVALID_STATE);
        assertThat(bed.forth(request)).isEqualTo(ALLOW);
        assertThat(bed.back(reply)).isEqualTo(ALLOW);
        assertThat(bed.back(Packet.icmp(SERVER, CLIENT, Icmp.ECHO_REPLY, 0x1235_0001, new byte[8])))
                .as("another identifier").isEqualTo(INVALID_STATE);
        assertThat(bed.back(Packet.icmp(SERVER, CLIENT, Icmp.ECHO_REQUEST, 0x1234_0001, new byte[8])))
                .as("a request of the other side").isEqualTo(ZONE_DENIED);
        assertThat(bed.forth(Packet.icmp(CLIENT, SERVER, Icmp.ECHO_REPLY, 0x1234_0001, new byte[8])))
                .as("a reply to an answer").isEqualTo(INVALID_STATE);
    }

    @Test
    void shouldTellTheTwoDirectionsOfIcmpv6EchoApart() {
        bed.adopt((vlan, from, to, etherType, protocol, port, sourceHigh, sourceLow, destinationHigh,
                destinationLow) -> PolicyDecision.withoutPolicy(true));
        Packet forth = Packet.icmp(Address.v6(1), Address.v6(2), Icmpv6.ECHO_REQUEST, 0, new byte[8]);
        Packet back = Packet.icmp(Address.v6(2), Address.v6(1), Icmpv6.ECHO_REQUEST, 0, new byte[8]);

        bed.forth(forth);
        assertThat(state()).isEqualTo(PacketState.NEW);
        bed.back(back);
        assertThat(state()).isEqualTo(PacketState.NEW);
        assertThat(bed.table.size()).isEqualTo(2);
        bed.back(Packet.icmp(Address.v6(2), Address.v6(1), Icmpv6.ECHO_REPLY, 0, new byte[8]));
        assertThat(state()).isEqualTo(PacketState.REPLY);
    }

    @Test
    void shouldFollowOtherProtocolsByAddresses() {
        assertThat(bed.forth(Packet.of(CLIENT, SERVER, IpProtocol.ESP, new byte[20]))).isEqualTo(ALLOW);
        assertThat(bed.back(Packet.of(SERVER, CLIENT, IpProtocol.ESP, new byte[20]))).isEqualTo(ALLOW);
        assertThat(bed.back(Packet.of(SERVER, CLIENT, IpProtocol.GRE, new byte[20]))).isEqualTo(ZONE_DENIED);
    }

    @Test
    void shouldJudgeWhatIsNotIpAndOtherIcmpByItself() {
        byte[] frame = new byte[60];
        NetworkOrder.putU16(MemorySegment.ofArray(frame), 12, 0x88b5);

        assertThat(Packet.evaluate(bed.tracker, frame, 10, GUESTS, SERVERS, 1)).isEqualTo(ALLOW);
        assertThat(state()).isEqualTo(PacketState.STATELESS);
        assertThat(Packet.evaluate(bed.tracker, frame, 10, SERVERS, GUESTS, 1)).isEqualTo(ZONE_DENIED);
        assertThat(bed.forth(Packet.icmp(CLIENT, SERVER, Icmp.REDIRECT, 0, new byte[28]))).isEqualTo(ALLOW);
        assertThat(state()).isEqualTo(PacketState.STATELESS);
        assertThat(bed.table.size()).isZero();
    }

    @Test
    void shouldRefuseLandAttacks() {
        assertThat(bed.forth(Packet.udp(CLIENT, 9, CLIENT, 9))).isEqualTo(INVALID_STATE);
        assertThat(bed.forth(Packet.tcp(CLIENT, 9, CLIENT, 9, SYN, 1, 0))).isEqualTo(INVALID_STATE);
        assertThat(bed.forth(Packet.icmp(CLIENT, CLIENT, Icmp.ECHO_REQUEST, 1, new byte[8]))).isEqualTo(INVALID_STATE);
        assertThat(bed.forth(Packet.udp(CLIENT, 9, CLIENT, 10))).isEqualTo(ALLOW);
        assertThat(bed.forth(Packet.udp(CLIENT, 10, CLIENT, 9))).as("not an answer, by its zones").isEqualTo(ALLOW);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, FIN, FIN | SYN, SYN | RST, FIN | RST, PSH, URG, FIN | PSH | URG, SYN | FIN | ACK, 0x3f,
            0xff})
    void shouldRefuseFlagsThatTcpNeverSends(int flags) {
        assertThat(bed.forth(flags, 1, 1)).isEqualTo(INVALID_STATE);
    }

    @Test
    void shouldRefuseWhatCannotBeRead() {
        byte[] frame = Packet.udp(CLIENT, 9, SERVER, 53).frame();
        MemorySegment segment = MemorySegment.ofArray(frame);
        for (long parsed : new long[]{HeaderParser.parse(segment, 0, 12, frame.length, frame.length - 1),
                HeaderParser.parse(segment, 0, 12, 40, frame.length)}) {
            assertThat(bed.tracker.evaluate(segment, 0, parsed, 40, frame.length, 10, GUESTS, SERVERS, 1))
                    .isEqualTo(INVALID_STATE);
            assertThat(bed.tracker.judgeFlood(segment, 0, parsed, 10, GUESTS, SERVERS, 1)).isEqualTo(INVALID_STATE);
        }
    }

    @Test
    void shouldJudgeFirstFragmentsOnly() {
        byte[] frame = Packet.udp(CLIENT, 9, SERVER, 53).frame();
        NetworkOrder.putU16(MemorySegment.ofArray(frame), 14 + Ipv4.FRAGMENT, 0x2000);
        assertThat(Packet.evaluate(bed.tracker, frame, 10, GUESTS, SERVERS, 1)).isEqualTo(ALLOW);
        NetworkOrder.putU16(MemorySegment.ofArray(frame), 14 + Ipv4.FRAGMENT, 0x0002);
        assertThat(Packet.evaluate(bed.tracker, frame, 10, GUESTS, SERVERS, 1)).isEqualTo(FRAGMENT);
    }

    @Test
    void shouldForgetTheSilent() {
        Timeouts defaults = Timeouts.DEFAULT;
        bed.forth(Packet.udp(CLIENT, 9, SERVER, 53));
        bed.at(bed.nowSeconds + defaults.udp());
        assertThat(bed.back(Packet.udp(SERVER, 53, CLIENT, 9))).as("after 30 s").isEqualTo(ZONE_DENIED);

        bed.forth(Packet.udp(CLIENT, 9, SERVER, 53));
        bed.at(bed.nowSeconds + defaults.udp() - 1);
        assertThat(bed.back(Packet.udp(SERVER, 53, CLIENT, 9))).as("after 29 s").isEqualTo(ALLOW);
        bed.at(bed.nowSeconds + defaults.udpStream() - 1);
        assertThat(bed.back(Packet.udp(SERVER, 53, CLIENT, 9))).as("answered, after 179 s").isEqualTo(ALLOW);
        bed.at(bed.nowSeconds + defaults.udpStream());
        assertThat(bed.tracker.sweep(10)).isOne();
        assertThat(bed.table.size()).isZero();
    }

    @Test
    void shouldChangeNothingWhileItObserves() {
        bed.forth(SYN, 99, 0);
        var before = bed.rows();
        ConnTracker observer = ConnTracker.observing(bed.table);
        observer.adopt(bed.policies, bed.epoch, Timeouts.DEFAULT, bed.limits);
        observer.now(1_000_000_000_000L);

        assertThat(Packet.tcp(SERVER, 80, CLIENT, 4000, SYN | ACK, 1, 100).evaluate(observer, SERVERS, GUESTS, 2))
                .isEqualTo(ALLOW);
        assertThat(Packet.udp(CLIENT, 9, SERVER, 53).evaluate(observer, GUESTS, SERVERS, 1)).isEqualTo(ALLOW);
        assertThat(observer.state()).isEqualTo(PacketState.NEW);
        observer.adopt(Bed.NOTHING, 9, Timeouts.DEFAULT, bed.limits);
        assertThat(Packet.tcp(CLIENT, 4000, SERVER, 80, SYN, 99, 0).evaluate(observer, GUESTS, SERVERS, 1))
                .isEqualTo(ZONE_DENIED);
        assertThat(bed.rows()).isEqualTo(before);
    }

    @Test
    void shouldJudgeFloodedFramesByPoliciesAlone() {
        byte[] frame = Packet.udp(CLIENT, 9, SERVER, 53).frame();
        MemorySegment segment = MemorySegment.ofArray(frame);
        long parsed = HeaderParser.parse(segment, 0, 12, frame.length, frame.length);
        bed.forth(Packet.udp(SERVER, 53, CLIENT, 9));

        assertThat(bed.tracker.judgeFlood(segment, 0, parsed, 10, GUESTS, SERVERS, 1)).isEqualTo(ALLOW);
        assertThat(bed.tracker.judgeFlood(segment, 0, parsed, 10, SERVERS, GUESTS, 1)).as("an answer")
                .isEqualTo(ZONE_DENIED);
        assertThat(bed.table.size()).isOne();
    }
}
