package net.weft.zone.track;

import static net.weft.packet.Tcp.ACK;
import static net.weft.packet.Tcp.FIN;
import static net.weft.packet.Tcp.RST;
import static net.weft.packet.Tcp.SYN;
import static net.weft.zone.ZoneVerdict.ALLOW;
import static net.weft.zone.ZoneVerdict.INVALID_STATE;
import static org.assertj.core.api.Assertions.assertThat;

import net.weft.zone.PolicyDecision;
import org.junit.jupiter.api.Test;

/** Segments that come again, late, or out of a forgotten past: what they may change (RFC 9293, 3.10; RFC 5961, 3; RFC 7413). */
class TcpResetsTest {
    private final Bed bed = new Bed();

    /** Client at 100, server at 500, windows of 1000. */
    private void open() {
        assertThat(bed.forth(SYN, 99, 0)).isEqualTo(ALLOW);
        assertThat(bed.back(SYN | ACK, 499, 100)).isEqualTo(ALLOW);
        assertThat(bed.forth(ACK, 100, 500)).isEqualTo(ALLOW);
    }

    private void assertState(String label) {
        assertThat(bed.rows()).singleElement().extracting(ConnectionRow::state).isEqualTo(label);
    }

    @Test
    void shouldTakeResetsWithinTheWindowOnly() {
        open();
        assertThat(bed.back(RST, 500 + 1002, 0)).isEqualTo(INVALID_STATE);
        assertThat(bed.back(RST, 500 - 1001, 0)).isEqualTo(INVALID_STATE);
        assertThat(bed.back(RST | ACK, 500, 101)).isEqualTo(INVALID_STATE);
        assertState("established");
        assertThat(bed.back(RST | ACK, 500, 100)).isEqualTo(ALLOW);
        assertState("closed");
    }

    @Test
    void shouldRefuseAResetOlderThanWhatWasAcknowledged() {
        open();
        bed.forth(ACK, 100, 500, 1000, 300, "");
        bed.back(ACK, 500, 400);
        assertThat(bed.forth(RST, 399, 0)).as("stale by a byte").isEqualTo(INVALID_STATE);
        assertThat(bed.forth(RST | ACK, 100, 500)).as("stale").isEqualTo(INVALID_STATE);
        assertThat(bed.back(RST, 499, 0)).as("the server's SYN").isEqualTo(INVALID_STATE);
        assertState("established");
        assertThat(bed.forth(RST, 400, 0)).as("exactly what is expected").isEqualTo(ALLOW);
        assertState("closed");
    }

    @Test
    void shouldLetAResetWithinTheWindowPassWithoutBelievingIt() {
        open();
        bed.forth(ACK, 100, 500, 1000, 300, "");
        assertThat(bed.forth(RST, 250, 0)).as("between acknowledged and sent").isEqualTo(ALLOW);
        assertThat(bed.forth(RST, 700, 0)).as("beyond what was sent").isEqualTo(ALLOW);
        assertState("established");
        assertThat(bed.forth(RST, 400, 0)).as("its sender's highest").isEqualTo(ALLOW);
        assertState("closed");
    }

    @Test
    void shouldNotRaiseWhatIsAcknowledgedByAnOldAcknowledgment() {
        open();
        bed.forth(ACK, 100, 500, 1000, 300, "");
        bed.back(ACK, 500, 400);
        bed.back(ACK, 500, 200);
        assertThat(bed.forth(RST, 200, 0)).isEqualTo(INVALID_STATE);
        assertState("established");
    }

    @Test
    void shouldJudgeResetsOfHalfClosedConnectionsAlike() {
        open();
        bed.forth(FIN | ACK, 100, 500);
        bed.back(ACK, 500, 101, 1000, 100, "");
        assertThat(bed.forth(RST, 100, 0)).as("its FIN was acknowledged").isEqualTo(INVALID_STATE);
        assertState("half-closed");
        assertThat(bed.forth(RST, 101, 0)).isEqualTo(ALLOW);
        assertState("closed");
    }

    @Test
    void shouldTakeAResetOfAConnectionMetInTheMiddle() {
        bed.adopt(Bed.saying(PolicyDecision.allowedBy(1) | PolicyDecision.MIDSTREAM));
        bed.forth(ACK, 5000, 500, 60_000, 100, "");
        assertThat(bed.forth(RST, 4000, 0)).as("nobody knows what was acknowledged").isEqualTo(ALLOW);
        bed.back(ACK, 500, 5100);
        assertThat(bed.forth(RST, 5099, 0)).isEqualTo(INVALID_STATE);
        assertState("established");
        assertThat(bed.forth(RST, 5100, 0)).isEqualTo(ALLOW);
        assertState("closed");
    }

    @Test
    void shouldNotBelieveAStaleRefusal() {
        bed.forth(SYN, 99, 0);
        assertThat(bed.back(RST | ACK, 0, 50)).as("of an older connection").isEqualTo(ALLOW);
        assertState("syn-sent");
        assertThat(bed.back(SYN | ACK, 499, 100)).isEqualTo(ALLOW);
        assertState("syn-received");
    }

    /** The answer to a SYN with data got lost, and the client sends it again without (RFC 7413, 4.2.2): the server acknowledges the data. */
    @Test
    void shouldOpenFastThoughTheFirstAnswerIsLost() {
        bed.forth(SYN, 99, 0, 1000, 200, "");
        assertThat(bed.forth(SYN, 99, 0)).isEqualTo(ALLOW);
        assertThat(bed.back(SYN | ACK, 499, 300)).isEqualTo(ALLOW);
        assertThat(bed.forth(ACK, 300, 500)).isEqualTo(ALLOW);
        assertState("established");
    }

    @Test
    void shouldNotOpenByAnAcknowledgmentOfWhatWasNeverSent() {
        bed.forth(SYN, 99, 0, 1000, 200, "");
        bed.forth(SYN, 99, 0);
        assertThat(bed.back(SYN | ACK, 499, 301)).isEqualTo(INVALID_STATE);
    }

    /** A server that opens fast sends data before the client's acknowledgment, and its SYN again. */
    @Test
    void shouldKeepNumbersWhenAnAnswerIsSentAgain() {
        bed.forth(SYN, 99, 0, 1000, 200, "");
        bed.back(SYN | ACK, 499, 300);
        assertThat(bed.back(ACK, 500, 300, 1000, 900, "")).isEqualTo(ALLOW);
        assertThat(bed.back(SYN | ACK, 499, 300)).isEqualTo(ALLOW);
        assertThat(bed.forth(ACK, 300, 1400)).isEqualTo(ALLOW);
        assertState("established");
    }

    @Test
    void shouldKeepTheWindowOfASynSentAgainWithASmaller() {
        bed.forth(SYN, 99, 0, 1000, 0, "");
        bed.forth(SYN, 99, 0, 10, 0, "");
        bed.back(SYN | ACK, 499, 100);
        assertThat(bed.back(ACK, 500, 100, 1000, 900, "")).as("the answer may be to the first").isEqualTo(ALLOW);
    }

    @Test
    void shouldOpenByTheAnswerToEitherSyn() {
        bed.forth(SYN, 99, 0);
        assertThat(bed.forth(SYN, 70_099, 0)).isEqualTo(ALLOW);
        assertThat(bed.back(SYN | ACK, 499, 100)).as("to the first").isEqualTo(ALLOW);
        assertThat(bed.forth(ACK, 100, 500)).isEqualTo(ALLOW);
        assertState("established");
    }

    @Test
    void shouldLetASynPassALivingConnectionAndChangeNothing() {
        open();
        bed.forth(ACK, 100, 500, 1000, 300, "");
        assertThat(bed.forth(SYN, 300, 0)).as("within the window").isEqualTo(ALLOW);
        assertThat(bed.forth(SYN, 900_000, 0)).as("far away").isEqualTo(ALLOW);
        assertThat(bed.tracker.state()).isEqualTo(PacketState.ESTABLISHED);
        assertState("established");
        assertThat(bed.back(ACK, 500, 400)).as("the numbers are what they were").isEqualTo(ALLOW);
        assertThat(bed.back(ACK, 500, 900_001)).isEqualTo(INVALID_STATE);
        assertThat(bed.forth(ACK, 400, 500, 1000, 100, "")).isEqualTo(ALLOW);
    }

    @Test
    void shouldLetASynPassAfterAResetThatWasNotBelieved() {
        open();
        bed.forth(RST, 700, 0);
        assertThat(bed.forth(SYN, 900_000, 0)).isEqualTo(ALLOW);
        assertThat(bed.tracker.state()).as("it does not replace the connection").isEqualTo(PacketState.ESTABLISHED);
        assertThat(bed.back(ACK, 500, 100, 1000, 100, "")).isEqualTo(ALLOW);
    }
}
