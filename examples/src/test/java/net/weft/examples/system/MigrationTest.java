package net.weft.examples.system;

import static net.weft.examples.lab.Fabric.nic;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.FrameSocket;
import net.weft.examples.lab.Frames;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Iperf3;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Limit;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.QemuGuest;
import net.weft.examples.lab.Qmp;
import net.weft.examples.lab.Transfer;
import net.weft.examples.lab.WeftProcess;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * QEMU moves a running guest between two sockets of one switch, there and back, while another port sends it 1,000 frames a
 * second. QEMU says how long it had the guest stopped, Weft how long it took from the guest's announcement to its first frame.
 */
@Tag("system")
@Tag("alone")
class MigrationTest {
    private static final String ADDRESS = "10.10.0.2";
    private static final int RATE = 1000;
    /** Bytes of a transfer that ends after the moves. What the guest sends belongs to a connection that only the host may begin. */
    private static final int BEGINNING = 100_000;
    private static final Path IPERF = Path.of("/usr/bin/iperf3");
    private static final int IPERF_PORT = 5201;
    /** Bytes of iperf3, more than the other transfer's windows hold. */
    private static final int PROGRESS = 1 << 19;
    private static final String REACHES_HOST = "for i in 1 2 3 4 5; do ping -c 1 -W 2 10.10.0.1 && exit 0; done; exit 1";
    private static final String ZONES = """
            zones: {lan: {}, vms: {}}
            policies:
              - {name: down, from: [lan], to: [vms], match: [icmp/echo, tcp/5002, tcp/5201, ether/0x88b5], action: allow}
              - {name: up, from: [vms], to: [lan], match: [icmp/echo], action: allow}
            """;
    /** Weft's share. */
    private static final double LIMIT_MS = 5;
    /** From the guest's rings running, on a machine that also emulates two processors at that moment. */
    private static final double READY_LIMIT_MS = 100;

    private static final String MEMORY = "96M";
    /**
     * The memory that the machine has instead. Under its own emulation QEMU 7.2 loses writes of the guest's processor,
     * such as ring descriptors and lists of the kernel, while it migrates memory whose size is a multiple of 256 KiB:
     * the memory of both machines differed after a move in 2 of 7 runs, and with this size in 0 of 11.
     */
    private static final String ODD_MEMORY = "98312K";

    @AutoClose
    private final Lab lab = Lab.open("migrate");
    private final Namespace fabric = lab.namespace("switch");
    private final Namespace guests = lab.namespace("guests");
    private List<String> card = List.of();

    private Path socket(String name) {
        return lab.path(name + ".sock");
    }

    /** The card's words for a machine at another socket, with QMP. */
    private List<String> at(String name, String... more) {
        List<String> words = new ArrayList<>(card.stream()
                .map(word -> word.replace(socket("a").toString(), socket(name).toString())).toList());
        words.addAll(List.of("-qmp", "unix:" + lab.path(name + ".qmp") + ",server=on,wait=off"));
        words.addAll(List.of(more));
        return words;
    }

    static java.util.stream.Stream<String> announces() {
        return Limit.ways("off", "on");
    }

    @ParameterizedTest(name = "guest_announce={0}")
    @MethodSource("announces")
    void shouldMoveARunningGuestThereAndBack(String announce) {
        Host host = lab.host("h", fabric, "10.10.0.1/24");
        WeftProcess weft = WeftProcess.up(lab, fabric, Fabric.of(nic("h", "access: 10, zone: lan"),
                "guest: {type: vhost-user, socket: " + socket("a") + ", mode: server, access: 10, zone: vms}") + ZONES);
        card = weft.weft("guest", "qemu", "guest", "--memory", MEMORY, "--tcg", "--lines").orThrow().out().lines()
                .map(word -> word.replaceAll("\\b" + MEMORY + "\\b", ODD_MEMORY))
                .map(word -> word.startsWith("virtio-net-pci") ? word + ",guest_announce=" + announce : word)
                .collect(Collectors.toCollection(ArrayList::new));
        card.addAll(QemuGuest.withProgram(lab, IPERF));
        QemuGuest first = QemuGuest.boot(lab, guests, "a", "weft.ip=" + ADDRESS + "/24", at("a"));
        QemuGuest.awaitBoot(first);
        assertThat(host.reaches(ADDRESS, 10)).isTrue();
        assertAbortChangesNothing(weft, host);

        first.run("dd if=/dev/urandom of=/tmp/payload bs=4000 count=1000 2>/dev/null").orThrow();
        String digest = first.run("sha256sum < /tmp/payload").orThrow().out().split(" ", 2)[0];
        first.run("(iperf3 -s -1 >/dev/null 2>&1 &)").orThrow();
        String mac = first.run("cat /sys/class/net/eth0/address").orThrow().out().strip();
        try (FrameSocket sender = host.frames();
                Stream stream = new Stream(sender, mac, host.mac());
                Transfer.Fetch fetch = Transfer.begin(host.namespace(),
                        new InetSocketAddress(ADDRESS, Transfer.PAYLOAD_PORT));
                Iperf3 iperf = Iperf3.downloadFrom(ADDRESS, host, IPERF_PORT, "-t", "600", "-b", "8M")) {
            fetch.read(BEGINNING);
            awaitProgress(weft, iperf);
            QemuGuest second = move(weft, "a", "b", announce);
            first.kill();
            second.run(REACHES_HOST).orThrow();
            assertThat(weft.whereIs(mac, 10)).isEqualTo("guest");
            fetch.read(BEGINNING);
            awaitProgress(weft, iperf);
            QemuGuest third = move(weft, "b", "a", announce);
            second.kill();
            third.run(REACHES_HOST).orThrow();
            awaitProgress(weft, iperf);
            assertWhole(iperf);
            assertThat(fetch.rest()).as("TCP that was under way").isEqualTo(digest);
        } catch (Exception e) {
            throw new AssertionError(weft.log() + weft.weft("show", "drops").out()
                    + weft.weft("show", "connections").out() + weft.weft("show", "ports").out(), e);
        }

        weft.kill();
        weft.restart();
        weft.awaitPort("guest", "up", "");
        assertThat(host.reaches(ADDRESS, 10)).as("Weft finds the guest where it was moved to").isTrue();
    }

    private static void awaitProgress(WeftProcess weft, Iperf3 iperf) {
        long before = iperf.received();
        weft.await("bytes of iperf3 come", iperf::received, now -> now > before + PROGRESS);
    }

    /** It is the same iperf3, and has nothing to complain of but that it is told to end now. */
    private static void assertWhole(Iperf3 iperf) throws InterruptedException {
        assertThat(iperf.isRunning()).isTrue();
        JsonNode report = iperf.interrupt(Duration.ofSeconds(10));
        assertThat(report.path("error").asString()).isEqualTo("interrupt - the client has terminated");
        assertThat(report.path("end").path("sum_received").path("bytes").asLong()).as(report.toString())
                .isGreaterThan(3L * PROGRESS);
    }

    /** Nobody can be served at a socket that was not bound ahead, and a migration that was aborted leaves nothing. */
    private void assertAbortChangesNothing(WeftProcess weft, Host host) {
        String before = weft.weft("export").orThrow().out();
        assertThat(socket("b")).doesNotExist();
        weft.weft("port", "migrate", "guest", "--socket", socket("b").toString()).orThrow();
        assertThat(socket("b")).exists();
        assertThat(weft.weft("port", "migrate", "guest", "--socket", socket("c").toString()).err())
                .contains("is being migrated to " + socket("b") + " already");
        weft.weft("port", "migrate", "guest", "--abort").orThrow();
        assertThat(socket("b")).doesNotExist();
        assertThat(weft.weft("export").orThrow().out()).isEqualTo(before);
        assertThat(host.reaches(ADDRESS, 3)).isTrue();
        assertThat(weft.weft("port", "migrate", "h", "--socket", socket("b").toString()).err())
                .contains("only the guest of a vhost-user port can be migrated");
        assertThat(weft.weft("port", "migrate", "nobody", "--socket", socket("b").toString()).err())
                .contains("there is no port nobody");
    }

    private QemuGuest move(WeftProcess weft, String from, String to, String announce) {
        weft.weft("port", "migrate", "guest", "--socket", socket(to).toString()).orThrow();
        Path wire = lab.path(from + "-" + to + ".wire");
        QemuGuest guest = QemuGuest.boot(lab, guests, to + "-from-" + from, "weft.ip=" + ADDRESS + "/24",
                at(to, "-incoming", "unix:" + wire));
        weft.await("the other QEMU waits", () -> wire.toFile().exists(), there -> there);
        JsonNode qemu = migrate(weft, lab.path(from + ".qmp"), wire);
        assertThat(qemu.path("status").asString()).as(qemu.toString()).isEqualTo("completed");
        JsonNode row = weft.await("the guest was heard and given a frame",
                () -> weft.show("migrations").getFirst(),
                found -> found.path("state").asString().equals("complete")
                        && !found.path("announced-to-first-frame-ms").asString().isEmpty());
        System.out.printf(
                "guest_announce=%s, %s to %s: QEMU's own downtime %d ms; Weft: announced by %s, first frame %s ms"
                        + " after it, %s ms after the rings ran%n",
                announce, from, to, qemu.path("downtime").asInt(),
                row.path("announcement").asString(), row.path("announced-to-first-frame-ms").asString(),
                row.path("ready-to-first-frame-ms").asString());
        assertThat(row.path("announcement").asString()).isIn(announce.equals("on")
                ? List.of("gratuitous-arp", "frame")
                : List.of("rarp", "frame"));
        Limit.hold("announced to first frame",
                Double.parseDouble(row.path("announced-to-first-frame-ms").asString()), LIMIT_MS, "ms");
        Limit.hold("rings running to first frame",
                Double.parseDouble(row.path("ready-to-first-frame-ms").asString()), READY_LIMIT_MS, "ms");
        weft.await("the new socket is the port's", () -> weft.weft("export").out(),
                text -> text.contains(socket(to).toString()) && !text.contains(socket(from).toString()));
        assertThat(socket(from)).doesNotExist();
        return guest;
    }

    private static JsonNode migrate(WeftProcess weft, Path monitor, Path wire) {
        try (Qmp qmp = new Qmp(monitor)) {
            qmp.execute("migrate", Map.of("uri", "unix:" + wire));
            return weft.await("QEMU has moved the guest", () -> qmp.execute("query-migrate", Map.of()),
                    state -> List.of("completed", "failed").contains(state.path("status").asString()));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Frames for a station that no stack answers, at a fixed rate. */
    private static final class Stream implements AutoCloseable {
        private final AtomicBoolean stopping = new AtomicBoolean();
        private final Thread thread;

        Stream(FrameSocket sender, String to, String from) {
            byte[] frame = Frames.frame(to, from, "stream");
            thread = Thread.ofPlatform().daemon().start(() -> {
                long nextNs = System.nanoTime();
                while (!stopping.get()) {
                    sender.send(frame);
                    nextNs += TimeUnit.SECONDS.toNanos(1) / RATE;
                    LockSupport.parkNanos(nextNs - System.nanoTime());
                }
            });
        }

        @Override
        public void close() throws InterruptedException {
            stopping.set(true);
            thread.join();
        }
    }
}
