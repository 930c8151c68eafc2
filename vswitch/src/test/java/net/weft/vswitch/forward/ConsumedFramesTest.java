package net.weft.vswitch.forward;

import static net.weft.vswitch.Frames.frame;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.forward.punt.PuntedFrame;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.port.Protection;
import net.weft.vswitch.port.PuntRule;
import net.weft.vswitch.protocol.BpduGuard;
import net.weft.vswitch.protocol.FabricKey;
import net.weft.vswitch.protocol.LoopDetection;
import net.weft.vswitch.protocol.LoopProbe;
import net.weft.vswitch.protocol.MulticastControl;
import net.weft.vswitch.snooping.QueryFrame;
import net.weft.vswitch.trace.Trace;
import net.weft.vswitch.trace.TracedFrame;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * A table of all kinds of frames that the switch takes for itself: for each one that is, what a trace says of it, and that the
 * same then happens. A kind without a row fails.
 */
class ConsumedFramesTest {
    private static final String A = "02:00:00:00:00:0a";
    private static final LoopProbe PROBE = new LoopProbe(new FabricKey(new byte[FabricKey.BYTES]));
    private static final Map<PuntRule, Row> TABLE = new LinkedHashMap<>();

    /** @param reason why it is counted as dropped besides, null where it is not */
    private record Row(Protection protection, byte[] frame, Trace.Verdict verdict, @Nullable DropReason reason,
            String consumer) {
    }

    static {
        TABLE.put(BpduGuard.RULES.getFirst(), new Row(new Protection(0, 0, 0, Protection.Bpdu.GUARD, false),
                frame("01:80:c2:00:00:00", A, 43, 38, 0x4242, 0x0300), Trace.Verdict.DROP, DropReason.GUARD_BPDU,
                "bpdu-guard"));
        TABLE.put(BpduGuard.RULES.getLast(), new Row(new Protection(0, 0, 0, Protection.Bpdu.GUARD, false),
                frame("01:00:0c:cc:cc:cd", A, 43, 50, 0xAAAA, 0x0300, 0x000C, 0x010B), Trace.Verdict.DROP,
                DropReason.GUARD_BPDU, "bpdu-guard"));
        TABLE.put(LoopDetection.rule(PROBE), new Row(new Protection(0, 0, 0, Protection.Bpdu.DROP, true),
                PROBE.frame(0, 10, 0, 0),
                Trace.Verdict.CONSUME, null, "loop-detection"));
        TABLE.put(MulticastControl.RULE, new Row(Protection.NONE,
                QueryFrame.of(false, new byte[]{2, 0, 0, 0, 0, 0x0a}, Optional.empty()), Trace.Verdict.FLOOD, null,
                "multicast-snooping"));
    }

    /** Only what notes addresses has no row: it decides nothing, so a trace does not name it. */
    @Test
    void shouldHaveARowForEachKind() {
        assertThat(TABLE.keySet()).as("a new kind of punted frame needs a row here")
                .containsExactlyInAnyOrderElementsOf(InlineSwitch.puntRules(PROBE).rules().stream()
                        .filter(rule -> !(rule.match() instanceof PuntRule.Match.NeighborMessages)).toList());
    }

    @TestFactory
    Iterable<DynamicTest> shouldSayWhatTookTheFrame() {
        return TABLE.entrySet().stream().map(entry -> DynamicTest.dynamicTest(entry.getValue().consumer(),
                () -> check(entry.getKey(), entry.getValue()))).toList();
    }

    private static void check(PuntRule rule, Row row) {
        try (InlineSwitch lab = new InlineSwitch()) {
            lab.port("a", VlanMembership.access(10)).port("b", VlanMembership.access(10)).protect("a", row.protection);

            Trace trace = lab.trace("a", TracedFrame.of(row.frame));

            assertThat(lab.punted()).as("a trace hands nothing over").isEmpty();
            assertThat(trace.verdict()).isEqualTo(row.verdict);
            assertThat(trace.reason()).isEqualTo(row.reason);
            assertThat(trace.consumer()).isEqualTo(row.consumer);
            boolean copied = row.verdict == Trace.Verdict.FLOOD;
            assertThat(trace.exits()).hasSize(copied ? 1 : 0);
            assertThat(trace.steps()).contains(
                    new Trace.Step(Trace.Stage.CONSUME, "a", Trace.Setting.PORT, rule.meaning(), null));
            assertThat(trace.steps()).extracting(Trace.Step::stage).contains(Trace.Stage.CHECK)
                    .matches(stages -> stages.contains(Trace.Stage.LEARN) == copied);

            lab.send("a", row.frame);
            assertThat(lab.punted()).extracting(PuntedFrame::rule).containsExactly(rule);
            PortCounters counted = lab.counters().get(lab.number("a"));
            assertThat(counted.punted()).isEqualTo(row.reason == null && !copied ? 1 : 0);
            assertThat(counted.dropped()).isEqualTo(row.reason == null ? 0 : 1);
            assertThat(lab.receive("b")).hasSize(copied ? row.frame.length : 0);
        }
    }

    @Test
    void shouldForwardAProbeOfAnotherSwitch() {
        try (InlineSwitch lab = new InlineSwitch()) {
            lab.port("a", VlanMembership.access(10)).port("b", VlanMembership.access(10)).protect("a",
                    new Protection(0, 0, 0, Protection.Bpdu.DROP, true));
            Trace trace = lab.trace("a", TracedFrame
                    .of(frame("03:57:45:46:54:01", A, 50, 0x88B6, 0x5745, 0x4654, 0, 0, 0, 1)));
            assertThat(trace.verdict()).isEqualTo(Trace.Verdict.FLOOD);
            assertThat(trace.consumer()).isEmpty();
        }
    }
}
