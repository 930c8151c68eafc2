package net.weft.zone.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.weft.testing.Seed;
import net.weft.zone.Action;
import net.weft.zone.ConnectionLimits;
import net.weft.zone.Match;
import net.weft.zone.Policy;
import net.weft.zone.PolicyDecision;
import net.weft.zone.PolicyLookup;
import net.weft.zone.Prefix;
import net.weft.zone.Timeouts;
import net.weft.zone.Zone;
import net.weft.zone.Zoning;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTableTest {
    private static final Random RANDOM = Seed.random(PolicyTableTest.class);
    private static final int DMZ = 2;
    private static final int DATA = 3;

    private static Zoning zoning(Policy... policies) {
        return new Zoning(List.of(new Zone(DMZ, null, "dmz", true), new Zone(DATA, null, "data", false)),
                List.of(policies), Map.of(10, "acme", 20, "globex"), Timeouts.DEFAULT, ConnectionLimits.DEFAULT);
    }

    private static Policy policy(int id, @Nullable String tenant, Action action, Match match) {
        return new Policy(id, tenant, "p" + id, Set.of(), Set.of(), List.of(match), List.of(), List.of(), action, false,
                false, false, false);
    }

    private static int tcp(Zoning zoning, int vlan, int from, int to, int port) {
        return PolicyTable.of(zoning).decision(vlan, from, to, 0x800, 6, port, 0, Prefix.ipv4(1), 0, Prefix.ipv4(2));
    }

    @Test
    void shouldFallBackToIntraAndThenDeny() {
        Zoning none = zoning();

        assertThat(tcp(none, 10, DMZ, DMZ, 80)).isEqualTo(PolicyDecision.withoutPolicy(true));
        assertThat(tcp(none, 10, DATA, DATA, 80)).isEqualTo(PolicyDecision.withoutPolicy(false));
        assertThat(tcp(none, 10, Zone.NONE, Zone.NONE, 80)).isEqualTo(PolicyDecision.withoutPolicy(true));
        assertThat(tcp(none, 10, Zone.NONE, DMZ, 80)).isEqualTo(PolicyDecision.withoutPolicy(false));
        assertThat(tcp(none, 10, DMZ, Zone.LOCAL, 80)).isEqualTo(PolicyDecision.withoutPolicy(false));
    }

    @Test
    void shouldJudgeTheFabricsPoliciesBeforeThoseOfTheTenantThatOwnsTheVlan() {
        Policy ofTenant = policy(7, "acme", Action.REJECT, Match.ANY);
        Policy ofFabric = policy(9, null, Action.DROP, new Match(Match.Kind.TCP, 80, 80));
        Zoning both = zoning(ofTenant, ofFabric);

        assertThat(tcp(both, 10, DMZ, DMZ, 80)).isEqualTo(PolicyDecision.of(ofFabric));
        assertThat(tcp(both, 10, DMZ, DMZ, 81)).isEqualTo(PolicyDecision.of(ofTenant));
        assertThat(tcp(both, 20, DMZ, DMZ, 81)).isEqualTo(PolicyDecision.withoutPolicy(true));
        assertThat(tcp(both, 30, DMZ, DMZ, 81)).isEqualTo(PolicyDecision.withoutPolicy(true));
    }

    @Test
    void shouldMatchWhatIsNotIpOnlyByAnyOrEtherAndNeverByAddress() {
        Policy ether = policy(1, null, Action.ALLOW, new Match(Match.Kind.ETHER, 0x88b5, 0x88b5));
        Policy everywhere = new Policy(2, null, "p2", Set.of(), Set.of(), List.of(Match.ANY),
                List.of(new Prefix(0, Prefix.ipv4(0), 96, true), new Prefix(0, 0, 0, false)), List.of(), Action.REJECT,
                false, false, false, false);
        PolicyTable table = PolicyTable.of(zoning(ether, everywhere));

        assertThat(table.decision(10, DMZ, DATA, 0x88b5, PolicyLookup.NOT_IP, 0, 0, 0, 0, 0))
                .isEqualTo(PolicyDecision.of(ether));
        assertThat(table.decision(10, DMZ, DATA, 0x88b6, PolicyLookup.NOT_IP, 0, 0, 0, 0, 0))
                .isEqualTo(PolicyDecision.withoutPolicy(false));
        assertThat(table.decision(10, DMZ, DATA, 0x800, 6, 80, 0, Prefix.ipv4(1), 0, Prefix.ipv4(2)))
                .isEqualTo(PolicyDecision.of(everywhere));
    }

    @Test
    void shouldKeepIpv4PrefixesFromIpv6PacketsThatCarrySuchAddresses() {
        Policy ipv4 = new Policy(2, null, "p2", Set.of(), Set.of(), List.of(Match.ANY),
                List.of(new Prefix(0, Prefix.ipv4(0), 96, true)), List.of(), Action.ALLOW, false, false, false, false);
        PolicyTable table = PolicyTable.of(zoning(ipv4));

        assertThat(table.decision(10, DMZ, DATA, 0x800, 6, 80, 0, Prefix.ipv4(1), 0, 0))
                .isEqualTo(PolicyDecision.of(ipv4));
        assertThat(table.decision(10, DMZ, DATA, 0x86dd, 6, 80, 0, Prefix.ipv4(1), 0, 0))
                .isEqualTo(PolicyDecision.withoutPolicy(false));
    }

    /** Every length of list, small ones often, against the rules said plainly. */
    @ParameterizedTest
    @CsvSource({"300,1,0,2000", "100,20,0,10000", "10,200,20,20000", "2,5000,400,10000"})
    void shouldSayWhatTheLinearOneSays(int sets, int policies, int spread, int queries) {
        RandomPolicies source = new RandomPolicies(RANDOM, spread);
        Set<Integer> seen = new HashSet<>();
        for (int set = 0; set < sets; set++) {
            Zoning zoning = source.zoning(policies);
            PolicyTable table = PolicyTable.of(zoning);
            LinearPolicies linear = new LinearPolicies(zoning);
            for (int i = 0; i < queries; i++) {
                Query query = source.query();
                int expected = linear.decision(query);
                int actual = query.ask(table);
                if (actual != expected) {
                    assertThat(actual).as("%s of %s", query, zoning).isEqualTo(expected);
                }
                seen.add(PolicyDecision.policy(expected));
            }
        }
        assertThat(seen).as("policies that answered").contains(-1)
                .anyMatch(policy -> policy >= policies / 2);
    }

    /** No two alike, each hit in its own place: 10,000 policies of one pair of zones, distinct in every field. */
    @Test
    void shouldTellTenThousandPoliciesApart() {
        List<Policy> policies = tenThousand();
        PolicyTable table = PolicyTable.of(zoning(policies.toArray(Policy[]::new)));

        for (Policy policy : policies) {
            Prefix source = policy.sources().getFirst();
            int port = policy.matches().getFirst().low();
            assertThat(table.decision(10, DMZ, DATA, 0x800, 6, port, 0, source.low(), 0,
                    policy.destinations().getFirst().low())).isEqualTo(PolicyDecision.of(policy));
            assertThat(table.decision(10, DMZ, DATA, 0x800, 6, port, 0, source.low() + 1, 0,
                    policy.destinations().getFirst().low())).isEqualTo(PolicyDecision.withoutPolicy(false));
        }
    }

    private static List<Policy> tenThousand() {
        List<Policy> policies = new ArrayList<>();
        for (int id = 0; id < 10_000; id++) {
            policies.add(new Policy(id, null, "p" + id, Set.of(DMZ), Set.of(DATA),
                    List.of(new Match(Match.Kind.TCP, 2 * id, 2 * id)),
                    List.of(new Prefix(0, Prefix.ipv4(0x0a000000 + 2 * id), 128, true)),
                    List.of(new Prefix(0, Prefix.ipv4(0xc0a80000 + 2 * id), 128, true)), Action.ALLOW, false, false,
                    false, false));
        }
        return policies;
    }

    @Test
    void shouldAllocateNothing() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        RandomPolicies source = new RandomPolicies(RANDOM, 0);
        PolicyTable table = PolicyTable.of(source.zoning(1000));
        Query[] queries = new Query[256];
        Arrays.setAll(queries, _ -> source.query());
        long sum = askAll(table, queries, 1000);

        long before = threads.getCurrentThreadAllocatedBytes();
        sum += askAll(table, queries, 4000);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(sum).isNotZero();
        assertThat(allocated).as("bytes for a million questions").isLessThan(64_000);
    }

    private static long askAll(PolicyTable table, Query[] queries, int rounds) {
        long sum = 0;
        for (int round = 0; round < rounds; round++) {
            for (Query query : queries) {
                sum += query.ask(table);
            }
        }
        return sum;
    }
}
