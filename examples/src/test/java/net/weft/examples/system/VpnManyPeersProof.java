package net.weft.examples.system;

import static net.weft.examples.system.VpnLab.WEB;
import static net.weft.examples.system.VpnLab.peer;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import net.weft.testing.Seed;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A gateway with thousands of peers that never called: what one more, a look at all of them, and doing nothing cost. */
@Tag("system")
class VpnManyPeersProof {
    private static final int PEERS = Integer.getInteger("weft.vpn.peers", 10_000);
    private static final int IDLE_SECONDS = 10;

    @AutoClose
    private final VpnLab vpn = new VpnLab();

    @Test
    void shouldServeManyPeers() throws Exception {
        Random random = Seed.random(VpnManyPeersProof.class);
        List<String> peers = new ArrayList<>();
        peers.add(peer("alice", vpn.alice.publicKey(), "10.10.0.200"));
        for (int n = 0; n < PEERS; n++) {
            byte[] key = new byte[32];
            random.nextBytes(key);
            key[31] &= 0x7f;
            peers.add(peer("p" + n, Base64.getEncoder().encodeToString(key),
                    "10.10." + (128 + n / 250) + "." + (1 + n % 250)));
        }
        String fabric = vpn.fabric(peers.toArray(String[]::new)).replace("10.10.0.0/24", "10.10.0.0/16");
        long start = System.nanoTime();
        vpn.weft.apply(fabric).orThrow();
        System.out.println("proof: " + PEERS + " peers applied in " + ms(start) + " ms");
        vpn.connect(vpn.alice, "10.10.0.200/32");
        assertThat(vpn.alice.reaches(WEB, 8)).isTrue();

        long shown = System.nanoTime();
        int lines = (int) vpn.wg("show", vpn.gateway, "dump").orThrow().out().lines().count();
        System.out.println("proof: wg show of " + (lines - 1) + " peers in " + ms(shown) + " ms");
        assertThat(ms(shown)).isLessThan(1000);

        String more = fabric.replace("alice: {", "one-more: {public-key: \"" + vpn.bob.publicKey()
                + "\", network: acme/web, ips: [10.10.0.201], zone: remote}, alice: {");
        long added = System.nanoTime();
        vpn.weft.apply(more).orThrow();
        System.out.println("proof: one peer more by `apply` of the whole file in " + ms(added) + " ms");
        long set = System.nanoTime();
        vpn.wg("set", vpn.gateway, "peer", vpn.bob.publicKey(), "remove").orThrow();
        System.out.println("proof: one peer removed by wg in " + ms(set) + " ms");

        long before = cpuTicks();
        long idle = System.nanoTime();
        Awaitility.await().pollDelay(Duration.ofSeconds(IDLE_SECONDS)).atMost(Duration.ofSeconds(2 * IDLE_SECONDS))
                .until(() -> System.nanoTime() > idle);
        double percent = (cpuTicks() - before) / (double) IDLE_SECONDS; // of 100 ticks a second
        System.out.printf("proof: idle, %.1f %% of a processor; %d KB resident%n", percent, residentKb());
    }

    private static long ms(long startNs) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
    }

    private long cpuTicks() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + vpn.weft.handle().pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    private long residentKb() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + vpn.weft.handle().pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS")).mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }
}
