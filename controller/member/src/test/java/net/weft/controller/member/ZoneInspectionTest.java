package net.weft.controller.member;

import static net.weft.controller.member.ZonedMember.FABRIC;
import static net.weft.controller.member.ZonedMember.NOW;
import static net.weft.controller.member.ZonedMember.await;
import static net.weft.controller.member.ZonedMember.udp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Label;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import net.weft.v1.ListPoliciesResponse;
import net.weft.v1.PacketTrace;
import net.weft.v1.Policy;
import net.weft.v1.Port;
import net.weft.v1.TraceStage;
import net.weft.v1.Zone;
import net.weft.v1.ZonePair;
import net.weft.vswitch.trace.TracedFrame;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Zones of a running switch: what is shown, counted and traced. */
class ZoneInspectionTest {
    @TempDir
    Path state = Path.of("");
    @SuppressWarnings("NullAway.Init")
    private ZonedMember member;

    @BeforeEach
    void start() {
        member = new ZonedMember(state);
    }

    @AfterEach
    void stop() {
        member.close();
    }

    private Zone zone(String name) {
        return member.zones.zones().stream().filter(zone -> zone.getName().equals(name)).findFirst().orElseThrow();
    }

    @Test
    void shouldListZonesWithTheirPorts() {
        assertThat(member.zones.zones()).extracting(Zone::getName).containsExactly("none", "local", "dmz", "data",
                "lab");
        assertThat(zone("dmz").getPortsList()).containsExactly("a");
        assertThat(zone("data").getPortsList()).containsExactly("b");
        assertThat(zone("data").getIntra()).isEqualTo("deny");
        assertThat(zone("lab").getTenant()).isEqualTo("acme");
        assertThat(zone("none").getPortsList()).containsExactly("d");
        assertThat(new Inspection(member.agent).ports()).extracting(Port::getZone).containsExactly("dmz", "data",
                "acme/lab",
                "none");
        assertThat(new Inspection(member.agent).ports()).extracting(Port::getGuard).containsExactly("strict", "off",
                "off",
                "off");
        member.apply("ports: {a: {type: tap, device: t0, access: 10}}");
        assertThat(member.zones.zones()).isEmpty();
    }

    @Test
    void shouldSayWhatHoldsBetweenAnyTwoZones() {
        ZonePair.Builder allowed = ZonePair.newBuilder().setFrom("dmz").setTo("data").setOtherwise("deny");
        assertThat(member.zones.pairs("")).hasSize(25).contains(
                allowed.addPolicies("web-to-db").addPolicies("no-smb").build(),
                ZonePair.newBuilder().setFrom("dmz").setTo("dmz").setOtherwise("allow").build(),
                ZonePair.newBuilder().setFrom("data").setTo("data").setOtherwise("deny").build(),
                ZonePair.newBuilder().setFrom("acme/lab").setTo("data").setOtherwise("drop").setDecidedBy("acme/rest")
                        .build(),
                ZonePair.newBuilder().setFrom("data").setTo("acme/lab").setOtherwise("deny").build());
        assertThatThrownBy(() -> member.zones.pairs("globex")).hasMessage("there is no tenant globex");
        member.apply(FABRIC.replace("ports:", "  globex: {zones: {lab: {}}}\nports:"));
        assertThat(member.zones.pairs("")).contains(
                ZonePair.newBuilder().setFrom("acme/lab").setTo("globex/lab").setOtherwise("apart").build());
        assertThat(member.zones.pairs("globex")).extracting(ZonePair::getFrom).doesNotContain("acme/lab")
                .contains("globex/lab");
    }

    @Test
    void shouldCountWhatPoliciesMatch() {
        member.talk();
        await(() -> assertThat(member.zones.policies().getPolicies(0).getPackets()).isEqualTo(2));
        ListPoliciesResponse policies = member.zones.policies();
        assertThat(policies.getPoliciesList()).extracting(Policy::getName).containsExactly("web-to-db", "no-smb",
                "rest");
        Policy policy = policies.getPolicies(0);
        assertThat(policy.getConnections()).isOne();
        assertThat(policy.getBytes()).isEqualTo(120);
        assertThat(Instant.parse(policy.getLastHit())).isBetween(NOW.minusSeconds(60), NOW);
        assertThat(policy.getFlagsList()).containsExactly("log");
        assertThat(policy.getMatchList()).containsExactly("udp/5432");
        assertThat(policies.getPolicies(1).getLastHit()).isEmpty();
        assertThat(policies.getPolicies(2).getToList()).containsExactly("any");
        assertThat(policies.getUnmatched().getPackets()).as("who was nobody's yet").isPositive();
        assertThat(zone("dmz").getDropped() + zone("data").getDropped()).isPositive();
    }

    @Test
    void shouldNameThePolicyAndItsLineInATrace() {
        member.talk();
        PacketTrace trace = trace(udp(1, 2, 4001, 5432));
        assertThat(trace.getPolicy()).isEqualTo("web-to-db");
        assertThat(trace.getVerdict()).isEqualTo("forward");
        TraceStage policy = stage(trace, "policy");
        assertThat(policy.getConfigList()).singleElement().satisfies(line -> {
            assertThat(line.getPath()).isEqualTo("policies[0]");
            assertThat(line.getLine()).isEqualTo(4);
            assertThat(line.getText()).startsWith("- {name: web-to-db");
        });
        assertThat(stage(trace, "guard").getConfigList()).singleElement()
                .satisfies(line -> assertThat(line.getPath()).isEqualTo("ports.a.mac"));
        PacketTrace denied = trace(udp(1, 2, 4001, 53));
        assertThat(denied.getReason()).isEqualTo("zone-denied");
        assertThat(denied.getPolicy()).isEmpty();
        assertThat(stage(denied, "policy").getConfigList()).extracting(line -> line.getPath() + " " + line.getLine())
                .containsExactly("tenants.acme.networks.web.zone 8", "zones.dmz 2");
    }

    private PacketTrace trace(byte[] frame) {
        return TraceMessages.of(member.agent.vswitch().trace("a", TracedFrame.of(frame)), member.agent.desired())
                .build();
    }

    private static TraceStage stage(PacketTrace trace, String name) {
        return trace.getStagesList().stream().filter(stage -> stage.getStage().equals(name)).findFirst().orElseThrow();
    }

    @Test
    void shouldTellPrometheus() {
        member.talk();
        assertThat(metric("weft_policy_packets")).containsEntry("web-to-db", 2.0).containsKeys("acme/rest", "(none)");
        assertThat(metric("weft_policy_connections")).containsEntry("acme/rest", 0.0).containsEntry("web-to-db", 1.0);
        assertThat(metric("weft_policy_bytes")).containsEntry("web-to-db", 120.0);
        assertThat(metric("weft_vlan_connections")).containsExactly(Map.entry("acme/web 10", 1.0));
        assertThat(metric("weft_connection_table_entries")).containsExactly(Map.entry("", 1.0));
        assertThat(metric("weft_connection_table_capacity")).containsExactly(Map.entry("", 2048.0));
    }

    /** Values by their labels. */
    private Map<String, Double> metric(String name) {
        Map<String, Double> values = new HashMap<>();
        for (MetricSnapshot snapshot : SwitchMetrics.of(member.agent).scrape()) {
            if (snapshot.getMetadata().getPrometheusName().equals(name)) {
                snapshot.getDataPoints().forEach(point -> values.put(
                        point.getLabels().stream().map(Label::getValue).collect(Collectors.joining(" ")),
                        point instanceof CounterSnapshot.CounterDataPointSnapshot counter
                                ? counter.getValue()
                                : ((GaugeSnapshot.GaugeDataPointSnapshot) point).getValue()));
            }
        }
        return values;
    }
}
