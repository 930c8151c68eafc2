package net.weft.examples.system;

import static net.weft.examples.lab.Fabric.nic;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.FrameSocket;
import net.weft.examples.lab.Frames;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Iperf3;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Limit;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.PacketStream;
import net.weft.examples.lab.WeftProcess;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Policies change, and the switch is killed and started again, under running streams between zones. */
@Tag("system")
@Tag("alone")
@TestInstance(Lifecycle.PER_CLASS)
class PolicyChangeTest {
    private static final int RATE = 2000;
    private static final int STREAM = 5009;
    private static final int TCP = 5010;
    private static final Duration BOUND = Duration.ofMillis(100);
    /** Beyond what TCP waits of its own, which is as long as the break at most: it doubles. */
    private static final Duration GOES_ON = Duration.ofMillis(1500);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int BLOCK = 1 << 16;
    /** Packets that are sent again and again are no stragglers. */
    private static final int REPEATED = 3;
    /** Seconds: longer than the test. */
    private static final String LONG = "600";
    private static final String PACE = "40M";
    private static final long AMOUNT_BYTES = 20 << 20;
    private static final String AMOUNT = Long.toString(AMOUNT_BYTES);
    private static final String STATIONS = "control.sock.stations";
    private static final String CONNECTIONS = "control.sock.connections";

    @AutoClose
    private final Lab lab = Lab.open("change");
    private final Namespace namespace = lab.namespace("switch");
    private final Host client = lab.host("client", namespace, "10.10.0.1/24");
    private final Host server = lab.host("server", namespace, "10.10.0.2/24");
    private final Host left = lab.host("left", namespace, "10.10.0.3/24");
    private final Host right = lab.host("right", namespace, "10.10.0.4/24");
    private final WeftProcess weft = WeftProcess.up(lab, namespace, fabric(policy("")));

    PolicyChangeTest() {
        for (Host host : List.of(client, server)) {
            Host other = host == client ? server : client;
            host.namespace().ip("neighbour", "replace", other.address(), "lladdr", other.mac(), "dev", "eth0", "nud",
                    "permanent");
            host.namespace().run("sysctl", "-q", "-w", "net.ipv4.tcp_retries2=100",
                    "net.ipv4.tcp_rto_max_ms=1000");
        }
    }

    private static String fabric(String policies) {
        return Fabric.of(nic("client", "access: 10, zone: dmz"), nic("server", "access: 10, zone: data"),
                nic("left", "access: 10, zone: other"), nic("right", "access: 10, zone: other"))
                + "zones: {dmz: {}, data: {intra: deny}, other: {}}\npolicies:\n"
                + "  - {name: unused, from: [other], to: [dmz], match: [tcp/1], action: allow}\n" + policies;
    }

    private static String policy(String keys) {
        return "  - {name: stream, from: [dmz], to: [data], match: [udp/" + STREAM + ", udp/" + TCP + ", tcp/" + TCP
                + "-" + (TCP + 1) + "], action: allow" + keys + "}\n";
    }

    private void apply(String policies) {
        weft.apply(fabric(policies)).orThrow();
    }

    /** iperf3 is under way, and so is a stream that nothing is changed for. */
    @ParameterizedTest
    @ValueSource(strings = {"tcp", "udp"})
    void shouldStopIperf3WithItsPolicyAndDisturbNoOther(String protocol) throws Exception {
        apply(policy(""));
        try (Iperf3 iperf = protocol.equals("tcp")
                ? Iperf3.upload(client, server, TCP, "-t", LONG, "--fq-rate", "50M")
                : Iperf3.upload(client, server, TCP, "-t", LONG, "-u", "-b", "5M", "-l", "500");
                PacketStream unrelated = PacketStream.start(left, right, RATE)) {
            awaitProgress(iperf);
            long denied = refused();
            long launchedNs = System.nanoTime();
            apply("");
            long appliedNs = System.nanoTime();
            weft.await("it is still sent", this::refused, now -> now >= denied + REPEATED);
            System.out.printf("proof: iperf3 (%s): the last packet came %d ms after `weft apply` was begun, %d ms %s it"
                    + " was done%n", protocol, millis(iperf.lastNs() - launchedNs),
                    Math.abs(millis(iperf.lastNs() - appliedNs)), iperf.lastNs() > appliedNs ? "after" : "before");
            Limit.hold("the last packet, after `weft apply` was done", Duration.ofNanos(iperf.lastNs() - appliedNs),
                    BOUND);

            apply(policy(""));
            if (protocol.equals("udp")) {
                awaitProgress(iperf);
            }
            assertThat(unrelated.stopAndCountLost()).as("of %d packets between others", unrelated.sent()).isZero();
        }
    }

    private static long millis(long ns) {
        return Duration.ofNanos(ns).toMillis();
    }

    private void awaitProgress(Iperf3 iperf) {
        long before = iperf.received();
        weft.await("bytes come", iperf::received, now -> now > before + BLOCK);
    }

    /** Returns the number of frames of the two hosts that zones have dropped since the start of Weft; a flooded copy counts at its egress port. */
    private long refused() {
        return weft.show("drops").stream()
                .filter(row -> Set.of("client", "server").contains(row.path("port").asString())
                        && Set.of("zone-denied", "invalid-state").contains(row.path("reason").asString()))
                .mapToLong(row -> row.path("packets").asLong()).sum();
    }

    /** The control: a change that does not concern the stream. */
    @Test
    void shouldLoseNothingOfAStreamWhosePolicyStays() throws Exception {
        apply(policy(""));
        try (PacketStream stream = PacketStream.start(client, server, RATE)) {
            weft.await("it arrives", stream::arrived, count -> count > RATE / 2);
            apply(policy("") + "  - {name: another, from: [dmz], to: [other], match: [any], action: allow}\n");
            int sent = stream.sent();
            weft.await("more was sent", stream::sent, now -> now > sent + RATE);
            assertThat(stream.stopAndCountLost()).isZero();
        }
    }

    @Test
    void shouldKeepWhatIsEstablishedWhereThePolicySaysSo() throws Exception {
        apply(policy(", keep-established: true"));
        try (Iperf3 iperf = Iperf3.download(client, server, TCP, "-t", LONG, "-b", PACE)) {
            awaitProgress(iperf);
            apply("");
            awaitProgress(iperf);
            try (Socket another = tryAnother()) {
                assertThat(another.isConnected()).as("a new connection").isFalse();
            }
        }
    }

    private Socket tryAnother() throws Exception {
        return client.namespace().call(() -> {
            Socket socket = new Socket();
            try {
                socket.connect(server.endpoint(TCP), 1000);
            } catch (SocketTimeoutException e) {
                socket.close();
            }
            return socket;
        });
    }

    static Stream<Boolean> restarts() {
        return Limit.ways(true, false);
    }

    /**
     * Both directions at once. No policy allows what the server sends, and neither host asks for the other's address: until it is spoken
     * to, the client is silent.
     */
    @ParameterizedTest
    @MethodSource("restarts")
    void shouldLetIperf3OutliveARestart(boolean killed) throws Exception {
        apply(policy(""));
        awaitKept();
        try (Iperf3 up = Iperf3.upload(client, server, TCP, "-n", AMOUNT, "-b", PACE);
                Iperf3 down = Iperf3.download(client, server, TCP + 1, "-n", AMOUNT, "-b", PACE)) {
            awaitProgress(up);
            awaitProgress(down);
            long endedNs = System.nanoTime();
            if (killed) {
                weft.kill();
            } else {
                weft.close();
            }
            long upBefore = up.received();
            long downBefore = down.received();
            assertThat(Math.max(upBefore, downBefore)).as("both are under way").isLessThan(AMOUNT_BYTES);
            weft.restart();
            long readyNs = System.nanoTime();
            weft.await("both go on", () -> Math.min(up.received() - upBefore, down.received() - downBefore),
                    bytes -> bytes > BLOCK);
            long goneOnNs = System.nanoTime();
            for (Iperf3 iperf : List.of(up, down)) {
                JsonNode end = iperf.awaitEnd(PATIENCE).path("end");
                assertThat(end.path("sum_sent").path("bytes").asLong()).isGreaterThanOrEqualTo(AMOUNT_BYTES);
            }
            assertThat(refused()).as("packets of either").isZero();
            System.out.printf(
                    "proof: %s: Weft was away for %d ms, %d ms later iperf3 went on both ways, and ended well%n",
                    killed ? "kill -9" : "an orderly stop", millis(readyNs - endedNs), millis(goneOnNs - readyNs));
            Limit.hold("iperf3 goes on, beyond TCP's own wait",
                    Duration.ofNanos(goneOnNs - readyNs - (readyNs - endedNs)),
                    GOES_ON);
        }
    }

    /** The control: without the file it is unknown what the client has asked for. */
    @Test
    void shouldDependOnTheFileOfConnectionsForWhatOnlyTheServerSends() throws Exception {
        apply(policy(""));
        awaitKept();
        try (Iperf3 down = Iperf3.download(client, server, TCP, ("-t " + LONG + " -u -b 5M -l 500").split(" "))) {
            awaitProgress(down);
            weft.kill();
            weft.restart();
            awaitProgress(down);

            weft.kill();
            Files.delete(lab.path(CONNECTIONS));
            long before = down.received();
            weft.restart();
            weft.await("the server sends in vain", this::refused, now -> now >= REPEATED);
            assertThat(down.received() - before).as("bytes received").isLessThan(BLOCK);
        }
    }

    /** Packets of a connection that are flooded, because nobody knows where the client is, have the verdict of the connection. */
    @Test
    void shouldGoOnWithoutTheFileOfStations() throws Exception {
        apply(policy(""));
        awaitKept();
        try (Iperf3 down = Iperf3.download(client, server, TCP, ("-t " + LONG + " -b 40M").split(" "))) {
            awaitProgress(down);
            weft.kill();
            Files.delete(lab.path(STATIONS));
            weft.restart();
            awaitProgress(down);
        }
    }

    /** The switch has written down where both hosts are. */
    private void awaitKept() throws Exception {
        speak(client);
        speak(server);
        weft.await("both hosts are in the file",
                () -> Files.exists(lab.path(STATIONS))
                        ? Files.readString(lab.path(STATIONS), StandardCharsets.ISO_8859_1)
                        : "",
                text -> text.contains(wire(client)) && text.contains(wire(server)));
    }

    private static void speak(Host host) throws Exception {
        try (FrameSocket socket = host.frames()) {
            socket.send(Frames.frame(Frames.BROADCAST, host.mac(), "here"));
        }
    }

    private static String wire(Host host) {
        byte[] mac = HexFormat.ofDelimiter(":").parseHex(host.mac());
        return new String(mac, StandardCharsets.ISO_8859_1);
    }
}
