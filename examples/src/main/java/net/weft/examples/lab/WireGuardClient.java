package net.weft.examples.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A stock WireGuard client, wireguard-go, in a namespace of its own that a cable joins to the switch's. */
public final class WireGuardClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static int clients;

    private final Lab lab;
    private final Namespace namespace;
    private final String device;
    private final Process process;
    private final String publicKey;
    private final int number;

    /** @param outside where the gateway's socket is; the cable there has the address {@code 198.51.100+N.1/24} */
    public static WireGuardClient open(Lab lab, Namespace outside) {
        return lab.closing(new WireGuardClient(lab, outside, ++clients));
    }

    private WireGuardClient(Lab lab, Namespace outside, int number) {
        this.lab = lab;
        this.number = number;
        namespace = lab.namespace("road" + number);
        lab.cable(outside, cable(), namespace, Host.DEVICE);
        outside.ip("address", "add", gateway() + "/24", "dev", cable());
        namespace.ip("address", "add", address() + "/24", "dev", Host.DEVICE);
        namespace.run("sysctl", "-q", "-w", "net.ipv6.conf.default.disable_ipv6=0", "net.ipv6.conf.all.disable_ipv6=0")
                .orThrow();
        // wg(8) finds devices by a directory that all namespaces share, so the name is one nobody else has
        device = "wl" + ProcessHandle.current().pid() % 1_000_000 + "n" + number;
        try {
            process = namespace.program(List.of("wireguard-go", "-f", device)).redirectErrorStream(true)
                    .redirectOutput(lab.path("wireguard-go" + number + ".log").toFile()).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Awaitility.await("the socket of " + device).atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> {
            if (!process.isAlive()) {
                throw new AssertionError("wireguard-go ended; see " + lab.path("wireguard-go" + number + ".log"));
            }
            return Files.exists(Path.of("/var/run/wireguard/" + device + ".sock"));
        });
        String privateKey = namespace.run("wg", "genkey").orThrow().out().strip();
        wg("private-key", file("key", privateKey), "listen-port", "51900");
        publicKey = namespace.run("wg", "show", device, "public-key").orThrow().out().strip();
    }

    /** Returns the address at which this client reaches the gateway. */
    public String gateway() {
        return "198.51." + (100 + number) + ".1";
    }

    /** Its own address outside. */
    public String address() {
        return "198.51." + (100 + number) + ".2";
    }

    /** Returns the process ID of wireguard-go. */
    public long pid() {
        return process.pid();
    }

    /** Its cable's device at the gateway. */
    public String cable() {
        return "wan" + number;
    }

    public String publicKey() {
        return publicKey;
    }

    public Namespace namespace() {
        return namespace;
    }

    public String device() {
        return device;
    }

    /** Runs {@code wg set DEVICE …}. */
    public void wg(String... settings) {
        List<String> command = new ArrayList<>(List.of("wg", "set", device));
        command.addAll(List.of(settings));
        namespace.run(command.toArray(String[]::new)).orThrow();
    }

    /** Writes a key to a file of the laboratory; returns its path. */
    public String file(String name, String key) {
        try {
            return Files.writeString(lab.path(name + number), key + "\n").toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sets the tunnel up, with addresses and the routes that its gateway may serve. */
    public void connect(String gatewayKey, int port, List<String> addresses, String allowedIps) {
        wg("peer", gatewayKey, "endpoint", gateway() + ":" + port, "allowed-ips", allowedIps);
        for (String address : addresses) {
            List<String> command = new ArrayList<>(List.of("address", "add", address, "dev", device));
            if (address.contains(":")) {
                command.add("nodad");
            }
            namespace.ip(command.toArray(String[]::new));
        }
        namespace.ip("link", "set", device, "up", "mtu", "1420");
        for (String prefix : allowedIps.split(",")) {
            namespace.ip(prefix.contains(":") ? "-6" : "-4", "route", "replace", prefix, "dev", device);
        }
    }

    /** Sets the tunnel down, without peers, sessions and addresses. */
    public void disconnect() {
        for (String peer : namespace.run("wg", "show", device, "peers").orThrow().out().lines().toList()) {
            wg("peer", peer, "remove");
        }
        namespace.ip("address", "flush", "dev", device);
        namespace.ip("link", "set", device, "down");
    }

    /** Takes a configuration as {@code wg-quick} reads it, in place of any before: keys, peer, addresses, routes. */
    public void configure(String config) {
        Path file = Path.of(file("client", config));
        String stripped = namespace
                .run("bash", "-c", "cp " + file + " " + lab.path(device + ".conf") + " && wg-quick strip "
                        + lab.path(device + ".conf"))
                .orThrow().out();
        namespace.run("wg", "syncconf", device, file("stripped", stripped)).orThrow();
        namespace.ip("link", "set", device, "up", "mtu", "1420");
        namespace.ip("address", "flush", "dev", device);
        for (String line : config.lines().toList()) {
            String value = line.substring(line.indexOf('=') + 1).strip();
            if (line.startsWith("Address")) {
                each(value, address -> namespace.ip("address", "replace", address, "dev", device));
            } else if (line.startsWith("AllowedIPs")) {
                each(value, prefix -> namespace.ip(prefix.contains(":") ? "-6" : "-4", "route", "replace", prefix,
                        "dev", device));
            }
        }
    }

    private static void each(String list, Consumer<String> action) {
        Stream.of(list.split(",")).map(String::strip).forEach(action);
    }

    /** Sends at most {@code attempts} echo requests; true as soon as one is answered. */
    public boolean reaches(String address, int attempts) {
        return Host.pings(namespace, address, attempts);
    }

    @Override
    public void close() {
        Programs.end(process);
    }
}
