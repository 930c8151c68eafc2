package net.weft.zone.track;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static net.weft.packet.Tcp.ACK;
import static net.weft.packet.Tcp.FIN;
import static net.weft.packet.Tcp.RST;
import static net.weft.packet.Tcp.SYN;
import static net.weft.zone.ZoneVerdict.ALLOW;
import static net.weft.zone.ZoneVerdict.INVALID_STATE;
import static net.weft.zone.ZoneVerdict.ZONE_DENIED;
import static org.assertj.core.api.Assertions.assertThat;

import net.weft.zone.PolicyDecision;
import net.weft.zone.Timeouts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TcpTrackingTest {
    /** Window scale 7, padded. */
    private static final String SCALE_7 = "03030701";
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
    void shouldFollowAConnectionFromBeginningToEnd() {
        bed.forth(SYN, 99, 0);
        assertState("syn-sent");
        bed.back(SYN | ACK, 499, 100);
        assertState("syn-received");
        bed.forth(ACK, 100, 500);
        assertState("established");
        assertThat(bed.forth(ACK, 100, 500, 1000, 300, "")).isEqualTo(ALLOW);
        assertThat(bed.back(ACK, 500, 400, 1000, 1000, "")).isEqualTo(ALLOW);
        assertThat(bed.forth(FIN | ACK, 400, 1500)).isEqualTo(ALLOW);
        assertState("half-closed");
        assertThat(bed.back(ACK, 1500, 401, 1000, 200, "")).as("half open").isEqualTo(ALLOW);
        assertThat(bed.back(FIN | ACK, 1700, 401)).isEqualTo(ALLOW);
        assertState("closing");
        assertThat(bed.forth(ACK, 401, 1701)).isEqualTo(ALLOW);
        assertState("closed");
        assertThat(bed.back(FIN | ACK, 1700, 401)).as("sent again").isEqualTo(ALLOW);
        bed.at(bed.nowSeconds + Timeouts.DEFAULT.tcpClosing());
        assertThat(bed.forth(ACK, 401, 1701)).isEqualTo(INVALID_STATE);
    }

    @Test
    void shouldCountPacketsAndBytes() {
        open();
        bed.back(ACK, 500, 100, 1000, 100, "");

        ConnectionRow row = bed.rows().getFirst();
        assertThat(row.packets()).isEqualTo(2);
        assertThat(row.bytes()).isEqualTo(2 * 54);
        assertThat(row.replyPackets()).isEqualTo(2);
        assertThat(row.replyBytes()).isEqualTo(2 * 54 + 100);
    }

    @Test
    void shouldCountBeyond32Bits() {
        open();
        long counter = bed.table.counter(0, bed.rows().getFirst().sourceLow() < bed.rows().getFirst().destinationLow()
                ? 0
                : 1);
        bed.memory.set(JAVA_INT, counter, -1);

        bed.forth(ACK, 100, 500);
        bed.forth(ACK, 100, 500);

        assertThat(bed.rows().getFirst().packets()).isEqualTo((1L << 32) + 1);
        assertThat(bed.rows().getFirst().bytes()).isEqualTo(4 * 54);
    }

    @Test
    void shouldNotBeginInTheMiddle() {
        assertThat(bed.forth(ACK, 100, 500)).isEqualTo(INVALID_STATE);
        assertThat(bed.forth(SYN | ACK, 100, 500)).isEqualTo(INVALID_STATE);
        assertThat(bed.forth(RST, 100, 0)).isEqualTo(INVALID_STATE);
        assertThat(bed.back(SYN, 100, 0)).isEqualTo(ZONE_DENIED);
        assertThat(bed.table.size()).isZero();
    }

    @Test
    void shouldRefuseAnAnswerToWhatWasNotSent() {
        bed.forth(SYN, 99, 0);

        assertThat(bed.back(SYN | ACK, 499, 101)).isEqualTo(INVALID_STATE);
        assertThat(bed.back(SYN | ACK, 499, 100 - 70_000)).isEqualTo(INVALID_STATE);
        assertThat(bed.back(ACK, 499, 100, 1000, 1, "")).as("data").isEqualTo(INVALID_STATE);
        assertThat(bed.back(RST | ACK, 0, 101)).isEqualTo(INVALID_STATE);
        assertThat(bed.back(RST, 0, 100)).isEqualTo(INVALID_STATE);
        assertThat(bed.forth(ACK, 100, 500)).as("no SYN came back").isEqualTo(INVALID_STATE);
        assertState("syn-sent");
    }

    @Test
    void shouldRefuseWhatNoWindowAllows() {
        open();
        assertThat(bed.forth(ACK, 100, 500, 1000, 1000, "")).as("to the edge").isEqualTo(ALLOW);
        assertThat(bed.forth(ACK, 1100, 500, 1000, 2, "")).as("beyond").isEqualTo(INVALID_STATE);
        assertThat(bed.forth(ACK, 1100 - 1001, 500)).as("older than a window").isEqualTo(INVALID_STATE);
        assertThat(bed.forth(ACK, 100 + 0x4000_0000, 500)).as("a guess").isEqualTo(INVALID_STATE);
        assertThat(bed.back(ACK, 500, 1101)).as("acknowledges what was not sent").isEqualTo(INVALID_STATE);
        assertThat(bed.back(ACK, 500, 1100 - 70_000)).as("acknowledges the past").isEqualTo(INVALID_STATE);
        assertThat(bed.back(ACK, 500, 1100)).isEqualTo(ALLOW);
        assertThat(bed.forth(ACK, 1100, 500, 1000, 1000, "")).as("the next window").isEqualTo(ALLOW);
    }

    @Test
    void shouldAllowForLossAndProbes() {
        open();
        bed.forth(ACK, 100, 500, 1000, 400, "");
        bed.forth(ACK, 700, 500, 1000, 300, "");
        assertThat(bed.forth(ACK, 500, 500, 1000, 200, "")).as("fills a gap").isEqualTo(ALLOW);
        assertThat(bed.forth(ACK, 100, 500, 1000, 400, "")).as("sent again").isEqualTo(ALLOW);
        assertThat(bed.back(ACK, 500, 100)).as("a duplicate acknowledgment").isEqualTo(ALLOW);
        assertThat(bed.back(ACK, 500, 1000)).isEqualTo(ALLOW);
        assertThat(bed.forth(ACK, 999, 500)).as("keep-alive").isEqualTo(ALLOW);
        assertThat(bed.forth(ACK, 999, 500, 1000, 1, "")).as("keep-alive with a byte").isEqualTo(ALLOW);
    }

    @Test
    void shouldAllowAProbeOfAClosedWindow() {
        open();
        bed.forth(ACK, 100, 500, 1000, 1000, "");
        bed.back(ACK, 500, 1100, 0, 0, "");

        assertThat(bed.forth(ACK, 1100, 500, 1000, 1, "")).isEqualTo(ALLOW);
        assertThat(bed.forth(ACK, 1100, 500, 1000, 100, "")).isEqualTo(INVALID_STATE);
    }

    @Test
    void shouldScaleWindowsWhenBothSynsSaySo() {
        bed.forth(SYN, 99, 0, 1000, 0, SCALE_7);
        bed.back(SYN | ACK, 499, 100, 1000, 0, SCALE_7);
        bed.forth(ACK, 100, 500);
        assertThat(bed.forth(ACK, 100, 500, 1000, 1001, "")).as("the SYN's window is not scaled").isEqualTo(ALLOW);
        bed.back(ACK, 500, 1101);
        assertThat(bed.forth(ACK, 1101, 500, 1000, 62_000, "")).as("a super-frame").isEqualTo(ALLOW);
        assertThat(bed.forth(ACK, 63_101, 500, 1000, 62_000, "")).isEqualTo(ALLOW);
        assertThat(bed.forth(ACK, 125_101, 500, 1000, 4_002, "")).as("1000 << 7").isEqualTo(INVALID_STATE);
        assertThat(bed.forth(ACK, 125_101, 500, 1000, 4_000, "")).isEqualTo(ALLOW);
    }

    @Test
    void shouldNotScaleWhenOneSynDoesNotSaySo() {
        bed.forth(SYN, 99, 0, 1000, 0, SCALE_7);
        bed.back(SYN | ACK, 499, 100);
        bed.forth(ACK, 100, 500);
        bed.back(ACK, 500, 100);

        assertThat(bed.forth(ACK, 100, 500, 1000, 1002, "")).isEqualTo(INVALID_STATE);
        assertThat(bed.forth(ACK, 100, 500, 1000, 1000, "")).isEqualTo(ALLOW);
    }

    @Test
    void shouldCountModulo32Bits() {
        bed.forth(SYN, -2, 0);
        bed.back(SYN | ACK, 0x7fff_fffe, -1);
        bed.forth(ACK, -1, 0x7fff_ffff);
        assertThat(bed.forth(ACK, -1, 0x7fff_ffff, 1000, 500, "")).isEqualTo(ALLOW);
        assertThat(bed.back(ACK, 0x7fff_ffff, 499, 1000, 500, "")).isEqualTo(ALLOW);
        assertThat(bed.forth(ACK, 499, 0x7fff_ffff + 500)).isEqualTo(ALLOW);
        assertThat(bed.forth(ACK, 499, 0x7fff_ffff + 501)).isEqualTo(INVALID_STATE);
    }

    @Test
    void shouldAllowDataInASyn() {
        bed.forth(SYN, 99, 0, 1000, 200, "");
        assertThat(bed.back(SYN | ACK, 499, 100)).as("not taken").isEqualTo(ALLOW);
        assertThat(bed.forth(ACK, 100, 500, 1000, 200, "")).isEqualTo(ALLOW);
        assertThat(bed.back(ACK, 500, 300)).isEqualTo(ALLOW);
    }

    @Test
    void shouldAllowSynsAgain() {
        assertThat(bed.forth(SYN, 99, 0)).isEqualTo(ALLOW);
        assertThat(bed.forth(SYN, 99, 0)).isEqualTo(ALLOW);
        assertThat(bed.forth(SYN, 7099, 0)).as("from elsewhere").isEqualTo(ALLOW);
        assertThat(bed.back(SYN | ACK, 499, 7099)).as("an answer to neither").isEqualTo(INVALID_STATE);
        assertThat(bed.back(SYN | ACK, 499, 7100)).isEqualTo(ALLOW);
        assertThat(bed.back(SYN | ACK, 499, 7100)).isEqualTo(ALLOW);
        assertThat(bed.back(SYN | ACK, 8499, 7100)).as("a cookie of another minute").isEqualTo(ALLOW);
        assertThat(bed.forth(SYN, 7099, 0)).isEqualTo(ALLOW);
        assertThat(bed.forth(ACK, 7100, 8500)).isEqualTo(ALLOW);
        assertState("established");
        assertThat(bed.back(SYN, 1, 0)).as("nobody asked the server to open").isEqualTo(INVALID_STATE);
    }

    @Test
    void shouldOpenFromBothSidesAtOnce() {
        bed.forth(SYN, 99, 0);
        assertThat(bed.back(SYN, 499, 0)).isEqualTo(ALLOW);
        assertThat(bed.forth(SYN | ACK, 99, 500)).isEqualTo(ALLOW);
        assertThat(bed.back(SYN | ACK, 499, 100)).isEqualTo(ALLOW);
        assertState("established");
        assertThat(bed.forth(ACK, 100, 500, 1000, 1000, "")).isEqualTo(ALLOW);
        assertThat(bed.back(ACK, 500, 1100, 1000, 1000, "")).isEqualTo(ALLOW);
    }

    /** RFC 9293, 3.5.1: the client has forgotten a connection that the server still has. */
    @Test
    void shouldLetHalfOpenConnectionsBeFoundOut() {
        open();
        assertThat(bed.forth(SYN, 70_000, 0)).isEqualTo(ALLOW);
        assertThat(bed.back(ACK, 500, 100)).isEqualTo(ALLOW);
        assertThat(bed.forth(RST, 100, 0)).isEqualTo(ALLOW);
        assertThat(bed.forth(SYN, 70_000, 0)).isEqualTo(ALLOW);
        assertThat(bed.tracker.state()).isEqualTo(PacketState.NEW);
    }

    /** The server has forgotten it too, and has another number for the client's next. */
    @Test
    void shouldLetAConnectionBeginAnewThatBothSidesHaveForgotten() {
        open();
        assertThat(bed.back(SYN | ACK, 3_000_000, 70_001)).as("nobody asked").isEqualTo(INVALID_STATE);
        assertThat(bed.forth(SYN, 70_000, 0)).isEqualTo(ALLOW);
        assertThat(bed.back(SYN | ACK, 3_000_000, 70_002)).as("an answer to another").isEqualTo(INVALID_STATE);
        assertState("established");

        bed.back(SYN | ACK, 3_000_000, 70_001);
        assertThat(bed.forth(SYN, 70_000, 0)).as("sent again").isEqualTo(ALLOW);
        assertThat(bed.back(SYN | ACK, 3_000_000, 70_001)).isEqualTo(ALLOW);
        assertThat(bed.forth(ACK, 70_001, 3_000_001)).isEqualTo(ALLOW);
        assertState("established");
    }

    @Test
    void shouldLetTheRefusalPassOfAServerThatHasForgottenTheConnection() {
        open();
        assertThat(bed.back(RST | ACK, 0, 70_001)).as("nobody asked").isEqualTo(INVALID_STATE);
        assertThat(bed.forth(SYN, 70_000, 0)).isEqualTo(ALLOW);

        assertThat(bed.back(RST | ACK, 0, 70_001)).isEqualTo(ALLOW);
        assertState("closed");
    }

    /** The same, when this table has forgotten it too. */
    @Test
    void shouldLetAStrayAcknowledgmentAnswerASyn() {
        bed.forth(SYN, 70_000, 0);
        assertThat(bed.back(ACK, 500, 100)).isEqualTo(ALLOW);
        assertThat(bed.forth(RST, 100, 0)).isEqualTo(ALLOW);
        assertState("syn-sent");
        assertThat(bed.forth(SYN, 70_000, 0)).isEqualTo(ALLOW);
        assertThat(bed.back(SYN | ACK, 900, 70_001)).isEqualTo(ALLOW);
    }

    @Test
    void shouldTakeARefusal() {
        bed.forth(SYN, 99, 0);
        assertThat(bed.back(RST | ACK, 0, 100)).isEqualTo(ALLOW);
        assertState("closed");
        assertThat(bed.forth(SYN, 5099, 0)).isEqualTo(ALLOW);
        assertThat(bed.tracker.state()).isEqualTo(PacketState.NEW);
        assertState("syn-sent");
    }

    /** Who has reset does not go on: so it was not he, or the other has not believed it (RFC 5961, 3). */
    @Test
    void shouldNotBelieveAResetThatItsSenderContradicts() {
        open();
        bed.back(ACK, 500, 100, 1000, 200, "");
        bed.back(RST, 700, 0);
        assertState("closed");
        bed.forth(ACK, 100, 500);
        assertState("closed");
        assertThat(bed.back(ACK, 700, 100, 1000, 100, "")).isEqualTo(ALLOW);
        assertState("established");
    }

    @Test
    void shouldJudgeANewConnectionOfAnOldTupleByPolicies() {
        open();
        bed.back(RST, 500, 0);
        assertThat(bed.back(SYN, 5000, 0)).as("the server may not open").isEqualTo(ZONE_DENIED);
        assertThat(bed.forth(SYN, 5000, 0)).isEqualTo(ALLOW);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldPickUpInTheMiddleWhereAPolicySaysSo(boolean serverFirst) {
        bed.adopt(Bed.saying(PolicyDecision.allowedBy(1) | PolicyDecision.MIDSTREAM));
        assertThat(serverFirst ? bed.back(ACK, 500, 100, 60_000, 1000, "") : bed.forth(ACK, 100, 500, 60_000, 0, ""))
                .isEqualTo(ALLOW);
        assertThat(bed.tracker.state()).isEqualTo(PacketState.NEW);
        assertState("picked-up");
        assertThat(bed.rows().getFirst().destinationPort()).as("the server's").isEqualTo(80);
        assertThat(serverFirst ? bed.forth(ACK, 100, 1500) : bed.back(ACK, 500, 100, 60_000, 1000, ""))
                .isEqualTo(ALLOW);
        assertState("established");
        assertThat(bed.forth(ACK, 100, 1500, 60_000, 1000, "")).isEqualTo(ALLOW);
        assertThat(bed.back(ACK, 1500, 5000)).as("acknowledges what was sent before").isEqualTo(ALLOW);
        assertThat(bed.forth(ACK, 0x7000_0000, 1500)).as("far away").isEqualTo(INVALID_STATE);
    }

    @Test
    void shouldPickUpForAWhileAfterALoss() {
        Bed cold = new Bed(100, 30);
        cold.at(cold.nowSeconds + 29);
        assertThat(cold.back(SYN | ACK, 499, 100)).isEqualTo(ZONE_DENIED);
        assertThat(cold.forth(RST | ACK, 100, 500)).isEqualTo(INVALID_STATE);
        assertThat(cold.back(ACK, 500, 100)).isEqualTo(ALLOW);
        cold.tracker.sweep(100);
        cold.at(cold.nowSeconds + 1);
        assertThat(cold.forth(ACK, 100, 500)).as("picked up before").isEqualTo(ALLOW);
        assertThat(cold.forth(Packet.tcp(Bed.CLIENT, 4001, Bed.SERVER, 80, ACK, 1, 1))).isEqualTo(INVALID_STATE);
    }

    @Test
    void shouldAllowForFragmentsItSeesTheFirstOfOnly() {
        open();
        byte[] first = Packet.tcp(Bed.CLIENT, 4000, Bed.SERVER, 80, ACK, 100, 500, 1000, 100, "").frame();
        first[14 + 6] = 0x20;
        assertThat(Packet.evaluate(bed.tracker, first, 10, Bed.GUESTS, Bed.SERVERS, 1)).isEqualTo(ALLOW);
        assertThat(bed.back(ACK, 500, 900)).as("acknowledges the others too").isEqualTo(ALLOW);
    }

    @Test
    void shouldForgetByState() {
        Timeouts timeouts = Timeouts.DEFAULT;
        bed.forth(SYN, 99, 0);
        bed.at(bed.nowSeconds + timeouts.tcpOpening());
        assertThat(bed.back(SYN | ACK, 499, 100)).isEqualTo(ZONE_DENIED);
        open();
        bed.at(bed.nowSeconds + timeouts.tcpEstablished() - 1);
        assertThat(bed.back(ACK, 500, 100)).isEqualTo(ALLOW);
        bed.forth(FIN | ACK, 100, 500);
        bed.at(bed.nowSeconds + timeouts.tcpHalfClosed() - 1);
        assertThat(bed.back(ACK, 500, 101, 1000, 10, "")).as("half-closed").isEqualTo(ALLOW);
        bed.back(FIN | ACK, 510, 101);
        bed.at(bed.nowSeconds + timeouts.tcpClosing());
        assertThat(bed.tracker.sweep(1000)).isOne();
    }
}
