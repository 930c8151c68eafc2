package net.weft.controller.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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
import net.weft.v1.Connection;
import net.weft.v1.ConnectionFilter;
import net.weft.v1.ListConnectionsRequest;
import net.weft.vswitch.SwitchOptions;
import net.weft.vswitch.VirtualSwitch;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.port.PortSpec;
import org.awaitility.Awaitility;

/** A switch with zones whose cables are in memory, and who looks into it. */
final class ZonedMember implements AutoCloseable {
    static final String FABRIC = """
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
    static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    final MemberAgent agent;
    final ZoneInspection zones;
    final ConnectionInspection connections;
    private final Map<String, MemoryLink> links = Map.of("a", cable("a"), "b", cable("b"), "c", cable("c"), "d",
            cable("d"));
    private final VirtualSwitch vswitch;
    private Optional<Revision> last = Optional.empty();

    ZonedMember(Path state) {
        vswitch = new VirtualSwitch(new SwitchOptions(List.of(), false, state, 300, 1));
        agent = new MemberAgent(1, vswitch, this::inMemory);
        apply(FABRIC);
        zones = new ZoneInspection(agent, InstantSource.fixed(NOW));
        connections = new ConnectionInspection(agent);
    }

    private static MemoryLink cable(String name) {
        return new MemoryLink(name, 16, 2048, ~0);
    }

    @Override
    public void close() {
        agent.close();
        vswitch.close();
        links.values().forEach(MemoryLink::close);
    }

    Revision revision(String yaml) {
        return Commits.file(last, FabricYaml.parse(yaml).orElseThrow(), yaml, new Author(Instant.EPOCH, "test", ""),
                RandomGenerator.of("L64X128MixRandom"));
    }

    void apply(String yaml) {
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
    static byte[] udp(int from, int to, int sourcePort, int destinationPort) {
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

    static void await(Runnable assertion) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(5))
                .untilAsserted(assertion::run);
    }

    /** Each host sends a packet, so that its station is known. */
    void introduce() {
        send("b", udp(2, 1, 9, 9));
        send("a", udp(1, 2, 9, 9));
        await(() -> assertThat(agent.vswitch().ports().get(0).stations() + agent.vswitch().ports().get(1).stations())
                .isEqualTo(2));
    }

    /** Host 1 (port a, zone dmz) has asked host 2 (port b, zone data), and is answered. */
    void talk() {
        introduce();
        send("a", udp(1, 2, 4000, 5432));
        await(() -> assertThat(list(ConnectionFilter.getDefaultInstance())).hasSize(1));
        send("b", udp(2, 1, 5432, 4000));
        await(() -> assertThat(list(ConnectionFilter.getDefaultInstance()).getFirst().getReplyPackets()).isOne());
    }

    List<Connection> list(ConnectionFilter filter) {
        return connections.list(ListConnectionsRequest.newBuilder().setFilter(filter).build()).getConnectionsList();
    }
}
