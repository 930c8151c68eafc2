package net.weft.controller.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Label;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.revision.Author;
import net.weft.controller.model.revision.Commits;
import net.weft.controller.model.revision.PortNumbers;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.v1.Connection;
import net.weft.v1.ConnectionFilter;
import net.weft.v1.ListConnectionsRequest;
import net.weft.v1.ListPoliciesResponse;
import net.weft.v1.PacketTrace;
import net.weft.v1.Policy;
import net.weft.v1.Port;
import net.weft.v1.TraceStage;
import net.weft.v1.Zone;
import net.weft.v1.ZonePair;
import net.weft.vswitch.PortSpec;
import net.weft.vswitch.SwitchOptions;
import net.weft.vswitch.TracedFrame;
import net.weft.vswitch.VirtualSwitch;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.device.MemoryLink;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Zones of a running switch whose cables are in memory: what is shown, filtered, killed, foreseen and traced. */
class ZoneInspectionTest {
    private static final String FABRIC = """
            connections: {total: 2048}
            zones: {dmz: {}, data: {intra: deny}}
            policies:
              - {name: web-to-db, from: [dmz], to: [data], match: [udp/5432], action: allow, log: true}
              - {name: no-smb, from: [dmz], to: [data], match: [tcp/445], action: reject}
            tenants:
              acme:
                networks: {web: {vlan: 10, zone: dmz}}
                zones: {lab: {}}
                policies:
                  - {name: rest, from: [lab], to: any, action: drop}
            ports:
              a: {type: tap, device: t0, network: acme/web, mac: "02:00:00:00:00:01"}
              b: {type: tap, device: t1, access: 10, zone: data}
              c: {type: tap, device: t2, access: 10, zone: lab}
              d: {type: tap, device: t3, access: 30}
            """;
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @TempDir
    Path state = Path.of("");
    private final Map<String, MemoryLink> links = Map.of("a", cable("a"), "b", cable("b"), "c", cable("c"), "d",
            cable("d"));
    @SuppressWarnings("NullAway.Init")
    private VirtualSwitch vswitch;
    @SuppressWarnings("NullAway.Init")
    private MemberAgent agent;
    @SuppressWarnings("NullAway.Init")
    private ZoneInspection zones;
    @SuppressWarnings("NullAway.Init")
    private ConnectionInspection connections;
    private Optional<Revision> last = Optional.empty();

    private static MemoryLink cable(String name) {
        return new MemoryLink(name, 16, 2048, ~0);
    }

    @BeforeEach
    void start() {
        vswitch = new VirtualSwitch(new SwitchOptions(List.of(), false, state, 300, 1));
        agent = new MemberAgent(1, vswitch, this::inMemory);
        apply(FABRIC);
        zones = new ZoneInspection(agent, InstantSource.fixed(NOW));
        connections = new ConnectionInspection(agent);
    }

    @AfterEach
    void stop() {
        agent.close();
        vswitch.close();
        links.values().forEach(MemoryLink::close);
    }

    private Revision revision(String yaml) {
        return Commits.file(last, FabricYaml.parse(yaml).orElseThrow(), yaml, new Author(Instant.EPOCH, "test", ""),
                RandomGenerator.of("L64X128MixRandom"));
    }

    private void apply(String yaml) {
        last = Optional.of(revision(yaml));
        agent.apply(last.get());
    }

    private List<PortSpec> inMemory(FabricConfig config, PortNumbers numbers) {
        return PortSpecs.of(config, numbers, 1).stream().map(spec -> new PortSpec(spec.name(), spec.number(),
                new DeviceSpec.InMemory(Objects.requireNonNull(links.get(spec.name()))), spec.membership(),
                spec.enabled(),
                spec.mtu(), spec.macLimit(), spec.protection())).toList();
    }

    /** UDP from host {@code from} (10.10.0.n, 02:00:00:00:00:n) to another, in 60 bytes. */
    private static byte[] udp(int from, int to, int sourcePort, int destinationPort) {
        ByteBuffer frame = ByteBuffer.allocate(60);
        frame.put(new byte[]{2, 0, 0, 0, 0, (byte) to, 2, 0, 0, 0, 0, (byte) from, 8, 0});
        frame.put(new byte[]{0x45, 0, 0, 40, 0, 7, 0, 0, 64, 17, 0, 0, 10, 10, 0, (byte) from, 10, 10, 0, (byte) to});
        checksum(frame);
        return frame.putShort((short) sourcePort).putShort((short) destinationPort).putShort((short) 20).array();
    }

    private static void checksum(ByteBuffer frame) {
        int sum = 0;
        for (int at = 14; at < 34; at += 2) {
            sum += Short.toUnsignedInt(frame.getShort(at));
        }
        sum = (sum & 0xffff) + (sum >> 16);
        frame.putShort(24, (short) ~((sum & 0xffff) + (sum >> 16)));
    }

    private void send(String port, byte[] frame) {
        assertThat(Objects.requireNonNull(links.get(port)).send(frame, 0)).isTrue();
    }

    private static void await(Runnable assertion) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(5))
                .untilAsserted(assertion::run);
    }

    /** Host 1 (port a, zone dmz) has asked host 2 (port b, zone data), and is answered. */
    private void talk() {
        send("b", udp(2, 1, 9, 9));
        send("a", udp(1, 2, 9, 9));
        await(() -> assertThat(agent.vswitch().ports().get(0).stations() + agent.vswitch().ports().get(1).stations())
                .isEqualTo(2));
        send("a", udp(1, 2, 4000, 5432));
        await(() -> assertThat(list(ConnectionFilter.getDefaultInstance())).hasSize(1));
        send("b", udp(2, 1, 5432, 4000));
        await(() -> assertThat(list(ConnectionFilter.getDefaultInstance()).getFirst().getReplyPackets()).isOne());
    }

    private List<Connection> list(ConnectionFilter filter) {
        return connections.list(ListConnectionsRequest.newBuilder().setFilter(filter).build()).getConnectionsList();
    }

    private Zone zone(String name) {
        return zones.zones().stream().filter(zone -> zone.getName().equals(name)).findFirst().orElseThrow();
    }

    @Test
    void shouldListZonesWithTheirPorts() {
        assertThat(zones.zones()).extracting(Zone::getName).containsExactly("none", "local", "dmz", "data", "lab");
        assertThat(zone("dmz").getPortsList()).containsExactly("a");
        assertThat(zone("data").getPortsList()).containsExactly("b");
        assertThat(zone("data").getIntra()).isEqualTo("deny");
        assertThat(zone("lab").getTenant()).isEqualTo("acme");
        assertThat(zone("none").getPortsList()).containsExactly("d");
        assertThat(new Inspection(agent).ports()).extracting(Port::getZone).containsExactly("dmz", "data", "acme/lab",
                "none");
        assertThat(new Inspection(agent).ports()).extracting(Port::getGuard).containsExactly("strict", "off", "off",
                "off");
        apply("ports: {a: {type: tap, device: t0, access: 10}}");
        assertThat(zones.zones()).isEmpty();
    }

    @Test
    void shouldSayWhatHoldsBetweenAnyTwoZones() {
        ZonePair.Builder allowed = ZonePair.newBuilder().setFrom("dmz").setTo("data").setOtherwise("deny");
        assertThat(zones.pairs("")).hasSize(25).contains(allowed.addPolicies("web-to-db").addPolicies("no-smb").build(),
                ZonePair.newBuilder().setFrom("dmz").setTo("dmz").setOtherwise("allow").build(),
                ZonePair.newBuilder().setFrom("data").setTo("data").setOtherwise("deny").build(),
                ZonePair.newBuilder().setFrom("acme/lab").setTo("data").setOtherwise("drop").setDecidedBy("acme/rest")
                        .build(),
                ZonePair.newBuilder().setFrom("data").setTo("acme/lab").setOtherwise("deny").build());
        assertThatThrownBy(() -> zones.pairs("globex")).hasMessage("there is no tenant globex");
        apply(FABRIC.replace("ports:", "  globex: {zones: {lab: {}}}\nports:"));
        assertThat(zones.pairs("")).contains(
                ZonePair.newBuilder().setFrom("acme/lab").setTo("globex/lab").setOtherwise("apart").build());
        assertThat(zones.pairs("globex")).extracting(ZonePair::getFrom).doesNotContain("acme/lab")
                .contains("globex/lab");
    }

    @Test
    void shouldCountWhatPoliciesMatch() {
        talk();
        await(() -> assertThat(zones.policies().getPolicies(0).getPackets()).isEqualTo(2));
        ListPoliciesResponse policies = zones.policies();
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
    void shouldShowFilterAndKillConnections() {
        talk();
        Connection connection = list(ConnectionFilter.getDefaultInstance()).getFirst();
        assertThat(connection.toBuilder().clearSecondsToLive().build()).isEqualTo(Connection.newBuilder()
                .setProtocol("udp")
                .setSource("10.10.0.1:4000").setDestination("10.10.0.2:5432").setState("unreplied".equals(connection
                        .getState()) ? "unreplied" : "stream")
                .setFrom("dmz").setTo("data").setPolicy("web-to-db").setPackets(2).setBytes(120).setReplyPackets(1)
                .setReplyBytes(60).setNetwork("acme/web").setVlan(10).setPort("a").build());
        assertThat(connection.getSecondsToLive()).isBetween(1, 180);
        ConnectionFilter none = ConnectionFilter.getDefaultInstance();
        for (ConnectionFilter hit : List.of(none.toBuilder().setNetwork("acme/web").build(),
                none.toBuilder().setVlan(10).build(), none.toBuilder().setZone("data").build(),
                none.toBuilder().setFrom("dmz").setTo("data").build(), none.toBuilder().setPort("a").build(),
                none.toBuilder().setProtocol("udp").build(), none.toBuilder().setProtocol("proto/17").build(),
                none.toBuilder().setAddress("10.10.0.0/30").build(), none.toBuilder().setService(5432).build(),
                none.toBuilder().setState(connection.getState()).build(),
                none.toBuilder().setPolicy("web-to-db").build())) {
            assertThat(list(hit)).as(hit.toString()).hasSize(1);
        }
        for (ConnectionFilter miss : List.of(none.toBuilder().setVlan(30).build(),
                none.toBuilder().setZone("none").build(),
                none.toBuilder().setFrom("data").build(), none.toBuilder().setPort("b").build(),
                none.toBuilder().setProtocol("tcp").build(), none.toBuilder().setAddress("fd00::/8").build(),
                none.toBuilder().setService(53).build(), none.toBuilder().setState("established").build(),
                none.toBuilder().setPolicy("acme/rest").build())) {
            assertThat(list(miss)).as(miss.toString()).isEmpty();
            assertThat(connections.kill(miss, false)).as(miss.toString()).isZero();
        }
        assertThat(connections.kill(none.toBuilder().setAddress("10.10.0.2").build(), false)).isOne();
        assertThat(list(none)).isEmpty();
        assertThatThrownBy(() -> connections.kill(none, false))
                .hasMessage("which connections? expected a filter, or all");
    }

    @Test
    void shouldRefuseFiltersThatNameWhatThereIsNot() {
        ConnectionFilter none = ConnectionFilter.getDefaultInstance();
        assertThatThrownBy(() -> list(none.toBuilder().setZone("lab").build()))
                .hasMessage("there is no zone lab; there is acme/lab");
        assertThatThrownBy(() -> list(none.toBuilder().setPolicy("web").build())).hasMessage("there is no policy web");
        assertThatThrownBy(() -> list(none.toBuilder().setNetwork("web").build()))
                .hasMessage("there is no network web");
        assertThatThrownBy(() -> list(none.toBuilder().setPort("z").build())).hasMessage("there is no port z");
        assertThatThrownBy(() -> list(none.toBuilder().setProtocol("sctp").build()))
                .hasMessage("protocol sctp: expected tcp, udp, icmp, icmpv6 or proto/N (0-255)");
        assertThatThrownBy(() -> list(none.toBuilder().setState("etablished").build()))
                .hasMessage(
                        "state etablished: expected one of syn-sent, syn-received, picked-up, established, closing, "
                                + "closed, unreplied, stream, replied");
        assertThatThrownBy(() -> list(none.toBuilder().setAddress("10.0").build()))
                .hasMessageStartingWith("address 10.0: ");
        assertThatThrownBy(() -> list(none.toBuilder().setService(65_536).build()))
                .hasMessageStartingWith("service 65536");
        assertThatThrownBy(() -> connections.list(ListConnectionsRequest.newBuilder().setLimit(100_001).build()))
                .hasMessage("limit 100001: expected 1 to 100000");
    }

    @Test
    void shouldForeseeWhichConnectionsAChangeCuts() {
        talk();
        assertThat(cut(FABRIC)).isZero();
        assertThat(cut(FABRIC.replace("udp/5432", "udp/5433"))).as("its policy is gone").isOne();
        assertThat(cut(FABRIC.replace("udp/5432", "udp/1-6000"))).isZero();
        assertThat(cut(FABRIC.replace("access: 10, zone: data", "access: 10, zone: dmz")))
                .as("nobody is in that zone any more").isOne();
        assertThat(cut(FABRIC.replace("access: 10, zone: data", "access: 10, zone: data, enabled: false")))
                .as("its port carries nothing any more").isOne();
        assertThat(cut("ports: {}")).as("a plain switch judges nothing").isZero();
        ConnectionInspection.Cut cut = connections.cut(revision(FABRIC.replace("udp/5432", "tcp")));
        assertThat(cut.shown()).extracting(Connection::getDestination).containsExactly("10.10.0.2:5432");
    }

    private long cut(String yaml) {
        return connections.cut(revision(yaml)).count();
    }

    @Test
    void shouldNameThePolicyAndItsLineInATrace() {
        talk();
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
        return TraceMessages.of(agent.vswitch().trace("a", TracedFrame.of(frame)), agent.desired()).build();
    }

    private static TraceStage stage(PacketTrace trace, String name) {
        return trace.getStagesList().stream().filter(stage -> stage.getStage().equals(name)).findFirst().orElseThrow();
    }

    @Test
    void shouldTellPrometheus() {
        talk();
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
        for (MetricSnapshot snapshot : SwitchMetrics.of(agent).scrape()) {
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
