package net.weft.examples.system;

import static net.weft.examples.lab.Fabric.nic;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.FrameSocket;
import net.weft.examples.lab.Frames;
import net.weft.examples.lab.Host;
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

/** Policies change, and the switch is killed and started again, under running streams between zones. */
@Tag("system")
@TestInstance(Lifecycle.PER_CLASS)
class PolicyChangeTest {
    private static final int RATE = 2000;
    private static final int STREAM = 5009;
    private static final int TCP = 5010;
    private static final Duration BOUND = Duration.ofMillis(100);
    private static final int BLOCK = 1 << 16;

    @AutoClose
    private final Lab lab = Lab.open("change");
    private final Namespace namespace = lab.namespace("switch");
    private final Host client = lab.host("client", namespace, "10.10.0.1/24");
    private final Host server = lab.host("server", namespace, "10.10.0.2/24");
    private final Host left = lab.host("left", namespace, "10.10.0.3/24");
    private final Host right = lab.host("right", namespace, "10.10.0.4/24");
    private final WeftProcess weft = WeftProcess.up(lab, namespace, fabric(policy("")));

    private static String fabric(String policies) {
        return Fabric.of(nic("client", "access: 10, zone: dmz"), nic("server", "access: 10, zone: data"),
                nic("left", "access: 10, zone: other"), nic("right", "access: 10, zone: other"))
                + "zones: {dmz: {}, data: {intra: deny}, other: {}}\npolicies:\n"
                + "  - {name: unused, from: [other], to: [dmz], match: [tcp/1], action: allow}\n" + policies;
    }

    private static String policy(String keys) {
        return "  - {name: stream, from: [dmz], to: [data], match: [udp/" + STREAM + ", tcp/" + TCP
                + "], action: allow" + keys + "}\n";
    }

    private void apply(String policies) {
        weft.apply(fabric(policies)).orThrow();
    }

    /** A stream that is allowed is under way, and so is one that nothing is changed for. */
    @Test
    void shouldStopAStreamWithItsPolicyAndDisturbNoOther() throws Exception {
        apply(policy(""));
        try (PacketStream stream = PacketStream.start(client, server, RATE);
                PacketStream unrelated = PacketStream.start(left, right, RATE)) {
            weft.await("both arrive", () -> Math.min(stream.arrived(), unrelated.arrived()), count -> count > RATE / 2);
            apply("");
            long appliedNs = System.nanoTime();
            int sent = stream.sent();
            weft.await("more was sent", stream::sent, now -> now > sent + RATE);
            Duration after = Duration.ofNanos(Math.max(0, stream.lastNs() - appliedNs));
            System.out.printf("proof: the stream's last packet came %d ms after the change was applied%n",
                    after.toMillis());
            assertThat(after).isLessThan(Limit.of(BOUND));
            int arrived = stream.arrived();

            apply(policy(""));
            weft.await("it goes on with its policy", stream::arrived, count -> count > arrived);
            assertThat(unrelated.stopAndCountLost()).as("of %d packets between others", unrelated.sent()).isZero();
        }
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
        try (Download download = new Download()) {
            download.awaitProgress();
            apply("");
            download.awaitProgress();
            try (Socket another = download.tryAnother()) {
                assertThat(another.isConnected()).as("a new connection").isFalse();
            }
        }
    }

    @Test
    void shouldCutTcpWithItsPolicy() throws Exception {
        apply(policy(""));
        try (Download download = new Download()) {
            download.awaitProgress();
            apply("");
            long appliedNs = System.nanoTime();
            weft.await("nothing has come for a second", () -> System.nanoTime() - download.lastNs,
                    silence -> silence > Duration.ofSeconds(1).toNanos());
            Duration after = Duration.ofNanos(Math.max(0, download.lastNs - appliedNs));
            System.out.printf("proof: TCP's last bytes came %d ms after the change was applied%n", after.toMillis());
            assertThat(after).isLessThan(Limit.of(BOUND));
        }
    }

    /**
     * Bytes from the server to the client: after the restart the first packet of the connection is the server's, which no policy allows.
     * So it goes on only as one that is remembered.
     */
    @Test
    void shouldRememberConnectionsOverARestart() throws Exception {
        apply(policy(""));
        try (Download download = new Download()) {
            download.awaitProgress();
            weft.kill();
            weft.restart();
            introduceClient();
            download.awaitProgress();

            weft.kill();
            Files.delete(lab.path("control.sock.connections"));
            weft.restart();
            introduceClient();
            weft.await("control: without the file what the server sends is no longer known",
                    () -> weft.drops("server", "zone-denied") + weft.drops("server", "invalid-state"),
                    drops -> drops > 0);
        }
    }

    /** Otherwise what is for it would be flooded, and so judged by the policies alone, until it speaks itself. */
    private void introduceClient() throws Exception {
        try (FrameSocket socket = client.frames()) {
            socket.send(Frames.frame(Frames.BROADCAST, client.mac(), "here"));
        }
        weft.await("the client is known", () -> weft.whereIs(client.mac(), 10), "client"::equals);
    }

    /** The server sends without end to whoever connects. */
    private final class Download implements AutoCloseable {
        private final ServerSocket listening;
        private final Socket receiving;
        private final Thread reader;
        private volatile long bytes;
        private volatile long lastNs;

        Download() throws Exception {
            listening = server.namespace().call(() -> new ServerSocket(TCP));
            CompletableFuture<Socket> accepted = CompletableFuture.supplyAsync(() -> {
                try {
                    return listening.accept();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }, task -> Thread.ofPlatform().daemon().start(task));
            receiving = client.namespace().call(() -> new Socket(server.address(), TCP));
            Socket sending = accepted.join();
            Thread.ofPlatform().daemon().name("download, sending").start(() -> {
                try (sending) {
                    byte[] block = new byte[BLOCK];
                    while (true) {
                        sending.getOutputStream().write(block);
                    }
                } catch (IOException e) {
                    return; // its other side has gone
                }
            });
            reader = Thread.ofPlatform().daemon().name("download, receiving").start(this::read);
        }

        private void read() {
            try (InputStream in = receiving.getInputStream()) {
                byte[] block = new byte[BLOCK];
                for (int n = in.read(block); n >= 0; n = in.read(block)) {
                    bytes = bytes + n;
                    lastNs = System.nanoTime();
                }
            } catch (IOException e) {
                return; // closed
            }
        }

        void awaitProgress() {
            long before = bytes;
            weft.await("bytes come", () -> bytes, now -> now > before + BLOCK);
        }

        Socket tryAnother() throws Exception {
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

        @Override
        public void close() throws Exception {
            receiving.close();
            listening.close();
            reader.join();
        }
    }
}
