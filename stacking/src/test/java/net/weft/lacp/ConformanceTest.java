package net.weft.lacp;

import static net.weft.lacp.LagBench.AGREEING;
import static net.weft.lacp.LagBench.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.weft.packet.MacAddress;
import org.junit.jupiter.api.Test;

/** What IEEE 802.1AX-2014, clauses 6.4 and 6.5, asks of one system, case by case. */
class ConformanceTest {
    private static final int IN_SYNC = PortState.SYNCHRONIZATION;

    private static LagBench with(LacpMode mode, LacpRate rate, MuxControl control, int legs) {
        return new LagBench(
                LagConfig.of("po1", LagBench.KEY, List.of()).withMode(mode).withRate(rate).withControl(control),
                legs).up();
    }

    private static LagBench working(int legs) {
        LagBench bench = LagBench.active(legs).up();
        bench.agree(4, legs == 1 ? new int[]{1} : new int[]{1, 2});
        assertThat(bench.distributing).hasSize(legs);
        return bench;
    }

    @Test
    void shouldBeExpiredForThreeSecondsAndThenDefaulted_6_4_12() {
        LagBench bench = LagBench.active(1).up();
        assertThat(bench.machines(1).receive.state()).isEqualTo(ReceiveMachine.State.EXPIRED);
        bench.pass(3 * SECOND - 1);
        assertThat(bench.machines(1).receive.state()).isEqualTo(ReceiveMachine.State.EXPIRED);
        bench.pass(1);
        assertThat(bench.machines(1).receive.state()).isEqualTo(ReceiveMachine.State.DEFAULTED);
        assertThat(bench.view(1).actor().has(PortState.DEFAULTED)).isTrue();
        assertThat(bench.state(1)).isEqualTo(LegState.INDIVIDUAL);
    }

    @Test
    void shouldExpireAfterThreeSecondsAtFastAndNinetyAtSlowRate_6_4_12() {
        for (LacpRate rate : LacpRate.values()) {
            LagBench bench = with(LacpMode.ACTIVE, rate, MuxControl.INDEPENDENT, 1);
            bench.hear(1, AGREEING);
            long timeout = (rate == LacpRate.FAST ? 3 : 90) * SECOND;
            bench.pass(timeout - 1);
            assertThat(bench.machines(1).receive.state()).isEqualTo(ReceiveMachine.State.CURRENT);
            bench.pass(1);
            assertThat(bench.machines(1).receive.state()).isEqualTo(ReceiveMachine.State.EXPIRED);
            assertThat(bench.distributing).isEmpty();
            bench.pass(3 * SECOND);
            assertThat(bench.machines(1).receive.state()).isEqualTo(ReceiveMachine.State.DEFAULTED);
        }
    }

    @Test
    void shouldSendFastAfterExpiryWhateverThePartnerAskedFor_6_4_12() {
        LagBench bench = LagBench.active(1).up();
        bench.hear(1, AGREEING);
        bench.pass(90 * SECOND);
        bench.forget();
        bench.pass(3 * SECOND - 1);
        assertThat(bench.sent(1)).hasSize(2);
    }

    @Test
    void shouldReadHigherVersionsUnknownTypesAndReservedFieldsAsVersionOne_6_4_12() {
        LagBench bench = LagBench.active(1).up();
        byte[] frame = SlowFrames.write(new Lacpdu(LagBench.partnerOf(1, AGREEING), bench.view(1).actor(), 0),
                new MacAddress(2));
        frame[15] = (byte) 0xff;
        frame[16] = 99;
        frame[36] = 98;
        frame[33] = frame[34] = frame[35] = frame[53] = 0x55;
        frame[56] = 77;
        frame[57] = 3;
        for (int i = 60; i < frame.length; i++) {
            frame[i] = (byte) 0xa5;
        }
        bench.deliver(1, frame);
        assertThat(bench.machines(1).receive.state()).isEqualTo(ReceiveMachine.State.CURRENT);
        assertThat(bench.view(1).partner()).isEqualTo(LagBench.partnerOf(1, AGREEING));
        assertThat(bench.view(1).faults()).isEmpty();
    }

    @Test
    void shouldIgnoreLacpdusWhileThePortIsDisabled_6_4_12() {
        LagBench bench = LagBench.active(1);
        bench.hear(1, AGREEING);
        assertThat(bench.machines(1).receive.state()).isEqualTo(ReceiveMachine.State.PORT_DISABLED);
        assertThat(bench.view(1).faults()).containsEntry(PduFault.NOT_ENABLED, 1L);
    }

    @Test
    void shouldNotBeInSyncWithAPartnerThatMeansAnotherPort_6_4_9() {
        LagBench bench = LagBench.active(1).up();
        PortInfo me = bench.view(1).actor();
        bench.hear(1, LagBench.partnerOf(1, AGREEING),
                new PortInfo(me.system(), me.key(), me.portPriority(), 2, me.state()));
        assertThat(bench.view(1).partner().has(IN_SYNC)).isFalse();
        bench.hear(1, AGREEING);
        assertThat(bench.view(1).partner().has(IN_SYNC)).isTrue();
    }

    @Test
    void shouldBeInSyncWithAnIndividualWhateverItBelieves_6_4_9() {
        LagBench bench = LagBench.active(1).up();
        bench.hear(1, LagBench.partnerOf(1, PortState.ACTIVITY | IN_SYNC), PortInfo.UNKNOWN);
        assertThat(bench.view(1).partner().has(IN_SYNC)).isTrue();
    }

    @Test
    void shouldNotBeInSyncWhenNobodyKeepsTheLinkAlive_6_4_9() {
        LagBench bench = with(LacpMode.PASSIVE, LacpRate.SLOW, MuxControl.INDEPENDENT, 1);
        bench.hear(1, AGREEING & ~PortState.ACTIVITY);
        assertThat(bench.view(1).partner().has(IN_SYNC)).isFalse();
        bench.hear(1, AGREEING);
        assertThat(bench.view(1).partner().has(IN_SYNC)).isTrue();
    }

    @Test
    void shouldDetachWhenThePartnersGroupChanges_6_4_9() {
        PortInfo before = LagBench.partnerOf(1, AGREEING);
        List<PortInfo> changes = List.of(
                new PortInfo(new SystemId(101, before.system().mac()), 7, 5, 101, AGREEING),
                new PortInfo(new SystemId(100, new MacAddress(0x0c)), 7, 5, 101, AGREEING),
                new PortInfo(before.system(), 8, 5, 101, AGREEING), before.with(PortState.AGGREGATION, false));
        for (PortInfo change : changes) {
            LagBench bench = working(1);
            bench.forget();
            bench.hear(1, change, bench.view(1).actor());
            assertThat(bench.calls).as("%s", change).containsExactly("distributing 1 false", "collecting 1 false",
                    "send 1");
            bench.pass(2 * SECOND - 1);
            assertThat(bench.state(1)).isEqualTo(LegState.STANDBY);
            bench.pass(1);
            assertThat(bench.state(1)).isEqualTo(LegState.DISTRIBUTING);
        }
    }

    @Test
    void shouldRejoinAtOnceWhenOnlyThePartnersPortChanges_6_4_9() {
        PortInfo before = LagBench.partnerOf(1, AGREEING);
        for (PortInfo change : List.of(new PortInfo(before.system(), 7, 6, 101, AGREEING),
                new PortInfo(before.system(), 7, 5, 102, AGREEING))) {
            LagBench bench = working(1);
            bench.forget();
            bench.hear(1, change, bench.view(1).actor());
            assertThat(bench.state(1)).isEqualTo(LegState.DISTRIBUTING);
            assertThat(bench.lastSent(1).partner()).isEqualTo(change);
        }
    }

    @Test
    void shouldAnswerAtOnceAPartnerThatBelievesSomethingElse_6_4_9() {
        for (int bit : new int[]{PortState.ACTIVITY, PortState.SHORT_TIMEOUT, IN_SYNC, PortState.AGGREGATION}) {
            LagBench bench = working(1);
            bench.forget();
            PortInfo me = bench.view(1).actor();
            bench.hear(1, LagBench.partnerOf(1, AGREEING), me.withState(me.state() ^ bit));
            assertThat(bench.sent(1)).as("bit %x", bit).hasSize(1);
        }
        LagBench bench = working(1);
        bench.forget();
        PortInfo me = bench.view(1).actor();
        bench.hear(1, LagBench.partnerOf(1, AGREEING), me.withState(me.state() ^ PortState.COLLECTING));
        assertThat(bench.sent(1)).as("Collecting is no reason").isEmpty();
    }

    @Test
    void shouldBeSilentWhenBothArePassive_6_4_13() {
        LagBench bench = with(LacpMode.PASSIVE, LacpRate.FAST, MuxControl.INDEPENDENT, 1);
        bench.pass(60 * SECOND);
        bench.hear(1, AGREEING & ~PortState.ACTIVITY);
        bench.pass(2 * SECOND);
        assertThat(bench.sent(1)).isEmpty();
        bench.hear(1, AGREEING);
        bench.pass(SECOND);
        assertThat(bench.sent(1)).isNotEmpty();
    }

    @Test
    void shouldSendOncePerSecondToAShortAndOncePerThirtyToALongTimeout_6_4_13() {
        LagBench bench = working(1);
        bench.forget();
        for (int i = 0; i < 30; i++) {
            bench.hear(1, AGREEING | PortState.SHORT_TIMEOUT);
            bench.pass(SECOND);
        }
        assertThat(bench.sent(1)).hasSizeBetween(30, 31);
        bench.hear(1, AGREEING);
        bench.forget();
        bench.pass(89 * SECOND);
        assertThat(bench.sent(1)).hasSizeBetween(2, 3);
    }

    @Test
    void shouldSendAtOnceWhenThePartnerTurnsToAShortTimeout_6_4_13() {
        LagBench bench = working(1);
        bench.pass(2 * SECOND);
        bench.forget();
        bench.hear(1, AGREEING | PortState.SHORT_TIMEOUT);
        assertThat(bench.sent(1)).hasSize(1);
    }

    @Test
    void shouldWaitTwoSecondsForOtherLegsAndAttachTogether_6_4_15() {
        LagBench bench = LagBench.active(2).up();
        bench.hear(1, AGREEING);
        bench.pass(SECOND);
        bench.hear(2, AGREEING);
        bench.pass(2 * SECOND - 1);
        assertThat(bench.view(1).actor().has(IN_SYNC)).isFalse();
        bench.pass(1);
        assertThat(bench.view(1).actor().has(IN_SYNC)).isTrue();
        assertThat(bench.view(2).actor().has(IN_SYNC)).isTrue();
    }

    @Test
    void shouldCollectBeforeItDistributesUnderIndependentControl_6_4_15() {
        LagBench bench = LagBench.active(1).up();
        bench.hear(1, AGREEING & ~PortState.COLLECTING & ~PortState.DISTRIBUTING);
        bench.pass(3 * SECOND);
        assertThat(bench.state(1)).isEqualTo(LegState.COLLECTING);
        assertThat(bench.lastSent(1).actor().state() & 0x38).isEqualTo(IN_SYNC | PortState.COLLECTING);
        bench.hear(1, AGREEING & ~PortState.DISTRIBUTING);
        assertThat(bench.state(1)).isEqualTo(LegState.DISTRIBUTING);
        bench.hear(1, AGREEING & ~PortState.COLLECTING);
        assertThat(bench.state(1)).isEqualTo(LegState.COLLECTING);
        bench.hear(1, AGREEING & ~IN_SYNC);
        assertThat(bench.state(1)).isEqualTo(LegState.ATTACHED);
    }

    @Test
    void shouldCollectAndDistributeTogetherUnderCoupledControl_6_4_15() {
        LagBench bench = with(LacpMode.ACTIVE, LacpRate.SLOW, MuxControl.COUPLED, 1);
        bench.hear(1, AGREEING & ~PortState.COLLECTING & ~PortState.DISTRIBUTING);
        bench.pass(3 * SECOND);
        assertThat(bench.state(1)).isEqualTo(LegState.DISTRIBUTING);
        assertThat(bench.lastSent(1).actor().state() & 0x38).isEqualTo(0x38);
        bench.hear(1, AGREEING & ~IN_SYNC);
        assertThat(bench.state(1)).isEqualTo(LegState.ATTACHED);
        assertThat(bench.lastSent(1).actor().state() & 0x38).isEqualTo(IN_SYNC);
    }

    @Test
    void shouldStopTheDataPathBeforeTheLacpduAndStartItBefore_6_4_15() {
        LagBench bench = working(1);
        assertThat(bench.calls.subList(bench.calls.indexOf("collecting 1 true"), bench.calls.size()))
                .startsWith("collecting 1 true", "distributing 1 true", "send 1");
        bench.forget();
        bench.hear(1, AGREEING & ~IN_SYNC);
        assertThat(bench.calls).containsExactly("distributing 1 false", "collecting 1 false", "send 1");
    }

    @Test
    void shouldSendAtMostThreeLacpdusInAnySecond_6_4_16() {
        LagBench bench = working(1);
        bench.pass(2 * SECOND);
        bench.forget();
        for (int i = 0; i < 10; i++) {
            bench.hear(1, LagBench.partnerOf(1, AGREEING), PortInfo.UNKNOWN);
        }
        assertThat(bench.sent(1)).hasSize(3);
        bench.pass(SECOND - 1);
        assertThat(bench.sent(1)).hasSize(3);
        bench.pass(1);
        assertThat(bench.sent(1)).as("what was held back").hasSize(4);
    }

    @Test
    void shouldReportChurnAfterSixtySeconds_6_4_17() {
        LagBench bench = LagBench.active(1).up();
        for (int i = 0; i < 59; i++) {
            bench.hear(1, AGREEING & ~IN_SYNC);
            bench.pass(SECOND);
        }
        assertThat(bench.view(1).partnerChurn()).isFalse();
        bench.hear(1, AGREEING & ~IN_SYNC);
        bench.pass(SECOND);
        assertThat(bench.view(1).partnerChurn()).isTrue();
        assertThat(bench.view(1).actorChurn()).isFalse();
        assertThat(bench.events).anyMatch(event -> event.kind() == LagEvent.Kind.LEG_CHURN);
        bench.hear(1, AGREEING);
        assertThat(bench.view(1).partnerChurn()).isFalse();
    }

    @Test
    void shouldAnswerMarkersWithTheirOwnFields_6_5_4() {
        LagBench bench = working(1);
        bench.forget();
        Marker marker = new Marker(false, 7, new MacAddress(0x0b), 0xdead_beef);
        bench.deliver(1, SlowFrames.write(marker, new MacAddress(2)));
        byte[] expected = SlowFrames.write(new Marker(true, 7, new MacAddress(0x0b), 0xdead_beef),
                bench.config.legs().getFirst().mac());
        assertThat(bench.sent(1)).hasSize(1).first().isEqualTo(expected);
    }

    @Test
    void shouldReportTheAnswerToItsOwnMarkerOnly_6_5_4() {
        LagBench bench = working(1);
        bench.aggregation.sendMarker(1, 42);
        bench.deliver(1, SlowFrames.write(new Marker(true, 1, LagBench.SYSTEM, 42), new MacAddress(2)));
        bench.deliver(1, SlowFrames.write(new Marker(true, 1, new MacAddress(0x0b), 43), new MacAddress(2)));
        bench.deliver(1, SlowFrames.write(new Marker(true, 2, LagBench.SYSTEM, 44), new MacAddress(2)));
        assertThat(bench.answered).containsExactly(42);
    }

    @Test
    void shouldForgetAPartnerThatMovedToAnotherPort_6_4_8() {
        LagBench bench = working(2);
        bench.aggregation.carrier(1, false, bench.now);
        bench.hear(2, LagBench.partnerOf(1, AGREEING), bench.view(2).actor());
        assertThat(bench.view(1).partner()).isEqualTo(PortInfo.UNKNOWN);
        assertThat(bench.machines(1).receive.state()).isEqualTo(ReceiveMachine.State.PORT_DISABLED);
    }
}
