package net.weft.examples.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import net.weft.controller.member.packet.PacketBuilder;
import net.weft.controller.member.packet.PacketSpecParser;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.FrameSocket;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.WeftProcess;
import net.weft.linux.Memory;
import net.weft.linux.PacketSocket;
import net.weft.vswitch.TracedFrame;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Offload;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * For each drop reason a packet in words that causes it on real interfaces, is counted under it by {@code show drops}, and is
 * explained by {@code trace}, given the same words, with the same reason and sentence.
 */
class DropReasonsTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String DEVICE = "eth0";
    private static final String FROM_A = " src-mac 02:00:00:00:00:0a";
    private static final String TO_ALL = " dst-mac ff:ff:ff:ff:ff:ff";
    /**
     * What no single packet causes at will; {@code vswitch} has rows for these, as for all others, and {@link LoopTest} and
     * {@link ProtectionTest} cause them on cables.
     */
    private static final Set<DropReason> IN_MEMORY_ONLY = EnumSet.of(DropReason.PORT_DOWN,
            DropReason.LOOP, DropReason.RATE_LIMIT, DropReason.STORM_LIMIT, DropReason.PUNT_LIMIT);
    /** IGMPv2, from 10.10.0.3: which groups are wanted, to be answered within 100 ms. */
    private static final String QUERY = "raw 01005e00000102000000000a080046c000200000000001023a0a0a0a0003e0000001940400001101eefe00000000"
            + "00".repeat(14);
    private static final Map<DropReason, Row> TABLE = new LinkedHashMap<>();

    /**
     * @param prepare what must have happened before
     * @param at port that counts it
     * @param foreseen whether a trace can know; else it tells of those that were lost before
     */
    private record Row(Consumer<Network> prepare, String from, String spec, String at, boolean foreseen) {
        static Row of(String port, String spec) {
            return new Row(none -> {
            }, port, spec, port, true);
        }
    }

    static {
        TABLE.put(DropReason.MALFORMED, Row.of("p1", "ether 0x88b5 src-mac 03:00:00:00:00:01" + TO_ALL));
        TABLE.put(DropReason.OVERSIZE, Row.of("narrow", "ether 0x88b5 length 1200" + FROM_A + TO_ALL));
        TABLE.put(DropReason.RESERVED_ADDRESS, Row.of("p1", "ether 0x88b5 dst-mac 01:80:c2:00:00:0f" + FROM_A));
        TABLE.put(DropReason.NOT_MEMBER, Row.of("p1", "ether 0x88b5 vlan 30" + FROM_A + TO_ALL));
        TABLE.put(DropReason.DOUBLE_TAG, Row.of("p1", "ether 0x88b5 vlan 0 vlan 30" + FROM_A + TO_ALL));
        TABLE.put(DropReason.BAD_OFFLOAD, Row.of("p1", "udp 10.10.0.1:1 > 10.10.0.2:2 length 100 csum 20+6" + FROM_A
                + TO_ALL));
        TABLE.put(DropReason.HEADER_TOO_LONG, Row.of("p1", "raw " + longHeaders() + " csum 702+6"));
        TABLE.put(DropReason.SAME_PORT, new Row(
                network -> network.send("p1", "ether 0x88b5 src-mac 02:00:00:00:00:0e" + TO_ALL), "p1",
                "ether 0x88b5 dst-mac 02:00:00:00:00:0e" + FROM_A, "p1", true));
        TABLE.put(DropReason.NO_DESTINATION, Row.of("alone", "ether 0x88b5" + FROM_A + TO_ALL));
        TABLE.put(DropReason.MAC_LIMIT, new Row(
                network -> network.send("limited", "ether 0x88b5 src-mac 02:00:00:00:00:1a" + TO_ALL), "limited",
                "ether 0x88b5 src-mac 02:00:00:00:00:1b" + TO_ALL, "limited", true));
        TABLE.put(DropReason.NO_LISTENER, new Row(Network::query, "alone",
                "udp 10.10.0.3:1 > 239.1.2.3:2 dst-mac 01:00:5e:01:02:03" + FROM_A, "alone", true));
        TABLE.put(DropReason.GUARD_BPDU, Row.of("p1", "raw 0180c200000002000000000a0026424203" + "00".repeat(43)));
        TABLE.put(DropReason.REFUSED, new Row(
                network -> network.send("wide", "ether 0x88b5 src-mac 02:00:00:00:00:1c" + TO_ALL), "jumbo",
                "ether 0x88b5 length 2000 dst-mac 02:00:00:00:00:1c src-mac 02:00:00:00:00:1d", "wide", false));
        TABLE.put(DropReason.RING_FULL, new Row(Network::fill, "p1",
                "ether 0x88b5 length 1500 dst-mac 02:00:00:00:00:df" + FROM_A, "deaf", true));
    }

    @Test
    void shouldHaveARowForEachReason() {
        Set<DropReason> rows = EnumSet.copyOf(IN_MEMORY_ONLY);
        rows.addAll(TABLE.keySet());
        assertThat(rows).as("a new drop reason needs a row").containsExactlyInAnyOrder(DropReason.values());
    }

    @Tag("system")
    @TestFactory
    List<DynamicTest> shouldCountAndExplainEachReasonInTheSameWords() {
        Network network = new Network();
        List<DynamicTest> tests = new ArrayList<>(TABLE.entrySet().stream().map(
                row -> DynamicTest.dynamicTest(row.getKey().label(), () -> network.check(row.getKey(), row.getValue())))
                .toList());
        tests.add(DynamicTest.dynamicTest("a packet that is fine", network::control));
        tests.add(DynamicTest.dynamicTest("a packet that comes in", network::follow));
        tests.add(DynamicTest.dynamicTest("the end", network::close));
        return tests;
    }

    /** One switch for all rows. */
    private static final class Network {
        private final Lab lab = Lab.open("drops");
        private final Namespace namespace = lab.namespace("switch");
        private final Map<String, Host> hosts = new LinkedHashMap<>();
        private final Map<String, FrameSocket> sockets = new LinkedHashMap<>();
        private final Map<String, PacketSocket> offloading = new LinkedHashMap<>();
        private final WeftProcess weft;
        private final SocketChannel deaf;

        Network() {
            for (String port : List.of("p1", "p2", "alone", "limited", "narrow", "wide", "jumbo")) {
                hosts.put(port, lab.host(port, namespace, "10.10.0." + (hosts.size() + 1) + "/24"));
            }
            namespace.ip("link", "set", "dev", "jumbo", "mtu", "9000");
            host("jumbo").namespace().ip("link", "set", "dev", DEVICE, "mtu", "9000");
            weft = WeftProcess.start(lab, namespace, Fabric.of(Fabric.nic("p1", "access: 10"),
                    Fabric.nic("p2", "access: 10"), Fabric.nic("alone", "access: 99"),
                    Fabric.nic("limited", "access: 10, mac-limit: 1"), Fabric.nic("narrow", "access: 10, mtu: 1000"),
                    Fabric.nic("wide", "access: 10, mtu: 3000"), Fabric.nic("jumbo", "access: 10"),
                    "deaf: {type: qemu, transport: stream, socket: " + lab.path("deaf")
                            + ", mode: server, access: 10}"));
            weft.awaitPort("p1", "up", "");
            deaf = lab.closing(connect());
            weft.awaitAllUp();
            hosts.forEach((port, host) -> {
                sockets.put(port, lab.closing(host.frames()));
                offloading.put(port, lab.closing(host.namespace().call(() -> PacketSocket.open(
                        NetworkInterface.getByName(DEVICE).getIndex(),
                        new PacketSocket.Options(true, 0, 0, 0, false, 1 << 20, 1 << 20)))));
            });
        }

        private Host host(String port) {
            return Objects.requireNonNull(hosts.get(port));
        }

        private SocketChannel connect() {
            try {
                SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                channel.connect(UnixDomainSocketAddress.of(lab.path("deaf")));
                return channel;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        void send(String port, String spec) {
            TracedFrame frame = PacketBuilder.build(PacketSpecParser.parse(spec), Optional.empty()).frame();
            if (frame.offload() == 0) {
                Objects.requireNonNull(sockets.get(port)).send(frame.bytes());
                return;
            }
            try (Arena arena = Arena.ofConfined()) {
                int bytes = Offload.HEADER_BYTES + frame.bytes().length;
                long memory = arena.allocate(bytes, 8).address();
                Offload.write(frame.offload(), 0, memory);
                Memory.copy(frame.bytes(), 0, memory + Offload.HEADER_BYTES, frame.bytes().length);
                assertThat(Objects.requireNonNull(offloading.get(port)).socket().send(memory, bytes, 0))
                        .isEqualTo(bytes);
            }
        }

        /** A guest that speaks once and never reads: what waits for it fills its socket and Weft's backlog. */
        void fill() {
            byte[] hello = PacketBuilder
                    .build(PacketSpecParser.parse("ether 0x88b5 src-mac 02:00:00:00:00:df" + TO_ALL),
                            Optional.empty())
                    .frame().bytes();
            try {
                deaf.write(ByteBuffer.allocate(4 + hello.length).putInt(hello.length).put(hello).flip());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            weft.await("its station is known", () -> weft.whereIs("02:00:00:00:00:df", 10), "deaf"::equals);
            weft.await("it takes no more", () -> {
                for (int i = 0; i < 500; i++) {
                    send("p1", "ether 0x88b5 length 1500 dst-mac 02:00:00:00:00:df" + FROM_A);
                }
                return weft.drops("deaf", "ring-full");
            }, drops -> drops > 0);
            long[] last = {-1};
            weft.await("the last of them is counted", () -> {
                long now = weft.drops("deaf", "ring-full");
                boolean still = now == last[0];
                last[0] = now;
                return still;
            }, still -> still);
        }

        /** Makes the one port of its VLAN the querier's, and waits until groups that nobody has joined go nowhere there. */
        void query() {
            send("alone", QUERY);
            weft.await("VLAN 99 is snooped", () -> weft.show("multicast"), groups -> groups.stream()
                    .anyMatch(row -> row.path("vlan").asInt() == 99 && row.path("family").asString().equals("ipv4")
                            && row.path("state").asString().equals("snooped")));
        }

        JsonNode trace(String port, String spec) {
            return JSON.readTree(weft.weft("trace", "--from", port, spec, "-o", "json").orThrow().out());
        }

        void check(DropReason reason, Row row) {
            row.prepare.accept(this);
            settle();
            long before = weft.drops(row.at, reason.label());
            JsonNode foreseen = trace(row.from, row.spec);
            assertThat(weft.drops(row.at, reason.label())).as("a trace counts nothing").isEqualTo(before);
            send(row.from, row.spec);
            weft.await(reason.label() + " is counted at " + row.at, () -> weft.drops(row.at, reason.label()),
                    drops -> drops == before + 1);
            String meaning = weft.show("drops").stream()
                    .filter(drop -> drop.path("reason").asString().equals(reason.label()))
                    .map(drop -> drop.path("meaning").asString()).findFirst().orElseThrow();
            if (row.foreseen) {
                assertThat(foreseen.path("verdict").asString()).isEqualTo("drop");
                assertThat(foreseen.path("reason").asString()).isEqualTo(reason.label());
                assertThat(foreseen.path("meaning").asString()).isEqualTo(meaning);
                assertThat(foreseen.path("stages").values()).anySatisfy(stage -> {
                    assertThat(stage.path("reason").asString()).isEqualTo(reason.label());
                    assertThat(stage.path("port").asString()).isEqualTo(row.at);
                });
            } else {
                assertThat(trace(row.from, row.spec).path("stages").values()).anySatisfy(
                        stage -> assertThat(stage.path("text").asString()).contains(reason.label() + ": " + meaning));
            }
        }

        /** What was sent before has been forwarded, or never will be. */
        private void settle() {
            send("p1", "ether 0x88b5 src-mac 02:00:00:00:00:ee" + TO_ALL);
            weft.await("what was sent is forwarded", () -> weft.whereIs("02:00:00:00:00:ee", 10), "p1"::equals);
        }

        /** The control: the same switch, a packet that nothing is wrong with. */
        void control() {
            send("p2", "ether 0x88b5 src-mac 02:00:00:00:00:0b" + TO_ALL);
            weft.await("p2's station is known", () -> weft.whereIs("02:00:00:00:00:0b", 10), "p2"::equals);
            String spec = "udp 10.10.0.1:1000 > 10.10.0.2:2000 length 300 dst-mac 02:00:00:00:00:0b" + FROM_A;
            JsonNode trace = trace("p1", spec);
            assertThat(trace.path("verdict").asString()).isEqualTo("forward");
            assertThat(trace.path("reason").asString()).isEmpty();
            assertThat(trace.path("egress").path(0).path("port").asString()).isEqualTo("p2");
            assertThat(trace.path("egress").path(0).path("lengths").path(0).asInt()).isEqualTo(300);
            assertThat(trace.path("stages").path(1).path("config").path(0).path("path").asString())
                    .isEqualTo("ports.p1.access");
            assertThat(trace.path("stages").path(1).path("config").path(0).path("line").asInt()).isEqualTo(3);
            send("p1", spec);
            Objects.requireNonNull(sockets.get("p2")).await("the packet", frame -> frame.length == 300);
        }

        /** {@code --live} tells of the packet that matches, and of no other. */
        void follow() {
            var answer = CompletableFuture.supplyAsync(
                    () -> weft.weft("trace", "--from", "p1", "--live", "--count", "1", "udp any > any:4321", "-o",
                            "json"),
                    task -> Thread.ofVirtual().start(task));
            weft.await("the packet is told", () -> {
                send("p1", "udp 10.10.0.1:1000 > 10.10.0.2:1234 dst-mac 02:00:00:00:00:0b" + FROM_A);
                send("p1", "udp 10.10.0.1:1000 > 10.10.0.2:4321 length 321 dst-mac 02:00:00:00:00:0b" + FROM_A);
                return answer.isDone();
            }, done -> done);
            JsonNode trace = JSON.readTree(answer.join().orThrow().out());
            assertThat(trace.path("verdict").asString()).isEqualTo("forward");
            assertThat(trace.path("egress").path(0).path("lengths").path(0).asInt()).isEqualTo(321);
        }

        void close() {
            lab.close();
        }
    }

    /** IPv6 from 02:…:0a to everybody, with hop-by-hop options longer than the first 512 bytes. */
    private static String longHeaders() {
        byte[] frame = new byte[1014];
        Arrays.fill(frame, 0, 6, (byte) 0xff);
        frame[6] = 2;
        frame[11] = 0x0a;
        frame[12] = (byte) 0x86;
        frame[13] = (byte) 0xdd;
        frame[14] = 0x60;
        frame[18] = (byte) (960 >> 8);
        frame[19] = (byte) 960;
        frame[54] = 17;
        frame[55] = 80;
        return HexFormat.of().formatHex(frame);
    }
}
