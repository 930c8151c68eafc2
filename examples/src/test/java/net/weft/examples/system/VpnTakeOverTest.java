package net.weft.examples.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.WireGuardClient;
import net.weft.vpn.FileSecretStore;
import net.weft.wireguard.Identity;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two gateways with one key, as processes: the first serves a stock client under traffic and hands its soft state to the second; it is
 * killed, and the second calls the client at once. The time that it takes to notice a death is that of whoever watches, and no part of it.
 */
@Tag("system")
@Tag("alone")
class VpnTakeOverTest {
    private static final int LISTEN = 51820;
    private static final String WEB = "10.10.0.11";
    private static final String ALICE = "10.10.0.200";
    private static final double LIMIT_S = 1;
    private static final Pattern REPLY = Pattern.compile("\\[([0-9.]+)\\] .*icmp_seq=([0-9]+) .*time=");

    @AutoClose
    private final Lab lab = Lab.open("takeover");
    private final Namespace outside = lab.namespace("switch");
    private final Host web = lab.host("web1", outside, WEB + "/24");
    private final WireGuardClient alice = WireGuardClient.open(lab, outside);

    /** A gateway process, whose lines go to a consumer. */
    private final class Gateway implements AutoCloseable {
        private final Process process;
        private final BufferedWriter in;
        private final CountDownLatch serving = new CountDownLatch(1);
        private volatile Consumer<String> lines = _ -> {
        };

        Gateway(String name, byte[] key) throws IOException {
            Path data = Files.createDirectory(lab.path(name));
            new FileSecretStore(data).write("office.key", key);
            process = outside
                    .program(List.of(ProcessHandle.current().info().command().orElseThrow(), "-Xmx256m",
                            "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-cp",
                            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            GatewayProcess.class.getName(), data.toString(), "web1", alice.publicKey(), ALICE,
                            Integer.toString(LISTEN)))
                    .redirectError(lab.path(name + ".err").toFile()).start();
            in = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.US_ASCII));
            BufferedReader out = new BufferedReader(
                    new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
            Thread.ofVirtual().start(() -> out.lines().forEach(line -> {
                if (line.equals(GatewayProcess.SERVING)) {
                    serving.countDown();
                } else {
                    lines.accept(line);
                }
            }));
        }

        synchronized void tell(String line) {
            try {
                in.write(line + "\n");
                in.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void serve() throws InterruptedException {
            tell(GatewayProcess.SERVE);
            assertThat(serving.await(20, TimeUnit.SECONDS)).as("it serves").isTrue();
        }

        @Override
        public void close() {
            process.destroyForcibly().onExit().join();
        }
    }

    /** The longest time between two answers, seconds. */
    private static double silence(List<String> replies) {
        double longest = 0;
        double before = -1;
        for (String line : replies) {
            Matcher reply = REPLY.matcher(line);
            if (reply.find()) {
                double at = Double.parseDouble(reply.group(1));
                longest = before < 0 ? longest : Math.max(longest, at - before);
                before = at;
            }
        }
        return longest;
    }

    private double takeOver(String name, Runnable move) throws Exception {
        byte[] key = new byte[32];
        key[0] = 8;
        key[31] = 0x41;
        try (Gateway first = new Gateway(name + "1", key); Gateway second = new Gateway(name + "2", key)) {
            ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();
            first.lines = line -> {
                told.add(line);
                second.tell(line);
            };
            first.serve();
            alice.connect(new Identity(key).publicKey().toString(), LISTEN, List.of(ALICE + "/32"), "10.10.0.0/24");
            assertThat(alice.reaches(WEB, 8)).isTrue();
            Path log = lab.path(name + ".ping");
            Process ping = alice.namespace().program(List.of("ping", "-D", "-n", "-i", "0.02", WEB))
                    .redirectErrorStream(true).redirectOutput(log.toFile()).start();
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> Files.readAllLines(log).size() > 50);
            assertThat(told).anyMatch(line -> line.startsWith("at ")).anyMatch(line -> line.startsWith("accepted "));
            first.close();
            move.run();
            second.serve();
            int before = Files.readAllLines(log).size();
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> Files.readAllLines(log).size() > before + 50);
            ping.destroy();
            ping.waitFor();
            double silence = silence(new ArrayList<>(Files.readAllLines(log)));
            alice.disconnect();
            return silence;
        }
    }

    @Test
    void shouldCallTheClientAtOnce() throws Exception {
        assertThat(web.namespace().name()).isNotEmpty();
        double same = takeOver("same", () -> {
        });
        System.out.printf("proof: silence of %.2f s with the address of the first gateway%n", same);
        double other = takeOver("other", () -> {
            outside.ip("address", "del", alice.gateway() + "/24", "dev", alice.cable());
            outside.ip("address", "add", alice.gateway().replaceAll("[0-9]+$", "9") + "/24", "dev", alice.cable());
        });
        System.out.printf("proof: silence of %.2f s with an address of its own%n", other);
        assertThat(same).isLessThan(LIMIT_S);
        assertThat(other).isLessThan(LIMIT_S);
    }
}
