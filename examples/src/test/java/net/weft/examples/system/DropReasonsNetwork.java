package net.weft.examples.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import net.weft.controller.member.packet.PacketBuilder;
import net.weft.controller.member.packet.PacketSpecParser;
import net.weft.examples.lab.FrameSocket;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.Outcome;
import net.weft.examples.lab.VhostFrontEnd;
import net.weft.examples.lab.WeftProcess;
import net.weft.linux.Interfaces;
import net.weft.linux.Memory;
import net.weft.linux.PacketSocket;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.trace.TracedFrame;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One switch for all rows of {@link DropReasonsTest}. All are prepared, then all traced, then all sent, so that what they count is asked
 * for once for all.
 */
final class DropReasonsNetwork implements AutoCloseable {
    static final String GUEST = "02:00:00:00:00:60";
    static final String ZONED = "02:00:00:00:00:70";
    static final String VAULT = "02:00:00:00:00:71";
    private static final JsonMapper JSON = new JsonMapper();
    private static final String DEVICE = "eth0";
    private static final String FROM_A = " src-mac 02:00:00:00:00:0a";
    private static final String TO_ALL = " dst-mac ff:ff:ff:ff:ff:ff";
    private static final int ATTEMPTS = 10;
    private static final int BURST = 1000;
    private static final int FOLLOWED = 5;

    private final Lab lab = Lab.open("drops");
    private final Namespace namespace = lab.namespace("switch");
    private final Map<String, Host> hosts = new LinkedHashMap<>();
    private final Map<String, FrameSocket> sockets = new LinkedHashMap<>();
    private final Map<String, PacketSocket> offloading = new LinkedHashMap<>();
    private final WeftProcess weft;
    private final SocketChannel deaf;
    private final VhostFrontEnd small;

    /** The way in which a trace tells the reason. */
    enum Told {
        /** Before it happens; the packet goes nowhere. */
        FORESEEN,
        /** Before it happens, to a copy. */
        OF_A_COPY,
        /** It tells of those that were lost before. */
        AFTERWARDS,
        /** With {@code --live}: whether it is so changes within a millisecond. Of many such packets nearly all are dropped. */
        AS_IT_COMES
    }

    /**
     * @param prepare what must have happened before
     * @param at port that counts it
     */
    record Row(DropReason reason, Consumer<DropReasonsNetwork> prepare, String from, String spec, String at,
            Told told) {
    }

    /**
     * The outcome of a row.
     *
     * @param before count of its reason at its port, before anything
     * @param traced the same after the traces
     * @param after the same after the packet
     * @param meaning what {@code show drops} says of the reason
     */
    record Seen(long before, long traced, long after, String meaning, JsonNode trace) {
    }

    DropReasonsNetwork() {
        for (String port : List.of("p1", "p2", "alone", "limited", "narrow", "jumbo", "mirrored", "slow",
                "stormy", "chatty", "guest", "zoned", "vault")) {
            hosts.put(port, lab.host(port, namespace, "10.10.0." + (hosts.size() + 1) + "/24"));
        }
        namespace.ip("link", "set", "dev", "jumbo", "mtu", "9000");
        host("jumbo").namespace().ip("link", "set", "dev", DEVICE, "mtu", "9000");
        lab.cable(namespace, "loop1", namespace, "loop2");
        weft = WeftProcess.start(lab, namespace, DropReasonsFabric.of(lab));
        weft.awaitPort("p1", "up", "");
        deaf = lab.closing(connect());
        small = lab.closing(new VhostFrontEnd(lab.path("small")));
        weft.await("what can come up has", () -> weft.show("ports"),
                ports -> ports.stream().allMatch(port -> port.path("state").asString().equals("up")
                        || List.of("gone", "loop2").contains(port.path("name").asString())));
        hosts.forEach((port, host) -> {
            sockets.put(port, lab.closing(host.frames()));
            offloading.put(port, lab.closing(socket(host.namespace(), DEVICE)));
        });
        offloading.put("loop2", lab.closing(socket(namespace, "loop1")));
    }

    private static PacketSocket socket(Namespace namespace, String device) {
        return namespace.call(() -> {
            try (Interfaces interfaces = new Interfaces()) {
                int index = Objects.requireNonNull(interfaces.find(device), device).index();
                return PacketSocket.open(index, new PacketSocket.Options(true, 0, 0, 0, false, 1 << 20, 1 << 20));
            }
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

    // ---- what rows do ----------------------------------------------------------------------------------------------

    void send(String port, String spec) {
        TracedFrame frame = frame(spec);
        try (Arena arena = Arena.ofConfined()) {
            int bytes = Offload.HEADER_BYTES + frame.bytes().length;
            long memory = arena.allocate(bytes, 8).address();
            Offload.write(frame.offload(), 0, memory);
            Memory.copy(frame.bytes(), 0, memory + Offload.HEADER_BYTES, frame.bytes().length);
            assertThat(Objects.requireNonNull(offloading.get(port)).socket().send(memory, bytes, 0)).isEqualTo(bytes);
        }
    }

    /** So many of a frame, and returns when the port has received them. */
    void send(String port, String spec, int times) {
        long before = weft.counter(port, "rx-packets");
        for (int i = 0; i < times; i++) {
            send(port, spec);
        }
        weft.await("received by " + port, () -> weft.counter(port, "rx-packets"), now -> now >= before + times);
    }

    private static TracedFrame frame(String spec) {
        return PacketBuilder.build(PacketSpecParser.parse(spec), Optional.empty()).frame();
    }

    /** A guest whose buffers are smaller than its port's MTU speaks. */
    void introduceSmall(String spec, String mac) {
        small.send(frame(spec).bytes());
        weft.await("its station is known", () -> weft.whereIs(mac, 10), "small"::equals);
    }

    /** A guest that speaks once and never reads: what waits for it fills its socket and Weft's backlog. */
    void fill(String hello, String spec) {
        byte[] first = frame(hello).bytes();
        try {
            deaf.write(ByteBuffer.allocate(4 + first.length).putInt(first.length).put(first).flip());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        weft.await("its station is known", () -> weft.whereIs("02:00:00:00:00:df", 10), "deaf"::equals);
        weft.await("it takes no more", () -> {
            for (int i = 0; i < 500; i++) {
                send("p1", spec);
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

    /** Makes a port the querier's of its VLAN, and waits until groups that nobody has joined go nowhere there. */
    void query(String port, int vlan, String query) {
        send(port, query);
        weft.await("VLAN " + vlan + " is snooped", () -> weft.show("multicast"), groups -> groups.stream()
                .anyMatch(row -> row.path("vlan").asInt() == vlan && row.path("family").asString().equals("ipv4")
                        && row.path("state").asString().equals("snooped")));
    }

    /** Two ports on one cable. */
    void awaitLoop() {
        weft.awaitPort("loop2", "down", "loop-detected");
    }

    void introduceVault() {
        send("vault", "ether 0x88b5 src-mac " + VAULT + TO_ALL);
        weft.await("the station that is talked to is known", () -> weft.whereIs(VAULT, 70), "vault"::equals);
    }

    /** A question that begins a connection, and the answer that keeps it. */
    void connect(String question, String answer) {
        introduceVault();
        send("zoned", question);
        Objects.requireNonNull(sockets.get("vault")).await("the question", frame -> frame.length == 199);
        send("vault", answer);
        Objects.requireNonNull(sockets.get("zoned")).await("the answer", frame -> frame.length == 198);
    }

    // ---- all rows together -----------------------------------------------------------------------------------------

    Map<DropReason, Seen> run(List<Row> rows) {
        rows.forEach(row -> row.prepare.accept(this));
        settle();
        List<JsonNode> before = weft.show("drops");
        Map<DropReason, JsonNode> traces = new EnumMap<>(DropReason.class);
        rows.stream().filter(row -> row.told == Told.FORESEEN || row.told == Told.OF_A_COPY)
                .forEach(row -> traces.put(row.reason, trace(row)));
        List<JsonNode> traced = weft.show("drops");
        rows.stream().filter(row -> row.told != Told.AS_IT_COMES).forEach(row -> send(row.from, row.spec));
        rows.stream().filter(row -> row.told == Told.AS_IT_COMES)
                .forEach(row -> traces.put(row.reason, flood(row)));
        Predicate<List<JsonNode>> counted = drops -> rows.stream()
                .allMatch(row -> count(drops, row) > count(before, row));
        List<JsonNode> after = weft.await("each reason is counted", () -> weft.show("drops"), counted);
        rows.stream().filter(row -> row.told == Told.AFTERWARDS).forEach(row -> traces.put(row.reason, trace(row)));
        Map<DropReason, Seen> seen = new EnumMap<>(DropReason.class);
        rows.forEach(row -> seen.put(row.reason, new Seen(count(before, row), count(traced, row), count(after, row),
                meaning(after, row), Objects.requireNonNull(traces.get(row.reason)))));
        return seen;
    }

    private static long count(List<JsonNode> drops, Row row) {
        ToLongFunction<JsonNode> packets = drop -> drop.path("packets").asLong();
        return drops.stream().filter(drop -> drop.path("port").asString().equals(row.at)
                && drop.path("reason").asString().equals(row.reason.label())).mapToLong(packets).sum();
    }

    private static String meaning(List<JsonNode> drops, Row row) {
        return drops.stream().filter(drop -> drop.path("reason").asString().equals(row.reason.label()))
                .map(drop -> drop.path("meaning").asString()).findFirst().orElseThrow();
    }

    /** Returns when every frame that was sent before has been forwarded or dropped. */
    private void settle() {
        send("p1", "ether 0x88b5 src-mac 02:00:00:00:00:ee" + TO_ALL);
        weft.await("what was sent is forwarded", () -> weft.whereIs("02:00:00:00:00:ee", 10), "p1"::equals);
    }

    private JsonNode trace(Row row) {
        return trace(row.from, row.spec);
    }

    private JsonNode trace(String port, String spec) {
        return JSON.readTree(weft.weft("trace", "--from", port, spec, "-o", "json").orThrow().out());
    }

    private CompletableFuture<Outcome> live(String port, String spec, int count) {
        return CompletableFuture.supplyAsync(() -> weft.weft("trace", "--from", port, "--live", "--count",
                Integer.toString(count), spec, "-o", "json"), task -> Thread.ofVirtual().start(task));
    }

    /** Sends without pause until some were followed, and returns the first of these that tells of the reason. */
    private JsonNode flood(Row row) {
        FrameSocket socket = Objects.requireNonNull(sockets.get(row.from));
        byte[] frame = frame(row.spec).bytes();
        long before = weft.drops(row.at, row.reason.label());
        weft.await("there are too many", () -> {
            for (int n = 0; n < BURST; n++) {
                socket.send(frame);
            }
            return weft.drops(row.at, row.reason.label());
        }, drops -> drops > before);
        for (int attempt = 1;; attempt++) { // the limit may let all of the followed ones pass
            CompletableFuture<Outcome> answer = live(row.from, "ether 0x0800", FOLLOWED);
            while (!answer.isDone()) {
                socket.send(frame);
            }
            Optional<JsonNode> told = answer.join().orThrow().out().lines().map(JSON::readTree)
                    .filter(trace -> trace.path("reason").asString().equals(row.reason.label())).findFirst();
            if (told.isPresent() || attempt == ATTEMPTS) {
                return told.orElseThrow();
            }
        }
    }

    // ---- controls --------------------------------------------------------------------------------------------------

    /** The same switch, a packet that nothing is wrong with. */
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
        CompletableFuture<Outcome> answer = live("p1", "udp any > any:4321", 1);
        weft.await("the packet is told", () -> {
            send("p1", "udp 10.10.0.1:1000 > 10.10.0.2:1234 dst-mac 02:00:00:00:00:0b" + FROM_A);
            send("p1", "udp 10.10.0.1:1000 > 10.10.0.2:4321 length 321 dst-mac 02:00:00:00:00:0b" + FROM_A);
            return answer.isDone();
        }, done -> done);
        JsonNode trace = JSON.readTree(answer.join().orThrow().out());
        assertThat(trace.path("verdict").asString()).isEqualTo("forward");
        assertThat(trace.path("egress").path(0).path("lengths").path(0).asInt()).isEqualTo(321);
    }

    @Override
    public void close() {
        lab.close();
    }
}
