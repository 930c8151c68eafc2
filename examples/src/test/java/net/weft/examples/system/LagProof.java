package net.weft.examples.system;

import static net.weft.examples.lab.Fabric.nic;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Iperf3;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.OvsPeer;
import net.weft.examples.lab.PacketStream;
import net.weft.examples.lab.WeftProcess;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * A LAG of four legs beside Open vSwitch's {@code balance-tcp} under a numbered stream: a leg's cable is pulled and put back, a leg is
 * drained and returns, again and again. For a quiet machine, so only {@code examples/prove lags} runs it.
 */
@Tag("system")
class LagProof {
    private static final int LEGS = 4;
    private static final int RATE = Integer.getInteger("weft.lag.rate", 10_000);
    private static final int ROUNDS = Integer.getInteger("weft.lag.rounds", 20);
    private static final int IPERF_PORT = 5202;
    private static final int SETTLE_MILLIS = 1_300;

    @AutoClose
    private final RoomySockets roomy = new RoomySockets();
    @AutoClose
    private final Lab lab = Lab.open("lags");
    private final Namespace inside = lab.namespace("weft");
    private final Namespace outside = lab.namespace("ovs");

    @Test
    void shouldLoseLittleWithALegAndNothingWhenItReturnsOrIsDrained() throws Exception {
        Host near = lab.host("p1", inside, "10.10.0.1/24");
        Host far = lab.host("p2", outside, "10.10.0.2/24");
        OvsPeer ovs = OvsPeer.start(lab, outside, true);
        ovs.add("p2");
        List<String> bond = new ArrayList<>(List.of("add-bond", OvsPeer.BRIDGE, "bond0"));
        List<String> ports = new ArrayList<>(List.of(nic("p1", "access: 10")));
        for (int leg = 1; leg <= LEGS; leg++) {
            lab.cable(inside, "leg" + leg, outside, "ovs" + leg);
            bond.add("ovs" + leg);
            ports.add("leg" + leg + ": {type: nic, device: leg" + leg + "}");
        }
        bond.addAll(List.of("lacp=active", "bond_mode=balance-tcp", "other_config:lacp-time=fast"));
        ovs.configure(bond.toArray(String[]::new));
        WeftProcess weft = WeftProcess.up(lab, inside, Fabric.of(ports.toArray(String[]::new))
                + "lags:\n  po1: {ports: [leg1, leg2, leg3, leg4], rate: fast, access: 10}\n");
        awaitDistributing(weft, LEGS);
        try (PacketStream warm = PacketStream.start(near, far, RATE)) {
            warm.goOn(3_000);
            warm.stopAndCountLost();
        }
        List<Double> silences = new ArrayList<>();
        int[] back = new int[2];
        int[] drains = new int[2];
        int[] drainsThere = new int[2];
        int[] disabled = new int[2];
        int[] quiet = new int[2];
        Iperf3 iperf = Iperf3.upload(near, far, IPERF_PORT, "-t", "3600", "-b", "20M");
        for (int round = 0; round < ROUNDS; round++) {
            String leg = failed(weft, near, far, silences);
            add(back, during(near, far, stream -> {
                outside.ip("link", "set", "dev", leg.replace("leg", "ovs"), "up");
                awaitDistributing(weft, LEGS);
                stream.goOn(SETTLE_MILLIS);
            }));
            add(quiet, during(near, far, stream -> stream.goOn(2 * SETTLE_MILLIS)));
            add(drains, during(near, far, stream -> drain(weft, leg, stream)));
            add(drainsThere, during(far, near, stream -> drain(weft, busiest(weft, "rx-packets", stream), stream)));
            add(disabled, during(far, near, stream -> disable(weft, busiest(weft, "rx-packets", stream), stream)));
        }
        assertThat(iperf.isRunning()).as("the TCP stream has gone on").isTrue();
        JsonNode tcp = iperf.interrupt(Duration.ofSeconds(10)).path("end");
        iperf.close();
        Collections.sort(silences);
        System.out.printf("proof: %d legs pulled under %,d packets/s: silence median %.1f ms, worst %.1f ms%n", ROUNDS,
                RATE, silences.get(ROUNDS / 2), silences.getLast());
        System.out.printf("proof: %d legs put back: %d lost, %d reordered%n", ROUNDS, back[0], back[1]);
        System.out.printf("proof: %d drains and returns: %d lost, %d reordered%n", ROUNDS, drains[0], drains[1]);
        System.out.printf("proof: %d drains and returns of the leg by which the partner sends: %d lost, %d reordered%n",
                ROUNDS, drainsThere[0], drainsThere[1]);
        System.out.printf("proof: control, such a leg is disabled %d times without a word to the partner: %d lost%n",
                ROUNDS, disabled[0]);
        System.out.printf("proof: TCP through all of it: %,d bytes, %d retransmitted segments%n",
                tcp.path("sum_sent").path("bytes").asLong(), tcp.path("sum_sent").path("retransmits").asInt());
        System.out.printf("proof: control, %d times nothing happens: %d lost, %d reordered%n", ROUNDS, quiet[0],
                quiet[1]);
        System.out.println("proof: dropped by Weft: " + weft.show("drops").stream()
                .map(row -> row.path("port").asString() + " " + row.path("reason").asString() + " "
                        + row.path("packets").asLong())
                .toList());
        long overruns = overruns();
        System.out.println("proof: frames that overran the partner's sockets: " + overruns);
        System.out.println("proof: at the end " + states(weft));
        assertThat(back).containsExactly(0, 0);
        assertThat(drains).containsExactly(0, 0);
        assertThat(drainsThere).containsExactly(0, 0);
        assertThat(disabled[0]).as("lost where a leg goes without a drain").isPositive();
        assertThat(silences.getLast()).isLessThan(500);
    }

    /**
     * Lets packet sockets that are opened from now on hold 16 MiB. Open vSwitch reads its cables by the thread that also
     * handles LACP and commands; with the default of 208 KiB, 277 small frames, it loses frames itself while it does so.
     */
    private static final class RoomySockets implements AutoCloseable {
        private static final Path DEFAULT = Path.of("/proc/sys/net/core/rmem_default");
        private final String before = read();

        RoomySockets() {
            write(Integer.toString(16 << 20));
        }

        @Override
        public void close() {
            write(before);
        }

        private static String read() {
            try (BufferedReader reader = Files.newBufferedReader(DEFAULT)) {
                return reader.readLine();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void write(String bytes) {
            try {
                Files.writeString(DEFAULT, bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Frames that were counted where the stream passes: on the cables, and where datagrams are lost by the host. */
    private Map<String, Long> way(Host far) {
        Map<String, Long> frames = new TreeMap<>();
        inside.run("cat", "/proc/net/dev").orThrow().out().lines().map(String::strip)
                .filter(line -> line.startsWith("p1:"))
                .forEach(line -> frames.put("from the host", count(line, 2)));
        outside.run("cat", "/proc/net/dev").orThrow().out().lines().map(String::strip).forEach(line -> {
            if (line.startsWith("ovs")) {
                frames.merge("on the legs", count(line, 2), Long::sum);
            } else if (line.startsWith("p2:")) {
                frames.put("from the partner", count(line, 10));
            }
        });
        far.namespace().run("cat", "/proc/net/snmp").orThrow().out().lines()
                .filter(line -> line.matches("Udp: \\d.*"))
                .forEach(line -> frames.put("receiver's errors", count(line, 3)));
        return frames;
    }

    private static long count(String line, int column) {
        return Long.parseLong(line.split("\\s+")[column]);
    }

    /** Frames that Open vSwitch did not read in time from the packet sockets of its cables, by the kernel's count. */
    private long overruns() {
        return Pattern.compile(",d(\\d+)\\)").matcher(outside.run("ss", "-0", "-m", "-a").orThrow().out()).results()
                .mapToLong(drops -> Long.parseLong(drops.group(1))).sum();
    }

    private static void drain(WeftProcess weft, String leg, PacketStream stream) {
        weft.weft("lag", "drain", leg).orThrow();
        awaitState(weft, leg, "drained");
        weft.weft("lag", "undrain", leg).orThrow();
        awaitDistributing(weft, LEGS);
        stream.goOn(SETTLE_MILLIS);
    }

    private static void disable(WeftProcess weft, String leg, PacketStream stream) {
        weft.weft("port", "set", leg, "enabled=false").orThrow();
        stream.goOn(SETTLE_MILLIS);
        weft.weft("port", "set", leg, "enabled=true").orThrow();
        awaitDistributing(weft, LEGS);
        stream.goOn(SETTLE_MILLIS);
    }

    private interface Action {
        void run(PacketStream stream) throws Exception;
    }

    /** The numbers of packets that were lost and that came late while something happened. */
    private int[] during(Host near, Host far, Action action) throws Exception {
        Map<String, Long> before = way(far);
        try (PacketStream stream = PacketStream.start(near, far, RATE)) {
            stream.goOn(200);
            action.run(stream);
            int lost = stream.stopAndCountLost();
            if (lost > 0) {
                Map<String, Long> after = way(far);
                after.replaceAll((point, frames) -> frames - before.getOrDefault(point, 0L));
                System.out.println("proof: " + lost + " of " + stream.sent() + " packets were lost; frames on the way: "
                        + after);
            }
            return new int[]{lost, stream.reordered() + stream.doubled()};
        }
    }

    private static void add(int[] sum, int[] more) {
        sum[0] += more[0];
        sum[1] += more[1];
    }

    /** Pulls the cable of the leg that carries the stream, and returns that leg. */
    private String failed(WeftProcess weft, Host near, Host far, List<Double> silences) throws Exception {
        try (PacketStream stream = PacketStream.start(near, far, RATE)) {
            stream.goOn(300);
            String leg = busiest(weft, "tx-packets", stream);
            stream.takeLongestGapNs();
            outside.ip("link", "set", "dev", leg.replace("leg", "ovs"), "down");
            awaitState(weft, leg, "down");
            stream.goOn(500);
            silences.add(stream.takeLongestGapNs() / 1e6);
            stream.stopAndCountLost();
            return leg;
        }
    }

    private static String busiest(WeftProcess weft, String counter, PacketStream stream) {
        Map<String, Long> before = counted(weft, counter);
        stream.goOn(100);
        Map<String, Long> after = counted(weft, counter);
        return after.keySet().stream()
                .max(Comparator.comparingLong(leg -> after.getOrDefault(leg, 0L) - before.getOrDefault(leg, 0L)))
                .orElseThrow();
    }

    private static Map<String, Long> counted(WeftProcess weft, String counter) {
        return legs(weft).stream().collect(Collectors.toMap(leg -> leg.path("port").asString(),
                leg -> leg.path(counter).asLong()));
    }

    private static List<JsonNode> legs(WeftProcess weft) {
        return StreamSupport.stream(weft.show("lags").getFirst().path("legs").spliterator(), false).toList();
    }

    private static Map<String, String> states(WeftProcess weft) {
        return new TreeMap<>(legs(weft).stream().collect(Collectors.toMap(leg -> leg.path("port").asString(),
                leg -> leg.path("state").asString())));
    }

    private static void awaitDistributing(WeftProcess weft, int count) {
        weft.await(count + " legs distribute", () -> states(weft),
                states -> Collections.frequency(states.values(), "distributing") == count);
    }

    private static void awaitState(WeftProcess weft, String leg, String state) {
        weft.await(leg + " is " + state, () -> states(weft), states -> state.equals(states.get(leg)));
    }
}
