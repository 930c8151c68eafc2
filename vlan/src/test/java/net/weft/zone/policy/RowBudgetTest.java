package net.weft.zone.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.weft.zone.Action;
import net.weft.zone.ConnectionLimits;
import net.weft.zone.Match;
import net.weft.zone.Policy;
import net.weft.zone.Prefix;
import net.weft.zone.Timeouts;
import net.weft.zone.Zone;
import net.weft.zone.Zoning;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RowBudgetTest {
    private static final int DMZ = 2;

    private final List<Policy> policies = new ArrayList<>();

    /** Policies of port ranges of which each lies across thousands of others. */
    private void across(int count, @Nullable String tenant) {
        for (int i = 0; i < count; i++) {
            policies.add(policy(tenant, new Match(Match.Kind.TCP, i, i + 32_767), List.of()));
        }
    }

    /** Policies of single addresses. */
    private void apart(int count, @Nullable String tenant) {
        for (int i = 0; i < count; i++) {
            policies.add(policy(tenant, Match.ANY, List.of(new Prefix(0, Prefix.ipv4(i), 128, true))));
        }
    }

    private Policy policy(@Nullable String tenant, Match match, List<Prefix> sources) {
        return new Policy(policies.size(), tenant, "p" + policies.size(), Set.of(), Set.of(), List.of(match), sources,
                List.of(), Action.ALLOW, false, false, false, false);
    }

    private PolicyTable compile() {
        return PolicyTable.of(new Zoning(List.of(new Zone(DMZ, null, "dmz", true)), policies,
                Map.of(10, "acme", 20, "globex"), Timeouts.DEFAULT, ConnectionLimits.DEFAULT));
    }

    @Test
    void shouldTakeTenThousandThatLieAcrossEachOther() {
        across(10_000, null);
        assertThat(compile()).isNotNull();
    }

    @Test
    void shouldRefuseMoreAndSayWhichFieldTakesMost() {
        across(20_000, null);
        apart(2000, null);
        String refusal = "matches of 22000 policies overlap so much that telling them apart takes more than 32 MB; "
                + "name fewer ranges and prefixes that lie across each other";
        assertThatThrownBy(this::compile).isInstanceOf(OverlapException.class).hasMessage(refusal);
        assertThatThrownBy(() -> Shadowing.find(policies)).as("which sees it first")
                .isInstanceOf(OverlapException.class).hasMessage(refusal);
    }

    @Test
    void shouldCountAllTenantsTogetherAndNameTheLargest() {
        across(14_000, "acme");
        apart(1000, "globex");
        assertThat(compile()).isNotNull();
        across(10_000, "globex");
        across(2000, null);
        assertThatThrownBy(this::compile).isInstanceOfSatisfying(OverlapException.class,
                refused -> assertThat(refused.tenant()).isEqualTo("acme"));
    }
}
