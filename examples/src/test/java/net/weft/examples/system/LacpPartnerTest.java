package net.weft.examples.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import net.weft.examples.lab.LacpHost;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.OvsPeer;
import net.weft.lacp.LacpMode;
import net.weft.lacp.LacpRate;
import net.weft.lacp.LagConfig;
import net.weft.lacp.LegState;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weft's LACP state machines beside a bond of Open vSwitch, over two cables. */
@Tag("system")
class LacpPartnerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final List<LegState> WORKING = List.of(LegState.DISTRIBUTING, LegState.DISTRIBUTING);

    @AutoClose
    private final Lab lab = Lab.open("lacp");
    private final Namespace inside = lab.namespace("weft");
    private final Namespace outside = lab.namespace("ovs");

    @ParameterizedTest
    @CsvSource({"ACTIVE, FAST, active, fast", "ACTIVE, SLOW, passive, slow", "PASSIVE, FAST, active, slow",
            "PASSIVE, SLOW, active, fast"})
    void shouldAggregateWithOpenVSwitchAndDrain(LacpMode mode, LacpRate rate, String theirMode, String theirRate)
            throws Exception {
        lab.cable(inside, "leg1", outside, "ovs1");
        lab.cable(inside, "leg2", outside, "ovs2");
        OvsPeer ovs = OvsPeer.start(lab, outside, false);
        ovs.configure("add-bond", OvsPeer.BRIDGE, "bond0", "ovs1", "ovs2", "lacp=" + theirMode,
                "bond_mode=balance-tcp", "other_config:lacp-time=" + theirRate);
        LagConfig shape = LagConfig.of("po1", 1, List.of()).withMode(mode).withRate(rate);
        try (LacpHost weft = new LacpHost(inside, List.of("leg1", "leg2"), shape)) {
            Duration formed = weft.await("both legs distribute", PATIENCE, host -> host.states().equals(WORKING));
            System.out.printf("proof: %s/%s beside Open vSwitch %s/%s: both legs distribute after %d ms%n", mode, rate,
                    theirMode, theirRate, formed.toMillis());
            weft.await("the bond's members are enabled", PATIENCE, host -> enabledMembers(ovs) == 2);
            String partner = ovs.inspect("lacp/show", "bond0");
            assertThat(partner).contains(LacpHost.SYSTEM.toString()).contains("collecting distributing");
            assertThat(weft.view().legs()).allSatisfy(leg -> assertThat(leg.faults()).isEmpty());

            if (rate == LacpRate.FAST) {
                drainAndReturn(weft, ovs);
            }
        }
    }

    /** Open vSwitch shows Distributing even on a member that it has disabled: bond/show says what it does. */
    private static void drainAndReturn(LacpHost weft, OvsPeer ovs) throws Exception {
        weft.aggregation().drain(2, true, System.nanoTime());
        weft.await("the bond's second member is disabled", PATIENCE, host -> enabledMembers(ovs) == 1);
        Duration drained = weft.await("leg 2 is drained", PATIENCE,
                host -> host.states().equals(List.of(LegState.DISTRIBUTING, LegState.DRAINED)));
        System.out.printf("proof: leg 2 is drained after %d ms%n", drained.toMillis());
        weft.aggregation().drain(2, false, System.nanoTime());
        weft.await("leg 2 is back", PATIENCE, host -> host.states().equals(WORKING) && enabledMembers(ovs) == 2);
    }

    private static long enabledMembers(OvsPeer ovs) {
        return ovs.inspect("bond/show", "bond0").lines().filter(line -> line.matches("(member|slave) ovs\\d: enabled"))
                .count();
    }
}
