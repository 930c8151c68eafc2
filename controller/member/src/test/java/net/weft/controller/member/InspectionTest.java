package net.weft.controller.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.revision.Author;
import net.weft.controller.model.revision.Commits;
import net.weft.controller.model.revision.PortNumbers;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.v1.Drop;
import net.weft.v1.ListMacsRequest;
import net.weft.v1.Mac;
import net.weft.v1.MulticastGroup;
import net.weft.v1.Port;
import net.weft.v1.Vlan;
import net.weft.v1.Worker;
import net.weft.vswitch.SwitchOptions;
import net.weft.vswitch.VirtualSwitch;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.port.PortSpec;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A switch whose cables are in memory, driven as a revision drives it. */
class InspectionTest {
    private static final String FABRIC = """
            tenants: {acme: {networks: {web: {vlan: 10, subnets: [10.10.0.0/24]}}}}
            ports:
              a: {type: tap, device: t0, network: acme/web}
              b: {type: tap, device: t1, access: 10}
              c: {type: tap, device: t2, trunk: {allowed: [10, 20], native: 20}}
              d: {type: tap, device: t3, access: 30, enabled: false}
            """;
    @TempDir
    Path state = Path.of("");
    private final Map<String, MemoryLink> links = Map.of("a", cable("a"), "b", cable("b"), "c",
            cable("c"), "d", cable("d"));
    @SuppressWarnings("NullAway.Init")
    private VirtualSwitch vswitch;
    @SuppressWarnings("NullAway.Init")
    private Inspection inspection;
    @SuppressWarnings("NullAway.Init")
    private MemberAgent agent;

    private static MemoryLink cable(String name) {
        return new MemoryLink(name, 16, 2048, ~0);
    }

    @BeforeEach
    void start() {
        vswitch = new VirtualSwitch(new SwitchOptions(List.of(), false, state, 300, 1));
        agent = new MemberAgent(1, vswitch, this::inMemory);
        agent.apply(revision(FABRIC));
        inspection = new Inspection(agent);
    }

    @AfterEach
    void stop() {
        agent.close();
        vswitch.close();
        links.values().forEach(MemoryLink::close);
    }

    @Test
    void shouldTellWhichPortsWantWhichGroup() {
        agent.apply(revision(FABRIC.replace("vlan: 10,", "vlan: 10, querier: true,")));
        String join = "01005e01020302000000000a080046c00020000040000102e9080a0a0001ef010203940400001600f8faef0102030000000000000000000000000000";
        Objects.requireNonNull(links.get("a")).send(HexFormat.of().parseHex(join), 0);
        MulticastGroup common = MulticastGroup.newBuilder().setVlan(10).setNetwork("acme/web").setFamily("ipv4")
                .setState("flooded").build();
        Awaitility.await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(MulticastInspection.groups(agent, 10).stream()
                        .map(row -> row.toBuilder().setState("flooded").build())).contains(
                                common.toBuilder().setGroup("*").build(),
                                common.toBuilder().setGroup("239.1.2.3").addPorts("a").build(),
                                common.toBuilder().setFamily("ipv6").setGroup("*").build()));
        assertThat(MulticastInspection.groups(agent, 20)).isEmpty();
    }

    private static Revision revision(String yaml) {
        return Commits.file(Optional.empty(), FabricYaml.parse(yaml).orElseThrow(), yaml,
                new Author(Instant.EPOCH, "test", ""), RandomGenerator.of("L64X128MixRandom"));
    }

    @Test
    void shouldExportWhatTheConfigurationSays() {
        assertThat(inspection.exports()).isEmpty();
        agent.apply(revision(FABRIC + "export: {sflow: {collector: 127.0.0.1:9, sampling: 7, agent: 192.0.2.1}}"));
        assertThat(inspection.exports()).singleElement().satisfies(export -> {
            assertThat(export.getProtocol()).isEqualTo("sflow");
            assertThat(export.getCollector()).isEqualTo("127.0.0.1:9");
            assertThat(export.getSampling()).isEqualTo(7);
            assertThat(export.getMember()).isOne();
        });
        agent.apply(revision(FABRIC + "export: {ipfix: {collector: \"[::1]:9\"}}"));
        assertThat(inspection.exports()).singleElement().satisfies(export -> {
            assertThat(export.getProtocol()).isEqualTo("ipfix");
            assertThat(export.getCollector()).isEqualTo("[::1]:9");
            assertThat(export.getSampling()).isEqualTo(1000);
        });
        agent.apply(revision(FABRIC));
        assertThat(inspection.exports()).isEmpty();
    }

    private List<PortSpec> inMemory(FabricConfig config, PortNumbers numbers) {
        return PortSpecs.of(config, numbers, 1).stream()
                .map(spec -> new PortSpec(spec.name(), spec.number(), new DeviceSpec.InMemory(link(spec.name())),
                        spec.membership(), spec.enabled(), spec.mtu(), spec.macLimit(),
                        spec.protection()))
                .toList();
    }

    private MemoryLink link(String port) {
        return Objects.requireNonNull(links.get(port));
    }

    /** A broadcast from station 02:00:00:00:00:{@code station}. */
    private static byte[] broadcast(int station) {
        byte[] frame = new byte[60];
        Arrays.fill(frame, 0, 6, (byte) 0xff);
        frame[6] = 2;
        frame[11] = (byte) station;
        frame[12] = (byte) 0x88;
        frame[13] = (byte) 0xb5;
        return frame;
    }

    private static void await(Runnable assertion) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(5))
                .untilAsserted(assertion::run);
    }

    @Test
    void shouldListPortsInTheWordsOfTheContract() {
        assertThat(inspection.ports()).extracting(Port::getName).containsExactly("a", "b", "c", "d");
        assertThat(inspection.ports()).extracting(Port::getState).containsExactly("up", "up", "up", "disabled");
        assertThat(inspection.ports()).extracting(Port::getInterface).containsExactly("1/0/1", "1/0/2", "1/0/3",
                "1/0/4");
        assertThat(inspection.ports()).extracting(Port::getNetwork).containsExactly("acme/web", "acme/web", "", "");
        assertThat(inspection.ports().get(3).getReason()).isEqualTo("disabled");
    }

    @Test
    void shouldCountAndLearnWhatItForwards() {
        assertThat(link("a").send(broadcast(1), 0)).isTrue();
        await(() -> {
            assertThat(inspection.macs(ListMacsRequest.getDefaultInstance())).extracting(Mac::getMac)
                    .containsExactly("02:00:00:00:00:01");
            assertThat(inspection.ports().get(0).getRxPackets()).isEqualTo(1);
            assertThat(inspection.ports().get(1).getTxPackets()).isEqualTo(1);
            assertThat(inspection.ports().get(2).getTxBytes()).isEqualTo(64);
        });
        Mac mac = inspection.macs(ListMacsRequest.newBuilder().setVlan(10).setPort("a").build()).getFirst();
        assertThat(mac.getVlan()).isEqualTo(10);
        assertThat(mac.getPort()).isEqualTo("a");
        assertThat(inspection.macs(ListMacsRequest.newBuilder().setVlan(20).build())).isEmpty();
    }

    @Test
    void shouldNameDropsWithReasonAndMeaning() {
        byte[] toBridgeOnly = broadcast(1);
        System.arraycopy(new byte[]{1, (byte) 0x80, (byte) 0xc2, 0, 0, 0}, 0, toBridgeOnly, 0, 6);
        assertThat(link("a").send(toBridgeOnly, 0)).isTrue();
        await(() -> assertThat(inspection.drops(false)).extracting(Drop::getReason)
                .containsExactly("reserved-address"));
        assertThat(inspection.drops(false).getFirst().getMeaning()).contains("01:80:c2");
        assertThat(inspection.drops(true).size()).isGreaterThan(4);
        Instant last = Instant.parse(inspection.drops(false).getFirst().getLast());
        assertThat(last).isCloseTo(Instant.now(), within(30, ChronoUnit.SECONDS));
        assertThat(inspection.drops(true)).as("what never occurred has no time")
                .filteredOn(drop -> drop.getPackets() == 0).isNotEmpty().allMatch(drop -> drop.getLast().isEmpty());
    }

    @Test
    void shouldRememberWhenADropWasSeenLast() {
        AtomicLong second = new AtomicLong(1000);
        DropTimes times = new DropTimes(vswitch::ports, () -> Instant.ofEpochSecond(second.get()));
        times.look();
        assertThat(times.last("a", DropReason.RESERVED_ADDRESS)).isEmpty();
        byte[] toBridgeOnly = broadcast(1);
        System.arraycopy(new byte[]{1, (byte) 0x80, (byte) 0xc2, 0, 0, 0}, 0, toBridgeOnly, 0, 6);
        assertThat(link("a").send(toBridgeOnly, 0)).isTrue();
        await(() -> assertThat(inspection.drops(false)).isNotEmpty());
        second.set(1005);
        times.look();
        second.set(1009);
        times.look();
        assertThat(times.last("a", DropReason.RESERVED_ADDRESS)).contains(Instant.ofEpochSecond(1005));
        assertThat(times.last("b", DropReason.RESERVED_ADDRESS)).isEmpty();
        assertThat(times.last("gone", DropReason.RESERVED_ADDRESS)).isEmpty();
    }

    @Test
    void shouldListVlansWithTheirPorts() {
        assertThat(inspection.vlans()).extracting(Vlan::getVid).containsExactly(10, 20, 30);
        Vlan web = inspection.vlans().getFirst();
        assertThat(web.getPortsList()).containsExactly("a", "b", "c");
        assertThat(web.getUntaggedPortsList()).containsExactly("a", "b");
        assertThat(web.getNetwork()).isEqualTo("acme/web");
    }

    @Test
    void shouldListNetworksAndWorkers() {
        assertThat(inspection.networks().getFirst().getPortsList()).containsExactly("a", "b", "c");
        assertThat(inspection.workers().getFirst().getPortsList()).containsExactly("a", "b", "c");
        assertThat(inspection.workers().getFirst().getQueuesList()).extracting(Worker.Queue::getReason)
                .containsOnly("the only worker");
        await(() -> assertThat(inspection.workers().getFirst().getState()).isEqualTo("asleep"));
    }

    @Test
    void shouldKeepCountersOfPortsThatAnApplyDoesNotTouch() {
        assertThat(link("a").send(broadcast(1), 0)).isTrue();
        await(() -> assertThat(inspection.ports().get(0).getRxPackets()).isEqualTo(1));
        agent.apply(revision(FABRIC.replace("access: 10}", "access: 20}")));
        assertThat(inspection.ports().get(0).getRxPackets()).isEqualTo(1);
        assertThat(inspection.ports().get(1).getVlans()).isEqualTo("access 20");
    }

    @Test
    void shouldBeReadyWhenEveryEnabledPortIsUp() {
        assertThat(agent.isReady()).isTrue();
    }
}
