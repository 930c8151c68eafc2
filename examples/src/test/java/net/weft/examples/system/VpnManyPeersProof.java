package net.weft.examples.system;

import static net.weft.examples.system.VpnLab.WEB;
import static net.weft.examples.system.VpnLab.peer;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import net.weft.examples.lab.FrameSocket;
import net.weft.packet.Ipv4;
import net.weft.testing.Seed;
import net.weft.wireguard.Identity;
import net.weft.wireguard.PublicKey;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A gateway with thousands of peers: what one more, a look at all of them, and doing nothing cost, with a tenth of them connected; and a
 * guest that calls all the others, and one that sends broadcasts.
 */
@Tag("system")
class VpnManyPeersProof {
    private static final int PEERS = Integer.getInteger("weft.vpn.peers", 10_000);
    private static final int SESSIONS = Math.min(1000, PEERS / 2);
    private static final int ROUNDS = 4;
    private static final int SETTLE_SECONDS = 10;
    private static final int IDLE_SECONDS = 10;
    private static final int BROADCASTS = 30_000;
    private static final long MEMORY_SLACK_KB = 48 * 1024;

    @AutoClose
    private final VpnLab vpn = new VpnLab();

    /** The key of a client that connects. */
    private static byte[] clientKey(int n) {
        byte[] key = new byte[32];
        ByteBuffer.wrap(key).putInt(8, n + 1);
        key[31] = 0x40;
        return key;
    }

    private List<String> peers() {
        Random random = Seed.random(VpnManyPeersProof.class);
        List<String> peers = new ArrayList<>();
        peers.add(peer("alice", vpn.alice.publicKey(), "10.10.0.200"));
        for (int n = 0; n < PEERS; n++) {
            byte[] key = new byte[32];
            random.nextBytes(key);
            key[31] &= 0x7f;
            String text = n < SESSIONS
                    ? new Identity(clientKey(n)).publicKey().toString()
                    : Base64.getEncoder().encodeToString(key);
            peers.add(peer("p" + n, text, ip(n)));
        }
        return peers;
    }

    private static String ip(int n) {
        return "10.10." + (128 + n / 250) + "." + (1 + n % 250);
    }

    @Test
    void shouldServeManyPeers() throws Exception {
        String fabric = vpn.fabric(peers().toArray(String[]::new)).replace("10.10.0.0/24", "10.10.0.0/16");
        long without = residentKb();
        long start = System.nanoTime();
        vpn.weft.apply(fabric).orThrow();
        System.out.println("proof: " + PEERS + " peers applied in " + ms(start) + " ms");
        vpn.connect(vpn.alice, "10.10.0.200/32");
        assertThat(vpn.alice.reaches(WEB, 8)).isTrue();

        int lines = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long shown = System.nanoTime();
            lines = (int) vpn.wg("show", vpn.gateway, "dump").orThrow().out().lines().count();
            System.out.println("proof: wg show of " + (lines - 1) + " peers in " + ms(shown) + " ms");
        }
        assertThat(lines).isEqualTo(PEERS + 2);

        String key = vpn.bob.publicKey();
        for (int round = 0; round < ROUNDS; round++) {
            long set = System.nanoTime();
            vpn.wg("set", vpn.gateway, "peer", key, "allowed-ips", "10.10.0.201/32").orThrow();
            long added = ms(set);
            set = System.nanoTime();
            vpn.wg("set", vpn.gateway, "peer", key, "remove").orThrow();
            System.out.println("proof: one peer added by wg in " + added + " ms, removed in " + ms(set) + " ms");
        }
        String more = fabric.replace("alice: {", "one-more: {public-key: \"" + key
                + "\", network: acme/web, ips: [10.10.0.201], zone: remote}, alice: {");
        long applied = System.nanoTime();
        vpn.weft.apply(more).orThrow();
        System.out.println("proof: one peer more by `apply` of the whole file in " + ms(applied) + " ms");

        connectMany();
        pause(SETTLE_SECONDS); // what was compiled and collected for the work before is no part of doing nothing
        idle("with " + SESSIONS + " sessions");
        System.out.printf("proof: %.1f KB resident for each peer%n", (residentKb() - without) / (double) PEERS);
        shouldBearAGuest();
    }

    private void connectMany() throws IOException {
        long start = System.nanoTime();
        try (DatagramSocket socket = vpn.bob.namespace().call(() -> new DatagramSocket());
                Initiator clients = new Initiator(socket, new InetSocketAddress(vpn.bob.gateway(), VpnLab.LISTEN),
                        PublicKey.parse(vpn.key()))) {
            socket.setSoTimeout(5000);
            for (int n = 0; n < SESSIONS; n++) {
                clients.connect(clientKey(n));
            }
        }
        System.out.println("proof: " + SESSIONS + " sessions in " + ms(start) + " ms");
    }

    private void idle(String what) throws IOException {
        long before = cpuTicks();
        pause(IDLE_SECONDS);
        double percent = (cpuTicks() - before) / (double) IDLE_SECONDS; // of 100 ticks a second
        System.out.printf("proof: idle %s, %.1f %% of a processor; %d KB resident%n", what, percent, residentKb());
    }

    private static void pause(int seconds) {
        long begun = System.nanoTime();
        Awaitility.await().pollDelay(Duration.ofSeconds(seconds)).atMost(Duration.ofSeconds(2L * seconds))
                .until(() -> System.nanoTime() > begun);
    }

    /** A guest calls each offline peer, and then sends broadcasts, while alice goes on. */
    private void shouldBearAGuest() throws Exception {
        Map<String, String> macs = new HashMap<>();
        vpn.weft.show("vpn").forEach(
                row -> macs.put(row.path("ips").path(0).asString(), row.path("mac").asString().replace(":", "")));
        long memory = residentKb();
        Process ping = vpn.alice.namespace().program(List.of("ping", "-i", "0.01", "-w", "8", WEB))
                .redirectErrorStream(true).redirectOutput(vpn.lab.path("ping").toFile()).start();
        long sent = sent();
        try (FrameSocket guest = vpn.web.frames()) {
            for (int n = SESSIONS; n < PEERS; n++) {
                guest.send(datagram(Objects.requireNonNull(macs.get(ip(n))), ip(n)));
            }
            System.out.println("proof: a guest scanned " + (PEERS - SESSIONS) + " offline addresses; "
                    + (residentKb() - memory) + " KB more resident");
            long begun = System.nanoTime();
            for (int n = 0; n < BROADCASTS; n++) {
                guest.send(arp(n));
                while (System.nanoTime() - begun < n * 100_000L) {
                    LockSupport.parkNanos(50_000);
                }
            }
            System.out.printf("proof: %d broadcasts in %.1f s%n", BROADCASTS, (System.nanoTime() - begun) / 1e9);
        }
        assertThat(sent()).as("bytes sealed for peers other than alice").isEqualTo(sent);
        ping.waitFor();
        String summary = Files.readAllLines(vpn.lab.path("ping")).stream()
                .filter(line -> line.contains("packet loss") || line.contains("rtt")).collect(Collectors.joining("; "));
        System.out.println("proof: alice meanwhile: " + summary);
        assertThat(summary).contains(" 0% packet loss");
        assertThat(residentKb() - memory).as("KB more").isLessThan(MEMORY_SLACK_KB);
    }

    /** Bytes that were sent to peers other than alice. */
    private long sent() {
        return vpn.wg("show", vpn.gateway, "transfer").orThrow().out().lines().map(line -> line.split("\t"))
                .filter(line -> !line[0].equals(vpn.alice.publicKey())).mapToLong(line -> Long.parseLong(line[2]))
                .sum();
    }

    private byte[] datagram(String mac, String to) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(60).put(HexFormat.of().parseHex(mac))
                .put(HexFormat.of().parseHex(vpn.web.mac().replace(":", ""))).putShort((short) 0x0800);
        int ip = frame.position();
        frame.putInt(0x4500_001c).putInt(0).putShort((short) 0x4011).putShort((short) 0);
        frame.put(InetAddress.getByName(WEB).getAddress()).put(InetAddress.getByName(to).getAddress());
        frame.putShort((short) 9).putShort((short) 9).putShort((short) 8).putShort((short) 0);
        Ipv4.fillChecksum(MemorySegment.ofArray(frame.array()), ip);
        return frame.array();
    }

    private byte[] arp(int n) throws IOException {
        byte[] own = HexFormat.of().parseHex(vpn.web.mac().replace(":", ""));
        return ByteBuffer.allocate(60).putShort((short) -1).putInt(-1).put(own).putShort((short) 0x0806)
                .putInt(0x0001_0800).putShort((short) 0x0604).putShort((short) 1).put(own)
                .put(InetAddress.getByName(WEB).getAddress()).put(new byte[6]).putInt(0x0a0a_4000 + n % 10_000).array();
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
