package net.weft.controller.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import net.weft.controller.model.revision.ZoneNumbers;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.packet.MacAddress;
import net.weft.zone.Action;
import net.weft.zone.AddressBinding;
import net.weft.zone.ConnectionLimits;
import net.weft.zone.Match;
import net.weft.zone.Policy;
import net.weft.zone.PortZones;
import net.weft.zone.Prefix;
import net.weft.zone.Timeouts;
import net.weft.zone.Zone;
import net.weft.zone.Zoning;
import org.junit.jupiter.api.Test;

class ZoningsTest {
    private static final String SAMPLE = """
            connections: {total: 4096, timeouts: {udp: 10s, tcp-established: 1h}}
            zones: {dmz: {}, data: {intra: deny}, batch: {}}
            policies:
              - {name: web, from: [dmz, none], to: [data, local], match: [tcp/5432, icmp/echo, ether/0x88cc], action: allow,
                 log: true, source: 10.0.0.0/8, destination: ["fd00::/16"]}
              - {name: rest, from: any, to: any, action: reject, stateless: true}
            tenants:
              acme:
                networks: {web: {vlan: 10, zone: dmz}, db: {vlan: 20, zone: data}, jobs: {vlan: 25, zone: batch}}
                zones: {batch: {intra: deny}}
                policies: [{name: web, from: batch, to: data, match: any, action: drop, midstream: true,
                            keep-established: true}]
              globex: {networks: {web: {vlan: 110}}}
            ports:
              web1: {type: tap, device: t1, network: acme/web, mac: "02:00:00:00:0a:01", ips: [10.10.0.11, "fd00:10::/64"],
                     shared-ips: 10.10.0.250}
              web2: {type: tap, device: t2, access: 10}
              job1: {type: tap, device: t3, access: 25}
              job2: {type: tap, device: t4, network: acme/web, zone: batch, guard: strict}
              free: {type: tap, device: t5, access: 30, mac: "02:00:00:00:0a:05", guard: off}
              own: {type: tap, device: t6, access: 110, zone: batch}
              bare: {type: tap, device: t7, access: 10, zone: none}
              up: {type: nic, device: e1, trunk: {allowed: [10, 20, 25, 30, 110]}, zones: {10: none, 30: dmz, 25: batch}}
            """;
    private final FabricConfig config = FabricYaml.parse(SAMPLE).orElseThrow();
    private final ZoneNumbers numbers = ZoneNumbers.NONE.assign(config);
    private final Zonings zonings = numbers.zonings(config);

    private PortZones zones(String port) {
        return zonings.zones(config.port(port).orElseThrow());
    }

    @Test
    void shouldGiveTheSwitchZonesPoliciesAndOwnersByNumber() {
        Zoning zoning = zonings.zoning();
        assertThat(zoning.zones()).containsExactly(new Zone(2, null, "dmz", true), new Zone(3, null, "data", false),
                new Zone(4, null, "batch", true), new Zone(5, "acme", "batch", false));
        assertThat(zoning.tenantByVlan()).containsExactlyInAnyOrderEntriesOf(
                Map.of(10, "acme", 20, "acme", 25, "acme", 110, "globex"));
        assertThat(zoning.policies()).containsExactly(
                new Policy(0, null, "web", Set.of(2, Zone.NONE), Set.of(3, Zone.LOCAL),
                        List.of(new Match(Match.Kind.TCP, 5432, 5432), new Match(Match.Kind.ICMP, 8, 8),
                                new Match(Match.Kind.ETHER, 0x88cc, 0x88cc)),
                        List.of(new Prefix(0, Prefix.ipv4(0x0a000000), 104, true)),
                        List.of(new Prefix(0xfd00L << 48, 0, 16, false)), Action.ALLOW, true, false, false, false),
                new Policy(1, null, "rest", Set.of(), Set.of(), List.of(Match.ANY), List.of(), List.of(), Action.REJECT,
                        false, false, false, true),
                new Policy(2, "acme", "web", Set.of(5), Set.of(3), List.of(Match.ANY), List.of(), List.of(),
                        Action.DROP,
                        false, true, true, false));
        assertThat(zoning.limits()).isEqualTo(new ConnectionLimits(4096, 4096, 4096));
        assertThat(zoning.timeouts()).isEqualTo(new Timeouts(3600, 60, 3600, 60, 10, 180, 30, 600));
        assertThat(zoning.isActive()).isTrue();
    }

    @Test
    void shouldTakeThePortsWordBeforeItsNetworks() {
        assertThat(zones("web1")).isEqualTo(PortZones.of(2));
        assertThat(zones("web2")).as("membership written otherwise").isEqualTo(PortZones.of(2));
        assertThat(zones("job1")).as("the tenant's zone shadows the fabric's").isEqualTo(PortZones.of(5));
        assertThat(zones("job2")).isEqualTo(PortZones.of(5));
        assertThat(zones("own")).as("another tenant's port").isEqualTo(PortZones.of(4));
        assertThat(zones("free")).isEqualTo(PortZones.NONE);
        assertThat(zones("bare")).isEqualTo(PortZones.NONE);
        assertThat(zones("up")).isEqualTo(new PortZones(Zone.NONE, Map.of(20, 3, 25, 5, 30, 2)));
    }

    @Test
    void shouldBeAPlainSwitchWithoutZones() {
        FabricConfig plain = FabricYaml.parse("ports: {a: {type: tap, device: t, access: 1}}").orElseThrow();
        Zonings none = ZoneNumbers.NONE.assign(plain).zonings(plain);
        assertThat(none.zoning()).isEqualTo(Zoning.OFF);
        assertThat(none.zones(plain.port("a").orElseThrow())).isEqualTo(PortZones.NONE);
    }

    @Test
    void shouldHoldAPortToItsAddressesWhereTheGuardIsStrict() {
        assertThat(config.port("web1").orElseThrow().guard().binding()).contains(new AddressBinding(
                Set.of(MacAddress.parse("02:00:00:00:0a:01")),
                List.of(new Prefix(0, Prefix.ipv4(0x0a0a000b), 128, true), new Prefix(0xfd00_0010L << 32, 0, 64, false),
                        new Prefix(0, Prefix.ipv4(0x0a0a00fa), 128, true))));
        assertThat(config.port("job2").orElseThrow().guard().binding())
                .contains(new AddressBinding(Set.of(), List.of()));
        assertThat(config.port("free").orElseThrow().guard().binding()).isEmpty();
        assertThat(config.port("web2").orElseThrow().guard().binding()).isEmpty();
    }

    @Test
    void shouldKeepNumbersWhateverTheOrderOfTheFile() {
        FabricConfig turned = FabricYaml.parse("""
                zones: {new: {}, batch: {}, data: {}}
                policies:
                  - {name: other, from: any, to: any, action: drop}
                  - {name: rest, from: any, to: any, action: drop}
                ports: {}
                """).orElseThrow();
        ZoneNumbers next = numbers.assign(turned);
        assertThat(next.zone(ScopedName.of("new"))).isEqualTo(6);
        assertThat(next.zone(ScopedName.of("batch"))).isEqualTo(4);
        assertThat(next.zone(ScopedName.of("acme", "batch"))).as("for the day it comes back").isEqualTo(5);
        assertThat(next.policy(ScopedName.of("rest"))).isEqualTo(1);
        assertThat(next.policy(ScopedName.of("other"))).isEqualTo(3);
        assertThat(next.assign(config)).isEqualTo(next);
    }
}
