package net.weft.examples.system;

import static net.weft.examples.system.VpnLab.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.WireGuardClient;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Processor seconds of the server for each gigabyte of TCP that one stock client sends and receives: Weft's gateway, beside this host's
 * wireguard-go as the server, in turns, with the same client. Client and server share the processors, so the throughput is that of both.
 */
@Tag("system")
class VpnSpeedProof {
    private static final int SECONDS = Integer.getInteger("weft.vpn.seconds", 10);
    private static final int ROUNDS = Integer.getInteger("weft.vpn.rounds", 3);
    private static final double TICKS = 100;
    private static final JsonMapper JSON = new JsonMapper();

    @AutoClose
    private final VpnLab vpn = new VpnLab();

    private record Figure(double gigabits, double cpuPerGigabyte) {
    }

    @Test
    void shouldSayWhatAGigabyteCosts() throws Exception {
        vpn.applyBoth();
        vpn.connect(vpn.alice, "10.10.0.200/32");
        assertThat(vpn.alice.reaches(WEB, 5)).isTrue();
        Namespace outside = vpn.lab.namespace("goserver");
        WireGuardClient client = WireGuardClient.open(vpn.lab, outside);
        WireGuardClient server = server(outside, client);
        double weft = 0;
        double other = 0;
        for (String way : List.of("", "-R")) { // the JVM compiles what it sees; that is no cost of a gigabyte
            Figure unused = run(vpn.alice.namespace(), vpn.web.namespace(), WEB, way, vpn.weft.handle().pid());
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (String way : List.of("", "-R")) {
                Figure ours = run(vpn.alice.namespace(), vpn.web.namespace(), WEB, way, vpn.weft.handle().pid());
                Figure theirs = run(client.namespace(), server.namespace(), "10.99.0.1", way, server.pid());
                assertThat(theirs.gigabits).as("wireguard-go carried something").isPositive();
                weft += ours.cpuPerGigabyte;
                other += theirs.cpuPerGigabyte;
                System.out.printf("proof: %s: Weft %.2f Gb/s, %.2f s/GB; wireguard-go %.2f Gb/s, %.2f s/GB%n",
                        way.isEmpty() ? "client sends" : "client receives", ours.gigabits, ours.cpuPerGigabyte,
                        theirs.gigabits, theirs.cpuPerGigabyte);
            }
        }
        System.out.printf("proof: processor time of the server for a gigabyte, of wireguard-go's: %.2f%n",
                weft / other);
    }

    /** A second wireguard-go, which the client reaches by the namespace between them. */
    private WireGuardClient server(Namespace between, WireGuardClient client) {
        WireGuardClient server = WireGuardClient.open(vpn.lab, between);
        between.run("sysctl", "-q", "-w", "net.ipv4.ip_forward=1").orThrow();
        server.namespace().ip("route", "add", "default", "via", server.gateway());
        client.namespace().ip("route", "add", "default", "via", client.gateway());
        client.wg("peer", server.publicKey(), "endpoint", server.address() + ":51900", "allowed-ips", "10.99.0.1/32");
        server.wg("peer", client.publicKey(), "allowed-ips", "10.99.0.2/32");
        client.namespace().ip("address", "add", "10.99.0.2/24", "dev", client.device());
        server.namespace().ip("address", "add", "10.99.0.1/24", "dev", server.device());
        client.namespace().ip("link", "set", client.device(), "up", "mtu", "1420");
        server.namespace().ip("link", "set", server.device(), "up", "mtu", "1420");
        assertThat(client.reaches("10.99.0.1", 5)).isTrue();
        return server;
    }

    private static Figure run(Namespace from, Namespace to, String address, String way, long pid) throws Exception {
        Process listener = to.program(List.of("iperf3", "-s", "-1")).start();
        long before = ticks(pid);
        String out = from.run(Duration.ofSeconds(SECONDS + 30L), Map.of(), way.isEmpty()
                ? List.of("iperf3", "-c", address, "-J", "-t", Integer.toString(SECONDS))
                : List.of("iperf3", "-c", address, "-J", way, "-t", Integer.toString(SECONDS))).out();
        double cpu = (ticks(pid) - before) / TICKS;
        listener.destroyForcibly().waitFor();
        JsonNode sum = JSON.readTree(out).path("end").path("sum_received");
        double gigabytes = sum.path("bytes").asDouble() / 1e9;
        return new Figure(sum.path("bits_per_second").asDouble() / 1e9, cpu / gigabytes);
    }

    private static long ticks(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }
}
