package net.weft.examples.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.StreamSupport;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.MissingRow;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.Outcome;
import net.weft.examples.lab.WeftProcess;
import net.weft.examples.lab.WireGuardClient;
import tools.jackson.databind.JsonNode;

/** A gateway with a guest {@code web} (10.10.0.11) in VLAN 10 and two stock clients, for tests that take turns with it. */
final class VpnLab implements AutoCloseable {
    static final int LISTEN = 51820;
    static final String WEB = "10.10.0.11";
    private static final String TENANTS = """
            tenants:
              acme: {networks: {web: {vlan: 10, subnets: [10.10.0.0/24, "fd00:10::/64"], zone: dmz}}}
              globex: {networks: {web: {vlan: 110, subnets: [10.10.0.0/24], zone: dmz}}}
            zones: {dmz: {}, remote: {}}
            policies:
              - {name: road, from: [remote], to: [dmz], match: [icmp, icmpv6, tcp, udp], action: allow}
              - {name: back, from: [dmz], to: [remote], match: [icmp, icmpv6, tcp, udp], action: allow}
            """;

    /** wg(8) finds devices by a directory that all namespaces share, so the name is one nobody else has. */
    final String gateway = "gw" + ProcessHandle.current().pid() % 1_000_000;
    final Lab lab = Lab.open("vpnlab");
    final Namespace namespace = lab.namespace("switch");
    final Host web = lab.host("web1", namespace, WEB + "/24");
    final WireGuardClient alice = WireGuardClient.open(lab, namespace);
    final WireGuardClient bob = WireGuardClient.open(lab, namespace);
    final WeftProcess weft = WeftProcess.up(lab, namespace, fabric(""));
    private int files;

    String fabric(String... peers) {
        return Fabric.of(Fabric.nic("web1", "network: acme/web, loop-probes: off, lldp: false")) + TENANTS + "vpn: {"
                + gateway
                + ": {listen: " + LISTEN + ", peers: {" + String.join(", ", peers) + "}}}\n";
    }

    /** A peer of acme/web in the zone remote. */
    static String peer(String name, String key, String ips) {
        return name + ": {public-key: \"" + key + "\", network: acme/web, ips: [" + ips + "], zone: remote}";
    }

    /** The peers alice (10.10.0.200) and bob (10.10.0.201). */
    void applyBoth() {
        weft.apply(fabric(peer("alice", alice.publicKey(), "10.10.0.200"), peer("bob", bob.publicKey(), "10.10.0.201")))
                .orThrow();
    }

    /** The key of the gateway, which any peer tells. */
    String key() {
        return weft.show("vpn").getFirst().path("gateway-key").asString();
    }

    void connect(WireGuardClient client, String... addresses) {
        client.connect(key(), LISTEN, List.of(addresses), "10.10.0.0/24");
    }

    JsonNode row(String key) {
        return weft.show("vpn").stream().filter(row -> row.path("public-key").asString().equals(key)).findFirst()
                .orElseThrow(() -> new MissingRow("show vpn has no " + key));
    }

    List<String> keys() {
        return weft.show("vpn").stream().map(row -> row.path("public-key").asString()).toList();
    }

    static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asString).toList();
    }

    /** Runs wg(8) beside the gateway. */
    Outcome wg(String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = "wg";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return namespace.run(command);
    }

    String file(String text) {
        try {
            return Files.writeString(lab.path("file" + files++), text).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Drops for a reason at all ports of the gateway. */
    long drops(String reason) {
        return weft.show("drops").stream()
                .filter(row -> row.path("reason").asString().equals(reason)
                        && row.path("port").asString().startsWith(gateway))
                .mapToLong(row -> row.path("packets").asLong()).sum();
    }

    /** Restores the state that the lab had before any client came. */
    void reset() {
        alice.disconnect();
        bob.disconnect();
        weft.weft("apply", "--prune", "-f", file(fabric(""))).orThrow(); // wg may have made peers since
    }

    @Override
    public void close() {
        lab.close();
    }
}
