package net.weft.lacp;

import static net.weft.lacp.LagBench.AGREEING;
import static net.weft.lacp.LagBench.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.weft.packet.MacAddress;
import org.junit.jupiter.api.Test;

/** What Weft adds to the standard: one LAG of several legs, as docs/link-aggregation.md describes it. */
class LagBehaviourTest {
    private static final LagConfig SHAPE = LagConfig.of("po1", LagBench.KEY, List.of());
    private static final MacAddress OTHER = new MacAddress(0x0200_0000_000aL);

    private static LagBench working(LagConfig shape) {
        LagBench bench = new LagBench(shape, 2).up();
        bench.agree(4, 1, 2);
        assertThat(bench.distributing).containsExactly(1, 2);
        return bench;
    }

    private static PortInfo stranger(SystemId system, int leg) {
        return new PortInfo(system, 7, 5, 200 + leg, AGREEING);
    }

    @Test
    void shouldForwardByAStaticLagAsLongAsThereIsCarrier() {
        LagBench bench = new LagBench(SHAPE.withMode(LacpMode.OFF), 2).up();
        assertThat(bench.distributing).containsExactly(1, 2);
        bench.hear(1, AGREEING);
        assertThat(bench.view(1).faults()).containsEntry(PduFault.NOT_ENABLED, 1L);
        bench.pass(100 * SECOND);
        assertThat(bench.sent).isEmpty();
        bench.aggregation.carrier(1, false, bench.now);
        assertThat(bench.distributing).containsExactly(2);
        assertThat(bench.collecting).containsExactly(2);
    }

    @Test
    void shouldForwardNothingWithFewerLegsThanMinLinks() {
        LagBench bench = working(SHAPE.withMinLinks(2));
        bench.forget();
        bench.aggregation.carrier(2, false, bench.now);
        assertThat(bench.distributing).isEmpty();
        assertThat(bench.view(1).reason()).isEqualTo(Reason.MIN_LINKS);
        assertThat(bench.lastSent(1).actor().has(PortState.SYNCHRONIZATION)).as("the partner is told").isFalse();
        bench.aggregation.carrier(2, true, bench.now);
        bench.agree(2, 1, 2);
        assertThat(bench.distributing).containsExactly(1, 2);
    }

    @Test
    void shouldKeepTheIncumbentWhenAnotherSystemIsCabledToALeg() {
        LagBench bench = working(SHAPE);
        SystemId lower = new SystemId(1, OTHER);
        bench.hear(2, stranger(lower, 2), bench.view(2).actor());
        assertThat(bench.distributing).containsExactly(1);
        assertThat(bench.state(2)).isEqualTo(LegState.STANDBY);
        assertThat(bench.events.getLast().message()).contains("another system", "1/" + OTHER, "port 202");
        bench.hear(1, stranger(lower, 1), bench.view(1).actor());
        bench.pass(3 * SECOND);
        assertThat(bench.distributing).as("the incumbent has gone").containsExactly(1, 2);
    }

    /** Another member of a stack has legs of the LAG in use. */
    @Test
    void shouldStandByUnlessTheLegsLeadToTheImposedPartner() {
        LagBench bench = working(SHAPE);
        long partner = bench.aggregation.partner(LagBench.KEY);
        assertThat(partner).isNotZero();
        bench.aggregation.impose(LagBench.KEY, partner, bench.now);
        assertThat(bench.distributing).containsExactly(1, 2);
        bench.aggregation.impose(LagBench.KEY, partner + 1, bench.now);
        assertThat(bench.distributing).isEmpty();
        assertThat(bench.view(1).reason()).isEqualTo(Reason.OTHER_SYSTEM);
        bench.aggregation.impose(LagBench.KEY, 0, bench.now);
        bench.agree(4, 1, 2);
        assertThat(bench.distributing).containsExactly(1, 2);
    }

    @Test
    void shouldChooseTheLowerSystemWhenTwoAreThereFromTheBeginning() {
        LagBench bench = LagBench.active(2).up();
        bench.hear(2, stranger(new SystemId(101, OTHER), 2), bench.view(2).actor());
        bench.hear(1, AGREEING);
        bench.pass(3 * SECOND);
        assertThat(bench.distributing).containsExactly(1);
        assertThat(bench.view(2).reason()).isEqualTo(Reason.OTHER_SYSTEM);
        assertThat(bench.lag().partnerSystem()).isEqualTo(LagBench.PARTNER);
    }

    @Test
    void shouldUseOneLegOfAPartnerThatDoesNotAggregate() {
        LagBench bench = LagBench.active(2).up();
        for (int i = 0; i < 4; i++) {
            bench.hear(1, AGREEING & ~PortState.AGGREGATION);
            bench.hear(2, AGREEING & ~PortState.AGGREGATION);
            bench.pass(SECOND);
        }
        assertThat(bench.distributing).containsExactly(1);
        assertThat(bench.state(2)).isEqualTo(LegState.INDIVIDUAL);
        assertThat(bench.view(2).reason()).isEqualTo(Reason.PARTNER_INDIVIDUAL);
    }

    @Test
    void shouldNotUseLegsThatLeadToEachOther() {
        LagBench bench = LagBench.active(2).up();
        for (int i = 0; i < 5; i++) {
            bench.hear(1, bench.view(2).actor(), bench.view(2).partner());
            bench.hear(2, bench.view(1).actor(), bench.view(1).partner());
            bench.pass(SECOND);
        }
        assertThat(bench.collecting).isEmpty();
        assertThat(bench.view(1).reason()).isEqualTo(Reason.LOOP);
        assertThat(bench.events).anyMatch(event -> event.leg().equals("up1")
                && event.message().contains("leads back to this system") && event.message().contains("port 2"));
    }

    @Test
    void shouldDrainWithoutLosingWhatIsOnItsWay() {
        LagBench bench = working(SHAPE);
        bench.forget();
        bench.aggregation.drain(2, true, bench.now);
        assertThat(bench.calls).containsExactly("distributing 2 false", "send 2");
        assertThat(bench.lastSent(2).actor().state() & 0x38).as("collecting, not in sync").isEqualTo(0x10);
        assertThat(bench.state(2)).isEqualTo(LegState.COLLECTING);
        bench.pass(10 * SECOND);
        bench.hear(2, AGREEING);
        assertThat(bench.collecting).as("the partner has answered, but still distributes").contains(2);
        bench.hear(2, AGREEING & ~PortState.DISTRIBUTING & ~PortState.COLLECTING);
        assertThat(bench.state(2)).isEqualTo(LegState.DRAINED);
        assertThat(bench.collecting).containsExactly(1);
        bench.aggregation.drain(2, false, bench.now);
        bench.agree(1, 1, 2);
        assertThat(bench.distributing).containsExactly(1, 2);
    }

    @Test
    void shouldNotTakeAnOldLacpduForThePartnersStop() {
        LagBench bench = working(SHAPE);
        PortInfo before = bench.view(2).actor();
        bench.aggregation.drain(2, true, bench.now);
        bench.hear(2, LagBench.partnerOf(2, AGREEING & ~PortState.DISTRIBUTING), before);
        bench.hear(2, LagBench.partnerOf(2, AGREEING & ~PortState.DISTRIBUTING),
                before.with(PortState.SYNCHRONIZATION, false).with(PortState.COLLECTING, false));
        assertThat(bench.state(2)).isEqualTo(LegState.COLLECTING);
    }

    @Test
    void shouldCountAPartnerAsStoppedThatHasSeenTheDrainForThreeSeconds() {
        LagBench bench = working(SHAPE);
        bench.aggregation.drain(2, true, bench.now);
        bench.hear(2, AGREEING);
        bench.pass(3 * SECOND - 1);
        assertThat(bench.state(2)).isEqualTo(LegState.COLLECTING);
        bench.pass(1);
        assertThat(bench.state(2)).isEqualTo(LegState.DRAINED);
    }

    @Test
    void shouldCollectOnADrainedLegOfAStaticLagForGood() {
        LagBench bench = new LagBench(SHAPE.withMode(LacpMode.OFF), 2).up();
        bench.aggregation.drain(2, true, bench.now);
        bench.pass(100 * SECOND);
        assertThat(bench.distributing).containsExactly(1);
        assertThat(bench.collecting).containsExactly(1, 2);
        assertThat(bench.state(2)).isEqualTo(LegState.COLLECTING);
    }

    @Test
    void shouldWaitToRestoreALegThatFailedAndTwiceAsLongTheNextTime() {
        LagBench bench = working(SHAPE.withWaitToRestoreNs(3 * SECOND));
        long[] waits = {3, 6, 12, 24, 48, 60, 60};
        for (long wait : waits) {
            bench.aggregation.carrier(2, false, bench.now);
            bench.pass(SECOND);
            bench.aggregation.carrier(2, true, bench.now);
            bench.hear(1, AGREEING);
            bench.hear(2, AGREEING);
            assertThat(bench.view(2).reason()).isEqualTo(Reason.WAIT_TO_RESTORE);
            assertThat(bench.state(2)).isEqualTo(LegState.STANDBY);
            bench.pass(wait * SECOND - 1);
            assertThat(bench.distributing).as("wait of %d s", wait).containsExactly(1);
            bench.pass(1);
            bench.hear(2, AGREEING);
            assertThat(bench.distributing).as("wait of %d s", wait).containsExactly(1, 2);
        }
        bench.agree(61, 1, 2);
        bench.aggregation.carrier(2, false, bench.now);
        bench.aggregation.carrier(2, true, bench.now);
        bench.agree(4, 1, 2);
        assertThat(bench.distributing).as("forgiven after a minute").containsExactly(1, 2);
    }

    @Test
    void shouldNotWaitToRestoreTheOnlyLeg() {
        LagBench bench = working(SHAPE.withWaitToRestoreNs(30 * SECOND));
        bench.aggregation.carrier(1, false, bench.now);
        bench.aggregation.carrier(2, false, bench.now);
        assertThat(bench.lag().up()).isFalse();
        bench.aggregation.carrier(2, true, bench.now);
        bench.hear(2, AGREEING);
        assertThat(bench.distributing).containsExactly(2);
        bench.aggregation.carrier(1, true, bench.now);
        bench.hear(1, AGREEING);
        assertThat(bench.view(1).reason()).isEqualTo(Reason.WAIT_TO_RESTORE);
    }

    @Test
    void shouldFallBackToExactlyOneLegUntilLacpIsHeard() {
        LagBench bench = new LagBench(SHAPE.withFallback(true), 2).up();
        bench.pass(3 * SECOND);
        assertThat(bench.distributing).containsExactly(1);
        assertThat(bench.view(1).reason()).isEqualTo(Reason.FALLBACK);
        bench.aggregation.carrier(1, false, bench.now);
        assertThat(bench.distributing).containsExactly(2);
        bench.aggregation.carrier(1, true, bench.now);
        bench.pass(10 * SECOND);
        assertThat(bench.distributing).as("nobody preempts").containsExactly(2);
        bench.hear(1, AGREEING);
        assertThat(bench.collecting).as("the guest's bond has come up").isEmpty();
        bench.agree(3, 1, 2);
        assertThat(bench.distributing).containsExactly(1, 2);
    }

    @Test
    void shouldForwardNothingWithoutLacpAndWithoutFallback() {
        LagBench bench = LagBench.active(2).up();
        bench.pass(200 * SECOND);
        assertThat(bench.collecting).isEmpty();
        assertThat(bench.state(1)).isEqualTo(LegState.INDIVIDUAL);
    }

    @Test
    void shouldNotBeHeldUpByALegThatNeverBecomesReady() {
        LagBench bench = LagBench.active(2).up();
        bench.hear(1, AGREEING);
        for (int i = 0; i < 4; i++) {
            bench.aggregation.carrier(2, false, bench.now);
            bench.aggregation.carrier(2, true, bench.now);
            bench.hear(2, AGREEING);
            bench.pass(SECOND);
        }
        assertThat(bench.distributing).contains(1);
    }

    @Test
    void shouldSayInALastLacpduThatALegLeaves() {
        LagBench bench = working(SHAPE);
        bench.pass(2 * SECOND);
        bench.forget();
        bench.configure(bench.config.withLegs(List.of(LagBench.leg(1))));
        assertThat(bench.calls).startsWith("distributing 2 false", "collecting 2 false", "send 2");
        assertThat(bench.lastSent(2).actor().has(PortState.SYNCHRONIZATION)).isFalse();
        assertThat(bench.distributing).containsExactly(1);
    }

    @Test
    void shouldRefuseAConfigurationThatContradictsItselfAndChangeNothing() {
        LagBench bench = working(SHAPE);
        LagConfig again = LagConfig.of("po2", LagBench.KEY + 1, List.of(LagBench.leg(2)));
        assertThatThrownBy(() -> bench.aggregation.configure(List.of(bench.config, again), bench.now))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("po1").hasMessageContaining("po2");
        assertThatThrownBy(() -> SHAPE.withLegs(List.of(LagBench.leg(1), LagBench.leg(1))))
                .hasMessageContaining("two legs of LACP port number 1");
        assertThatThrownBy(() -> SHAPE.withMinLinks(0)).hasMessageContaining("min-links 0 is not in 1-32");
        assertThat(bench.distributing).containsExactly(1, 2);
    }

    @Test
    void shouldMoveALegToAnotherLag() {
        LagBench bench = working(SHAPE);
        LagConfig rest = bench.config.withLegs(List.of(LagBench.leg(1)));
        LagConfig other = LagConfig.of("po2", LagBench.KEY + 1, List.of(LagBench.leg(2)));
        bench.aggregation.configure(List.of(other, rest), bench.now);
        assertThat(bench.distributing).containsExactly(1);
        bench.aggregation.carrier(2, true, bench.now);
        bench.pass(SECOND);
        assertThat(bench.lastSent(2).actor().key()).isEqualTo(LagBench.KEY + 1);
    }

    @Test
    void shouldTickNoLaterThanSomethingHappens() {
        LagBench bench = LagBench.active(1).up();
        for (int i = 0; i < 40; i++) {
            long wait = bench.aggregation.untilTickNs(bench.now);
            bench.forget();
            bench.now += wait - 1;
            bench.aggregation.tick(bench.now);
            assertThat(bench.calls).as("after %d ns", wait - 1).isEmpty();
            bench.now++;
            bench.aggregation.tick(bench.now);
            assertThat(bench.aggregation.untilTickNs(bench.now)).isPositive();
        }
    }
}
