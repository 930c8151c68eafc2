package net.weft.controller.model.yaml.edit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.NetworkName;
import net.weft.controller.model.PolicyConfig;
import net.weft.controller.model.RandomFabric;
import net.weft.controller.model.ScopedName;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.controller.model.yaml.Mutation;
import net.weft.controller.model.yaml.Validation;
import net.weft.controller.model.yaml.edit.ObjectEdit.Kind;
import net.weft.testing.Seed;
import net.weft.zone.Action;
import net.weft.zone.Match;
import net.weft.zone.Prefix;
import org.junit.jupiter.api.Test;

class ObjectEditTest {
    private final FabricConfig config = FabricYaml.parse("""
            zones: {dmz: {}, data: {}}
            policies:
              - {name: a, from: any, to: any, match: tcp/1, action: drop}
              - {name: b, from: any, to: any, match: tcp/2, action: drop}
              - {name: c, from: any, to: any, match: tcp/3, action: drop}
            tenants: {acme: {networks: {web: {vlan: 10, zone: dmz}}}}
            ports: {p: {type: tap, device: t, access: 10}}
            """).orElseThrow();

    private static List<String> order(FabricConfig config) {
        return config.allPolicies().map(policy -> policy.name().toString()).toList();
    }

    private static Map<String, String> keys(String... keys) {
        return keys.length == 2 ? Map.of(keys[0], keys[1]) : Map.of(keys[0], keys[1], keys[2], keys[3]);
    }

    @Test
    void shouldAddAPolicyWhereItIsTold() {
        Map<String, String> drop = Map.of("from", "dmz, data", "to", "any", "action", "drop", "match",
                "tcp/80,icmp/echo",
                "source", "10.0.0.0/8, fd00::", "log", "true", "before", "b");
        FabricConfig edited = ObjectEdit.add(config, Kind.POLICY, "n", drop).orElseThrow();
        assertThat(order(edited)).containsExactly("a", "n", "b", "c");
        assertThat(edited.policies().get(1)).isEqualTo(new PolicyConfig(ScopedName.of("n"), List.of("dmz", "data"),
                List.of(), List.of(new Match(Match.Kind.TCP, 80, 80), new Match(Match.Kind.ICMP, 8, 8)),
                List.of(new Prefix(0, Prefix.ipv4(0x0a000000), 104, true), new Prefix(0xfd00L << 48, 0, 128, false)),
                List.of(), Action.DROP, true, false, false, false, false));
        FabricConfig tenants = ObjectEdit.add(edited, Kind.POLICY, "acme/a",
                Map.of("from", "any", "to", "[dmz]", "action", "allow")).orElseThrow();
        assertThat(order(tenants)).containsExactly("a", "n", "b", "c", "acme/a");
    }

    @Test
    void shouldMoveAndChangeAPolicy() {
        assertThat(order(ObjectEdit.set(config, Kind.POLICY, "c", keys("before", "a")).orElseThrow()))
                .containsExactly("c", "a", "b");
        assertThat(order(ObjectEdit.set(config, Kind.POLICY, "a", keys("after", "c")).orElseThrow()))
                .containsExactly("b", "c", "a");
        FabricConfig edited = ObjectEdit.set(config, Kind.POLICY, "b", keys("action", "reject", "match", ""))
                .orElseThrow();
        assertThat(order(edited)).containsExactly("a", "b", "c");
        assertThat(edited.policies().get(1).action()).isEqualTo(Action.REJECT);
        assertThat(edited.policies().get(1).matches()).containsExactly(Match.ANY);
    }

    @Test
    void shouldAddSetAndRemoveZonesAndNetworks() {
        FabricConfig zones = ObjectEdit.add(config, Kind.ZONE, "acme/lab", Map.of("intra", "deny")).orElseThrow();
        assertThat(zones.allZones()).extracting(zone -> zone.name().toString()).containsExactly("dmz", "data",
                "acme/lab");
        FabricConfig network = ObjectEdit
                .add(zones, Kind.NETWORK, "globex/web", keys("vlan", "20", "subnets", "10.0.0.0/8"))
                .orElseThrow();
        assertThat(network.network(new NetworkName("globex", "web")).orElseThrow().subnets())
                .containsExactly("10.0.0.0/8");
        FabricConfig moved = ObjectEdit.set(network, Kind.NETWORK, "acme/web", keys("zone", "lab")).orElseThrow();
        assertThat(moved.zoneOf(moved.port("p").orElseThrow(), 10).orElseThrow().name()).hasToString("acme/lab");
        FabricConfig removed = ObjectEdit.remove(moved, Kind.ZONE, "dmz").orElseThrow();
        assertThat(removed.zones()).containsOnlyKeys("data");
        assertThat(ObjectEdit.remove(removed, Kind.NETWORK, "globex/web").orElseThrow().networks()).hasSize(1);
        assertThat(order(ObjectEdit.remove(removed, Kind.POLICY, "b").orElseThrow())).containsExactly("a", "c");
    }

    @Test
    void shouldRefuseWhatTheFileMayNotSay() {
        refused(ObjectEdit.add(config, Kind.ZONE, "dmz", Map.of()), "zones.dmz: exists already");
        refused(ObjectEdit.set(config, Kind.ZONE, "dnz", Map.of()),
                "zones.dnz: there is no such zone; did you mean dmz?");
        refused(ObjectEdit.remove(config, Kind.ZONE, "dmz"),
                "zones.dmz: zone dmz is used by network acme/web; change or remove it first");
        refused(ObjectEdit.add(config, Kind.ZONE, "acne/lab", Map.of()),
                "tenants.acne: there is no such tenant; did you mean acme?");
        refused(ObjectEdit.add(config, Kind.NETWORK, "web", keys("vlan", "9")),
                "networks.web: a network is a tenant's; expected TENANT/NAME");
        refused(ObjectEdit.add(config, Kind.NETWORK, "b/web", keys("vlan", "10")),
                "tenants.b.networks.web.vlan: VLAN 10 is taken by network acme/web");
        refused(ObjectEdit.set(config, Kind.POLICY, "a", keys("before", "a")),
                "policies.a.before: there is no other policy a beside it; did you mean b?");
        refused(ObjectEdit.set(config, Kind.POLICY, "a", keys("before", "b", "after", "c")),
                "policies.a.after: stands beside before; a policy has one place");
        refused(ObjectEdit.set(config, Kind.POLICY, "a", keys("match", "tcp/9-1")),
                "policies.a.match[0]: tcp/9-1 is reversed; write tcp/1-9");
        refused(ObjectEdit.set(config, Kind.POLICY, "a", keys("actoin", "drop")),
                "policies.a.actoin: unknown key; did you mean action?");
        refused(ObjectEdit.add(config, Kind.ZONE, "any", Map.of()),
                "zones.any: any has a meaning of its own; give the zone another name");
    }

    /** Whatever stands first: it is the changed one that asks for what another has. */
    @Test
    void shouldBlameWhatWasChanged() {
        FabricConfig two = FabricYaml.parse("""
                zones: {dmz: {}}
                tenants: {a.b: {networks: {n: {vlan: 1}}, policies: [{name: x.y, from: dmz, to: any, action: drop}]},
                          c: {networks: {m: {vlan: 2}, o: {vlan: 3}}}}
                ports:
                  p: {type: tap, device: t, access: 1}
                  q: {type: tap, device: u, access: 1, ips: 10.0.0.1}
                """).orElseThrow();
        refused(FabricEdit.setPort(two, "p", Map.of("device", "u")),
                "ports.p.device: interface u of member 1 is taken by port q");
        refused(FabricEdit.setPort(two, "p", Map.of("ips", "10.0.0.1")),
                "ports.p.ips[0]: 10.0.0.1 is port q's in VLAN 1 already; what stations of both may have stands in"
                        + " shared-ips of both");
        refused(ObjectEdit.set(two, Kind.NETWORK, "a.b/n", keys("vlan", "3")),
                "tenants.a.b.networks.n.vlan: VLAN 3 is taken by network c/o");
        refused(ObjectEdit.remove(two, Kind.ZONE, "dmz"),
                "zones.dmz: zone dmz is used by policy a.b/x.y; change or remove it first");
    }

    @Test
    void shouldSetZonesAndAddressesOfAPort() {
        FabricConfig edited = FabricEdit
                .setPort(config, "p", Map.of("zones.10", "data", "ips", "10.0.0.1, fd00::1", "mac",
                        "02:00:00:00:00:01"))
                .orElseThrow();
        assertThat(edited.port("p").orElseThrow().zones().byVlan()).containsExactly(Map.entry(10, "data"));
        assertThat(edited.port("p").orElseThrow().guard().ips()).extracting(Prefix::toString)
                .containsExactly("10.0.0.1", "fd00::1");
        assertThat(FabricEdit.setPort(edited, "p", Map.of("zones.10", "", "ips", "", "mac", "")).orElseThrow())
                .isEqualTo(config);
        refused(FabricEdit.setPort(config, "p", Map.of("zones.x", "data")),
                "ports.p.zones.x: x is not a VLAN ID (1-4094)");
    }

    @Test
    void shouldNeverThrowWhateverTheKeys() {
        long seed = Seed.of(ObjectEditTest.class);
        System.out.println("ObjectEditTest: seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        Mutation mutation = new Mutation(random);
        for (int i = 0; i < 5_000; i++) {
            FabricConfig fabric = new RandomFabric(random).next();
            Kind kind = Kind.values()[random.nextInt(3)];
            String name = fabric.allPolicies().map(policy -> policy.name().toString()).findFirst().orElse("x/y");
            String key = random.nextBoolean() ? "match" : mutation.of("before");
            assertThat(ObjectEdit.set(fabric, kind, name, Map.of(key, mutation.of("[tcp/1, any]")))).isNotNull();
            assertThat(ObjectEdit.add(fabric, kind, mutation.of("a/b"), Map.of(key, mutation.of("x")))).isNotNull();
            assertThat(ObjectEdit.remove(fabric, kind, name)).isNotNull();
        }
    }

    private static void refused(Validation result, String fault) {
        assertThat(result.faults()).extracting(each -> each.describe("f")).containsExactly(fault);
    }
}
