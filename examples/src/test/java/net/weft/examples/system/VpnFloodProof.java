package net.weft.examples.system;

import static net.weft.examples.system.VpnLab.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import net.weft.examples.lab.Namespace;
import net.weft.testing.Seed;
import net.weft.wireguard.PublicKey;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A flood of 20,000 initiations a second with a right mac1, from keys that are no peers, beside a paced flow of an established peer: its
 * loss and latency, and those of the same flow while the same flood goes to a socket that has nothing to do with the gateway. In turns,
 * because the flood itself takes a share of the processors. Meanwhile a new client connects, which must show a cookie.
 */
@Tag("system")
class VpnFloodProof {
    private static final int ROUNDS = Integer.getInteger("weft.vpn.rounds", 1);
    private static final int SECONDS = Integer.getInteger("weft.vpn.seconds", 5);
    private static final int RATE = 20_000;
    private static final int MESSAGES = 256;
    private static final int SINK = 9;
    private static final Pattern TIME = Pattern.compile("time=([0-9.]+) ms");
    private static final JsonMapper JSON = new JsonMapper();

    @AutoClose
    private final VpnLab vpn = new VpnLab();

    private record Figure(double lossPercent, double p99Ms, double sentPerSecond) {
    }

    /** Initiations to the gateway from keys that it does not know. */
    private static List<byte[]> initiations(PublicKey gateway) {
        Random random = Seed.random(VpnFloodProof.class);
        List<byte[]> all = new ArrayList<>();
        try (DatagramSocket none = new DatagramSocket();
                Initiator strangers = new Initiator(none, new InetSocketAddress("10.0.0.1", 1), gateway)) {
            for (int n = 0; n < MESSAGES; n++) {
                byte[] key = new byte[32];
                random.nextBytes(key);
                all.add(strangers.initiation(key));
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return all;
    }

    /** Sends until it is told to stop; returns how many a second. */
    private static double flood(DatagramSocket from, InetSocketAddress to, List<byte[]> messages, AtomicBoolean stop)
            throws IOException {
        long start = System.nanoTime();
        long sent = 0;
        while (!stop.get()) {
            long due = (System.nanoTime() - start) / 1000 * RATE / 1_000_000;
            while (sent < due) {
                byte[] message = messages.get((int) (sent++ % messages.size()));
                from.send(new DatagramPacket(message, message.length, to));
            }
            LockSupport.parkNanos(500_000);
        }
        return sent * 1e9 / (System.nanoTime() - start);
    }

    private Figure run(DatagramSocket from, InetSocketAddress to, List<byte[]> messages) throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        double[] rate = {0};
        Thread flooder = Thread.ofPlatform().start(() -> {
            try {
                rate[0] = flood(from, to, messages, stop);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        try {
            Namespace alice = vpn.alice.namespace();
            Process listener = vpn.web.namespace().program(List.of("iperf3", "-s", "-1")).start();
            Process ping = alice.program(List.of("ping", "-i", "0.005", "-w", Integer.toString(SECONDS), WEB))
                    .redirectErrorStream(true).redirectOutput(vpn.lab.path("ping").toFile()).start();
            String out = alice.run(Duration.ofSeconds(SECONDS + 30L), Map.of(), List.of("iperf3", "-c", WEB, "-u", "-b",
                    "200M", "-l", "1300", "-J", "-t", Integer.toString(SECONDS))).out();
            ping.waitFor();
            listener.destroyForcibly().waitFor();
            JsonNode sum = JSON.readTree(out).path("end").path("sum");
            double[] times = TIME.matcher(Files.readString(vpn.lab.path("ping"))).results()
                    .map(MatchResult::group).mapToDouble(text -> Double.parseDouble(text.replaceAll("[^0-9.]", "")))
                    .sorted().toArray();
            stop.set(true);
            flooder.join();
            return new Figure(sum.path("lost_percent").asDouble(), times[times.length * 99 / 100], rate[0]);
        } finally {
            stop.set(true);
            flooder.join();
        }
    }

    @Test
    void shouldKeepWhatIsEstablishedAndLetNewClientsIn() throws Exception {
        vpn.applyBoth();
        vpn.connect(vpn.alice, "10.10.0.200/32");
        assertThat(vpn.alice.reaches(WEB, 5)).isTrue();
        List<byte[]> messages = initiations(PublicKey.parse(vpn.key()));
        InetAddress target = InetAddress.getByName(vpn.bob.gateway());
        double[] loss = {0, 0};
        double[] latency = {0, 0};
        try (DatagramSocket flooder = vpn.bob.namespace().call(DatagramSocket::new);
                DatagramSocket sink = vpn.namespace.call(() -> new DatagramSocket(SINK))) {
            assertThat(sink.isBound()).isTrue();
            Figure cold = run(flooder, new InetSocketAddress(target, VpnLab.LISTEN), messages);
            System.out.printf("proof: the first flood, while the JVM compiles: %.2f %% lost, 99 %% within %.2f ms%n",
                    cold.lossPercent, cold.p99Ms);
            for (int round = 0; round < ROUNDS; round++) {
                Figure gateway = run(flooder, new InetSocketAddress(target, VpnLab.LISTEN), messages);
                Figure elsewhere = run(flooder, new InetSocketAddress(target, SINK), messages);
                loss[0] += gateway.lossPercent;
                loss[1] += elsewhere.lossPercent;
                latency[0] += gateway.p99Ms;
                latency[1] += elsewhere.p99Ms;
                System.out.printf(
                        "proof: flood of %.0f/s to the gateway: %.2f %% lost, 99 %% within %.2f ms;"
                                + " of %.0f/s elsewhere: %.2f %%, %.2f ms%n",
                        gateway.sentPerSecond, gateway.lossPercent, gateway.p99Ms, elsewhere.sentPerSecond,
                        elsewhere.lossPercent, elsewhere.p99Ms);
            }
            AtomicBoolean stop = new AtomicBoolean();
            Thread meanwhile = Thread.ofPlatform().start(() -> {
                try {
                    double unused = flood(flooder, new InetSocketAddress(target, VpnLab.LISTEN), messages, stop);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            try {
                long start = System.nanoTime();
                vpn.connect(vpn.bob, "10.10.0.201/32");
                assertThat(vpn.bob.reaches(WEB, 30)).as("a new client gets in").isTrue();
                System.out.printf("proof: a new client got in after %.1f s of the flood%n",
                        (System.nanoTime() - start) / 1e9);
            } finally {
                stop.set(true);
                meanwhile.join();
            }
        }
        System.out.printf("proof: of the flood elsewhere: loss %.2f, latency %.2f%n",
                loss[1] == 0 ? loss[0] : loss[0] / loss[1], latency[0] / latency[1]);
        assertThat(vpn.alice.reaches(WEB, 5)).isTrue();
    }
}
