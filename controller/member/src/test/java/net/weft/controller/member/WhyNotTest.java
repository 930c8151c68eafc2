package net.weft.controller.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.revision.Author;
import net.weft.controller.model.revision.Commits;
import net.weft.controller.model.revision.PortNumbers;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.v1.ListMacsRequest;
import net.weft.v1.Mac;
import net.weft.vswitch.SwitchOptions;
import net.weft.vswitch.VirtualSwitch;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.trace.Trace;
import net.weft.vswitch.trace.TracedFrame;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Why a packet does not leave by a port, and where its destination is instead. */
class WhyNotTest {
    private static final String FABRIC = """
            ports:
              web1: {type: tap, device: t0, access: 10}
              web2: {type: tap, device: t1, access: 10, ips: [10.10.0.12]}
              c3: {type: tap, device: t2, access: 20, ips: [10.10.0.13]}
              c4: {type: tap, device: t3, access: 20}
              off: {type: tap, device: t4, access: 10, enabled: false}
            """;
    @TempDir
    Path state = Path.of("");
    private final Map<String, MemoryLink> links = Map.of("web1", cable("web1"), "web2", cable("web2"), "c3",
            cable("c3"), "c4", cable("c4"), "off", cable("off"));
    @SuppressWarnings("NullAway.Init")
    private VirtualSwitch vswitch;
    @SuppressWarnings("NullAway.Init")
    private MemberAgent agent;

    private static MemoryLink cable(String name) {
        return new MemoryLink(name, 16, 2048, ~0);
    }

    @BeforeEach
    void start() {
        vswitch = new VirtualSwitch(new SwitchOptions(List.of(), false, state, 300, 1));
        agent = new MemberAgent(1, vswitch, this::inMemory);
        Revision revision = Commits.file(Optional.empty(), FabricYaml.parse(FABRIC).orElseThrow(), FABRIC,
                new Author(Instant.EPOCH, "test", ""), RandomGenerator.of("L64X128MixRandom"));
        agent.apply(revision);
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(
                () -> vswitch.ports().stream().filter(port -> port.isUp()).count() == 4);
    }

    @AfterEach
    void stop() {
        agent.close();
        vswitch.close();
        links.values().forEach(MemoryLink::close);
    }

    private List<PortSpec> inMemory(FabricConfig config, PortNumbers numbers) {
        return PortSpecs.of(config, numbers, 1).stream()
                .map(spec -> spec.attachedTo(
                        new DeviceSpec.InMemory(Objects.requireNonNull(links.get(spec.name())))))
                .toList();
    }

    private static byte[] udp(int from, int to) {
        return ZonedMember.udp(from, to, 9, 9);
    }

    /** An ARP request from a host to everyone. */
    private static byte[] arp(int host, int target) {
        ByteBuffer frame = ByteBuffer.allocate(60).putLong(-1L).position(6);
        frame.put(new byte[]{2, 0, 0, 0, 0, (byte) host}).putShort((short) 0x0806).putShort((short) 1)
                .putShort((short) 0x0800).put((byte) 6).put((byte) 4).putShort((short) 1);
        frame.put(new byte[]{2, 0, 0, 0, 0, (byte) host, 10, 10, 0, (byte) host});
        return frame.put(new byte[]{0, 0, 0, 0, 0, 0, 10, 10, 0, (byte) target}).array();
    }

    private List<String> why(String from, byte[] frame, String to) {
        Trace trace = vswitch.trace(from, TracedFrame.of(frame));
        return WhyNot.of(vswitch, trace, frame, to);
    }

    private void send(String port, byte[] frame) {
        assertThat(Objects.requireNonNull(links.get(port)).send(frame, 0)).isTrue();
    }

    private List<Mac> macs() {
        return new Inspection(agent).macs(ListMacsRequest.getDefaultInstance());
    }

    @Test
    void shouldSayThatTheDestinationIsInAnotherVlan() {
        String elsewhere = "10.10.0.13 is behind c3, in VLAN 20; web1 is in VLAN 10";
        assertThat(why("web1", udp(1, 13), "c3")).containsExactly(elsewhere,
                "not by c3: c3 is in VLAN 20; web1's packet is in VLAN 10");
        assertThat(why("web1", udp(1, 13), "")).as("without --to").containsExactly(elsewhere);
        assertThat(why("web1", arp(1, 13), "")).as("whom ARP asks for").containsExactly(elsewhere);
        assertThat(why("web1", udp(1, 12), "")).as("the control: in this VLAN").isEmpty();
    }

    @Test
    void shouldSayWhyNotByAPort() {
        assertThat(why("web1", udp(1, 12), "web2")).as("it does leave there").isEmpty();
        assertThat(why("web1", udp(1, 12), "web1")).containsExactly("not by web1: the packet came in by it");
        assertThat(why("web1", udp(1, 12), "off")).singleElement().asString().startsWith("not by off: it is ");
        assertThatThrownBy(() -> why("web1", udp(1, 12), "web9")).hasMessage("there is no port web9");
        send("web2", udp(12, 1));
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> macs().size() == 1);
        assertThat(why("web2", udp(12, 12), "web1")).containsExactly(
                "not by web1: it is dropped first (same-port)");
    }

    /** A port that declares no addresses: what its hosts have claimed by ARP is known. */
    @Test
    void shouldKnowAddressesThatWereSeen() {
        assertThat(why("web1", udp(1, 14), "")).as("nobody has said so yet").isEmpty();
        send("c4", arp(14, 13));
        Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(macs())
                .anySatisfy(row -> assertThat(row.getAddressesList()).containsExactly("10.10.0.14")));
        assertThat(why("web1", udp(1, 14), ""))
                .containsExactly("10.10.0.14 is behind c4, in VLAN 20; web1 is in VLAN 10");
        send("web1", arp(14, 13));
        Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(macs().stream()
                .filter(row -> row.getAddressesList().contains("10.10.0.14"))).hasSize(2));
        assertThat(why("web2", udp(12, 14), "")).as("it is in this VLAN, too").isEmpty();
    }
}
