package net.weft.controller.model.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.PolicyConfig;
import net.weft.controller.model.RandomFabric;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static FabricConfig fabric(String text) {
        return FabricYaml.parse(text).orElseThrow();
    }

    private static String describe(String from, String to) {
        return Plan.diff(fabric(from), fabric(to)).describe();
    }

    @Test
    void shouldReadLikeADiff() {
        assertThat(describe("""
                tenants: {acme: {networks: {web: {vlan: 10}, old: {vlan: 11}}}, gone: {}}
                ports:
                  web1: {type: tap, device: t1, access: 10}
                  db1: {type: tap, device: t2, access: 10}
                  lab: {type: nic, device: e1, trunk: {allowed: [1]}}
                """, """
                fabric: lab
                members: {1: {workers: {cpus: [2, 3]}}}
                tenants: {acme: {networks: {web: {vlan: 12}, db: {vlan: 20}}}, globex: {}}
                ports:
                  web1: {type: tap, device: t1, access: 20, mtu: 1500}
                  lab: {type: nic, device: e1, trunk: {allowed: [1, 5-6], native: 5}}
                  web2: {type: tap, device: t3, network: acme/web}
                """)).isEqualTo("""
                ~ fabric: fabric weft → lab
                ~ member 1: workers.cpus - → [2, 3]
                - tenant gone
                + tenant globex
                - network acme/old
                ~ network acme/web: vlan 10 → 12
                + network acme/db: vlan 20
                - port db1
                ~ port web1: access 10 → 20, mtu - → 1500
                ~ port lab: trunk.allowed [1] → [1, 5-6], trunk.native - → 5
                + port web2: type tap, device t3, network acme/web""");
    }

    @Test
    void shouldSeeNoDifferenceInOrder() {
        assertThat(Plan.diff(fabric("""
                ports:
                  a: {type: tap, device: t1, access: 1}
                  b: {type: tap, device: t2, trunk: {allowed: [3, 1, 2]}}
                """), fabric("""
                ports:
                  b: {trunk: {allowed: [1-3]}, device: t2, type: tap}
                  a: {type: tap, device: t1, access: 1, enabled: true, member: 1}
                """)).isEmpty()).isTrue();
    }

    @Test
    void shouldReadWhatHappensToZonesAndPolicies() {
        assertThat(describe("""
                zones: {dmz: {}, old: {}, data: {}}
                policies:
                  - {name: a, from: [dmz], to: any, match: tcp/80, action: allow}
                  - {name: b, from: any, to: any, action: drop}
                  - {name: c, from: any, to: any, match: icmp, action: drop}
                tenants: {acme: {networks: {web: {vlan: 10}}, zones: {lab: {}},
                                 policies: [{name: a, from: any, to: any, action: drop}]}}
                ports:
                  p: {type: tap, device: t, access: 10}
                """, """
                connections: {total: 5000}
                zones: {dmz: {intra: deny}, data: {}, new: {}}
                policies:
                  - {name: c, from: any, to: any, match: icmp, action: drop}
                  - {name: a, from: [dmz, data], to: any, match: [tcp/80, tcp/443], action: reject, log: true}
                  - {name: n, from: any, to: [data], action: allow, source: [10.0.0.0/8]}
                  - {name: b, from: any, to: any, action: drop}
                tenants: {acme: {networks: {web: {vlan: 10, zone: dmz}}}}
                ports:
                  p: {type: tap, device: t, access: 10, zone: new, mac: "02:00:00:00:00:01", ips: 10.0.0.1}
                """)).isEqualTo(
                """
                        ~ fabric: connections.total - → 5000
                        ~ network acme/web: zone - → dmz
                        - zone old
                        - zone acme/lab
                        ~ zone dmz: intra - → deny
                        + zone new
                        - policy acme/a
                        ~ policy a: from [dmz] → [dmz, data], match [tcp/80] → [tcp/80, tcp/443], action allow → reject, log - → true
                        + policy n: from any, to [data], source [10.0.0.0/8], action allow, before b
                        ~ policies: c last → before a
                        ~ port p: zone - → new, mac - → [02:00:00:00:00:01], ips - → [10.0.0.1]""");
    }

    @Test
    void shouldSeeOrderOfPoliciesOnly() {
        String a = "{name: a, from: any, to: any, action: drop}";
        String b = "{name: b, from: any, to: any, action: drop}";
        assertThat(describe("zones: {x: {}, y: {}}\npolicies: [" + a + ", " + b + "]\nports: {}",
                "zones: {y: {}, x: {}}\npolicies: [" + a + ", " + b + "]\nports: {}")).isEmpty();
        assertThat(
                describe("policies: [" + a + ", " + b + "]\nports: {}", "policies: [" + b + ", " + a + "]\nports: {}"))
                .isEqualTo("~ policies: b last → before a");
    }

    @Test
    void shouldSayThatTheTableOfConnectionsKeepsItsSize() {
        assertThat(Plan.diff(fabric("zones: {a: {}}\nports: {}"),
                fabric("zones: {a: {}}\nconnections: {total: 5000}\nports: {}")).warnings())
                .containsExactly("connections.total: the change takes effect at the next weft up");
        assertThat(Plan.diff(fabric("ports: {}"), fabric("zones: {a: {}}\nconnections: {total: 5000}\nports: {}"))
                .warnings())
                .isEmpty();
    }

    @Test
    void shouldTellWhichPortsMustBeOpenedAnew() {
        Plan plan = Plan.diff(
                fabric("ports: {a: {type: tap, device: t1, access: 1}, b: {type: tap, device: t2, access: 1}}"),
                fabric("ports: {a: {type: tap, device: t3, access: 1}, b: {type: tap, device: t2, access: 2}}"));
        assertThat(plan.changes()).extracting(change -> ((Change.PortChanged) change).replacesDevice())
                .containsExactly(true, false);
    }

    @Test
    void shouldNameEachDifferingObjectOnceAndNothingElse() {
        long seed = Seed.of(PlanTest.class);
        System.out.println("PlanTest: seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 1_000; i++) {
            FabricConfig from = new RandomFabric(random).next();
            FabricConfig to = new RandomFabric(random).next();
            Plan plan = Plan.diff(from, to);
            assertThat(plan.changes()).extracting(Change::subject).doesNotHaveDuplicates();
            assertThat(plan.isEmpty()).isEqualTo(from.equals(to));
            assertThat(Plan.diff(from, FabricYaml.parse(FabricYaml.write(from)).orElseThrow()).isEmpty()).isTrue();
            Set<String> expected = new HashSet<>(Subjects.all(from));
            expected.addAll(Subjects.all(to));
            expected.removeIf(subject -> same(subject, from, to));
            assertThat(plan.changes()).as("seed %d, iteration %d", seed, i).extracting(Change::subject)
                    .containsExactlyInAnyOrderElementsOf(expected);
            assertThat(plan.changes()).allSatisfy(change -> {
                if (change instanceof Change.Changed changed) {
                    assertThat(changed.keys()).as("seed %d: %s", seed, changed).isNotEmpty();
                }
            });
        }
    }

    /** The naive oracle: the object is in both, and equal. */
    private static boolean same(String subject, FabricConfig from, FabricConfig to) {
        if (subject.equals("policies")) {
            return common(from, to, "").equals(common(to, from, ""));
        }
        String name = subject.substring(subject.indexOf(' ') + 1);
        if (subject.startsWith("policies ")) {
            return common(from, to, name).equals(common(to, from, name));
        }
        if (!Subjects.all(from).contains(subject) || !Subjects.all(to).contains(subject)) {
            return false;
        }
        return switch (subject.substring(0, Math.max(subject.indexOf(' '), 0))) {
            case "port" -> from.port(name).orElseThrow().equals(to.port(name).orElseThrow());
            case "member" -> Objects.equals(from.members().get(Integer.valueOf(name)),
                    to.members().get(Integer.valueOf(name)));
            case "network" -> from.networks().filter(network -> network.name().toString().equals(name)).toList()
                    .equals(to.networks().filter(network -> network.name().toString().equals(name)).toList());
            case "tenant" -> true;
            case "zone" -> from.allZones().filter(zone -> zone.name().toString().equals(name)).toList()
                    .equals(to.allZones().filter(zone -> zone.name().toString().equals(name)).toList());
            case "policy" -> policy(from, name).equals(policy(to, name));
            default -> from.name().equals(to.name()) && from.systemMac().equals(to.systemMac())
                    && from.export().equals(to.export()) && from.connections().equals(to.connections());
        };
    }

    private static List<PolicyConfig> policy(FabricConfig config, String name) {
        return config.allPolicies().filter(policy -> policy.name().toString().equals(name)).toList();
    }

    /** The names of a tenant's policies that the other has too, in order. */
    private static List<String> common(FabricConfig config, FabricConfig other, String tenant) {
        return config.allPolicies().filter(policy -> policy.name().tenant().orElse("").equals(tenant))
                .map(policy -> policy.name().toString()).filter(name -> !policy(other, name).isEmpty()).toList();
    }
}
