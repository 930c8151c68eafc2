package net.weft.zone.track;

import static net.weft.packet.Tcp.ACK;
import static net.weft.packet.Tcp.SYN;
import static net.weft.zone.ZoneVerdict.ALLOW;
import static net.weft.zone.ZoneVerdict.POLICY_DROP;
import static net.weft.zone.ZoneVerdict.POLICY_REJECT;
import static net.weft.zone.ZoneVerdict.ZONE_DENIED;
import static net.weft.zone.track.Bed.CLIENT;
import static net.weft.zone.track.Bed.GUESTS;
import static net.weft.zone.track.Bed.SERVER;
import static net.weft.zone.track.Bed.SERVERS;
import static org.assertj.core.api.Assertions.assertThat;

import net.weft.packet.Icmp;
import net.weft.packet.IpProtocol;
import net.weft.zone.Action;
import net.weft.zone.PolicyDecision;
import net.weft.zone.PolicyLookup;
import org.junit.jupiter.api.Test;

/** Connections are evaluated by policies, first and when the policies change. */
class TrackerPoliciesTest {
    private final Bed bed = new Bed();

    @Test
    void shouldRememberNothingOfStatelessPolicies() {
        bed.adopt(Bed.saying(PolicyDecision.allowedBy(3) | PolicyDecision.STATELESS));

        assertThat(bed.forth(Packet.udp(CLIENT, 9, SERVER, 53))).isEqualTo(ALLOW);
        assertThat(bed.tracker.state()).isEqualTo(PacketState.STATELESS);
        assertThat(bed.forth(ACK, 1, 1)).isEqualTo(ALLOW);
        assertThat(bed.forth(Packet.icmp(CLIENT, SERVER, Icmp.ECHO_REPLY, 1, new byte[8]))).isEqualTo(ALLOW);
        assertThat(bed.back(Packet.udp(SERVER, 53, CLIENT, 9))).isEqualTo(ZONE_DENIED);
        assertThat(bed.table.size()).isZero();
    }

    @Test
    void shouldRememberNothingOfWhatIsRefused() {
        bed.adopt(Bed.saying(Action.DROP.ordinal() | PolicyDecision.allowedBy(0)));
        assertThat(bed.forth(SYN, 1, 0)).isEqualTo(POLICY_DROP);
        bed.adopt(Bed.saying(Action.REJECT.ordinal() | PolicyDecision.allowedBy(0)));
        assertThat(bed.forth(SYN, 1, 0)).isEqualTo(POLICY_REJECT);
        assertThat(PolicyDecision.policy(bed.tracker.decision())).isZero();
        bed.adopt(Bed.NOTHING);
        assertThat(bed.forth(SYN, 1, 0)).isEqualTo(ZONE_DENIED);
        assertThat(bed.table.size()).isZero();
    }

    @Test
    void shouldJudgeConnectionsAgainWhenPoliciesChange() {
        bed.forth(Packet.udp(CLIENT, 9, SERVER, 53));
        bed.adopt(Bed.saying(PolicyDecision.allowedBy(8)));
        assertThat(bed.back(Packet.udp(SERVER, 53, CLIENT, 9))).isEqualTo(ALLOW);
        assertThat(PolicyDecision.policy(bed.tracker.decision())).isEqualTo(8);

        bed.adopt(Bed.saying(Action.REJECT.ordinal() | PolicyDecision.allowedBy(0)));
        assertThat(bed.back(Packet.udp(SERVER, 53, CLIENT, 9))).isEqualTo(POLICY_REJECT);
        assertThat(bed.table.size()).isZero();
        assertThat(bed.back(Packet.udp(SERVER, 53, CLIENT, 9))).isEqualTo(ZONE_DENIED);
    }

    /** As its first packet was: with the original's zones, addresses, and destination port. */
    @Test
    void shouldJudgeAgainInTheWordsOfTheFirstPacket() {
        PolicyLookup exactly = (vlan, from, to, etherType, protocol, port, sourceHigh, sourceLow, destinationHigh,
                destinationLow) -> PolicyDecision.withoutPolicy(vlan == 10 && from == GUESTS && to == SERVERS
                        && etherType == 0x0800 && sourceHigh == 0 && sourceLow == CLIENT.low() && destinationHigh == 0
                        && destinationLow == SERVER.low() && (protocol == IpProtocol.UDP && port == 53
                                || protocol == IpProtocol.ICMP && port == Icmp.ECHO_REQUEST));
        bed.forth(Packet.udp(CLIENT, 9, SERVER, 53));
        bed.forth(Packet.icmp(CLIENT, SERVER, Icmp.ECHO_REQUEST, 1, new byte[8]));
        for (int change = 0; change < 3; change++) {
            bed.adopt(exactly);
            assertThat(bed.back(Packet.udp(SERVER, 53, CLIENT, 9))).isEqualTo(ALLOW);
            assertThat(bed.back(Packet.icmp(SERVER, CLIENT, Icmp.ECHO_REPLY, 1, new byte[8]))).isEqualTo(ALLOW);
        }
    }

    @Test
    void shouldKeepWhatAPolicyKeeps() {
        bed.adopt(Bed.saying(PolicyDecision.allowedBy(5) | PolicyDecision.KEEP_ESTABLISHED));
        bed.forth(Packet.udp(CLIENT, 9, SERVER, 53));
        bed.adopt(Bed.NOTHING);

        assertThat(bed.back(Packet.udp(SERVER, 53, CLIENT, 9))).isEqualTo(ALLOW);
        assertThat(PolicyDecision.policy(bed.tracker.decision())).isEqualTo(5);
        assertThat(bed.forth(Packet.udp(CLIENT, 10, SERVER, 53))).isEqualTo(ZONE_DENIED);
    }

    @Test
    void shouldLetGoOfConnectionsThatAreToBeStateless() {
        bed.forth(Packet.udp(CLIENT, 9, SERVER, 53));
        bed.adopt(Bed.saying(PolicyDecision.allowedBy(3) | PolicyDecision.STATELESS));

        assertThat(bed.back(Packet.udp(SERVER, 53, CLIENT, 9))).isEqualTo(ZONE_DENIED);
        assertThat(bed.table.size()).isZero();
    }
}
