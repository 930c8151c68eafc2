package net.weft.zone.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.weft.testing.Seed;
import net.weft.zone.Action;
import net.weft.zone.Match;
import net.weft.zone.Policy;
import net.weft.zone.Prefix;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ShadowingTest {
    private static final Random RANDOM = Seed.random(ShadowingTest.class);
    private static final Prefix TEN = new Prefix(0, Prefix.ipv4(0x0a000000), 104, true);
    private static final Prefix TEN_TEN = new Prefix(0, Prefix.ipv4(0x0a0a0000), 112, true);
    private static final Prefix FD = new Prefix(0xfd00_0000_0000_0000L, 0, 8, false);
    private static final Prefix ALL_IPV4 = new Prefix(0, Prefix.ipv4(0), 96, true);
    private static int ids;

    private static Policy policy(@Nullable String tenant, Set<Integer> from, Set<Integer> to, List<Match> matches,
            List<Prefix> sources, List<Prefix> destinations) {
        return new Policy(ids++, tenant, "p" + ids, from, to, matches, sources, destinations, Action.ALLOW, false,
                false, false, false);
    }

    private static Policy services(Match... matches) {
        return policy(null, Set.of(), Set.of(), List.of(matches), List.of(), List.of());
    }

    private static Match tcp(int low, int high) {
        return new Match(Match.Kind.TCP, low, high);
    }

    private static void assertShadow(Policy by, Policy policy) {
        assertThat(Shadowing.find(List.of(by, policy))).containsExactly(new Shadow(policy, by));
    }

    private static void assertNone(Policy... policies) {
        assertThat(Shadowing.find(Arrays.asList(policies))).isEmpty();
    }

    /** Each must be compared with thousands before it, none of which covers it. */
    @Test
    @Timeout(60)
    void shouldGiveUpInSecondsWhereThousandsLieAcrossEachOther() {
        Policy[] policies = IntStream.range(0, 12_000).mapToObj(port -> services(tcp(port, port + 32_767)))
                .toArray(Policy[]::new);
        assertNone(policies);
    }

    @Test
    void shouldNameBothWhereOneCoversTheOther() {
        assertShadow(services(Match.ANY), services(tcp(80, 80)));
        assertShadow(services(tcp(0, 100)), services(tcp(80, 90), tcp(0, 3)));
        assertShadow(services(tcp(0, 9), tcp(10, 20)), services(tcp(5, 15)));
        assertShadow(services(new Match(Match.Kind.PROTOCOL, 6, 6)), services(tcp(5, 15)));
        assertNone(services(tcp(80, 80)), services(Match.ANY));
        assertNone(services(tcp(0, 9), tcp(11, 20)), services(tcp(5, 15)));
        assertNone(services(new Match(Match.Kind.ICMP, 8, 8)), services(new Match(Match.Kind.ICMPV6, 8, 8)));
    }

    @Test
    void shouldCompareZones() {
        List<Match> any = List.of(Match.ANY);
        Policy wide = policy(null, Set.of(2, 3), Set.of(), any, List.of(), List.of());
        assertShadow(wide, policy(null, Set.of(3), Set.of(4), any, List.of(), List.of()));
        assertNone(wide, policy(null, Set.of(3, 4), Set.of(4), any, List.of(), List.of()));
        assertNone(wide, policy(null, Set.of(), Set.of(4), any, List.of(), List.of()));
    }

    @Test
    void shouldCompareAddressesOfTheFamiliesThatCanMatch() {
        List<Match> any = List.of(Match.ANY);
        List<Match> echo = List.of(new Match(Match.Kind.ICMP, 8, 8));
        Policy wide = policy(null, Set.of(), Set.of(), any, List.of(TEN), List.of());

        assertShadow(wide, policy(null, Set.of(), Set.of(), any, List.of(TEN_TEN), List.of(TEN)));
        assertShadow(wide, policy(null, Set.of(), Set.of(), echo, List.of(TEN_TEN, FD), List.of()));
        assertShadow(wide, policy(null, Set.of(), Set.of(), any, List.of(TEN_TEN, FD), List.of(TEN)));
        assertNone(wide, policy(null, Set.of(), Set.of(), any, List.of(TEN_TEN, FD), List.of()));
        assertNone(wide, policy(null, Set.of(), Set.of(), any, List.of(), List.of()));
        assertShadow(policy(null, Set.of(), Set.of(), any, List.of(ALL_IPV4), List.of()), services(echo.getFirst()));
        assertNone(policy(null, Set.of(), Set.of(), any, List.of(ALL_IPV4), List.of()), services(tcp(80, 80)));
    }

    @Test
    void shouldKeepTenantsApart() {
        List<Match> any = List.of(Match.ANY);
        Policy acme = policy("acme", Set.of(), Set.of(), any, List.of(), List.of());
        Policy globex = policy("globex", Set.of(), Set.of(), any, List.of(), List.of());
        Policy fabric = services(Match.ANY);

        assertNone(acme, globex);
        assertThat(Shadowing.find(List.of(acme, globex, fabric))).containsExactlyInAnyOrder(new Shadow(acme, fabric),
                new Shadow(globex, fabric));
    }

    /** No packet ever reaches a policy that is called shadowed. */
    @Test
    void shouldNeverNameAPolicyThatMatchesFirstSomewhere() {
        RandomPolicies source = new RandomPolicies(RANDOM, 0);
        int named = 0;
        for (int set = 0; set < 300; set++) {
            List<Policy> policies = source.list(60);
            Map<Policy, Policy> shadows = Shadowing.find(policies).stream()
                    .collect(Collectors.toMap(Shadow::policy, Shadow::by));
            named += shadows.size();
            for (int i = 0; i < 3000; i++) {
                Query query = source.query();
                shadows.forEach((policy, by) -> {
                    if (LinearPolicies.matches(policy, query)) {
                        assertThat(LinearPolicies.matches(by, query)).as("%s before %s for %s", by, policy, query)
                                .isTrue();
                    }
                });
            }
        }
        assertThat(named).isGreaterThan(1000);
    }
}
