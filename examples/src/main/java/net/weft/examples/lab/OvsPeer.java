package net.weft.examples.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * Another switch: an Open vSwitch of its own, userspace datapath, in a namespace of its own with its directories under the laboratory's.
 * An internal port is an interface of that namespace.
 */
public final class OvsPeer implements AutoCloseable {
    public static final String BRIDGE = "br0";
    private static final String SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema";

    private final Namespace namespace;
    private final Path directory;
    private final List<Process> daemons = new ArrayList<>();
    private final List<String> commands = new ArrayList<>();

    /** @param tso whether super-frames and partial checksums cross it (userspace-tso-enable) */
    public static OvsPeer start(Lab lab, Namespace namespace, boolean tso) {
        OvsPeer peer = lab.closing(new OvsPeer(namespace, lab.path("ovs")));
        peer.up(tso);
        return peer;
    }

    private OvsPeer(Namespace namespace, Path directory) {
        this.namespace = namespace;
        this.directory = directory;
    }

    public Namespace namespace() {
        return namespace;
    }

    /** Takes {@code device} into the bridge. {@code settings} as in {@code ovs-vsctl set port}, for example {@code tag=10}. */
    public void add(String device, String... settings) {
        List<String> command = new ArrayList<>(List.of("add-port", BRIDGE, device));
        command.addAll(List.of(settings));
        configure(command.toArray(String[]::new));
    }

    /** An interface of the namespace that is a port of the bridge, with an address. */
    public void addInternal(String device, String cidr, String... settings) {
        List<String> command = new ArrayList<>(List.of("add-port", BRIDGE, device));
        command.addAll(List.of(settings));
        command.addAll(List.of("--", "set", "interface", device, "type=internal"));
        configure(command.toArray(String[]::new));
        namespace.ip("address", "add", cidr, "dev", device);
        namespace.ip("link", "set", "dev", device, "up");
    }

    public void configure(String... arguments) {
        commands.add("ovs-vsctl " + String.join(" ", arguments));
        List<String> command = new ArrayList<>(List.of("ovs-vsctl", "--timeout=20", "--db=" + database()));
        command.addAll(List.of(arguments));
        namespace.run(Duration.ofSeconds(30), environment(), command).orThrow();
    }

    /** Asks the running switch, for example {@code inspect("dpif-netdev/pmd-stats-show")}. */
    public String inspect(String... question) {
        List<String> command = new ArrayList<>(List.of("ovs-appctl", "--timeout=20", "-t", controlSocket().toString()));
        command.addAll(List.of(question));
        return namespace.run(Duration.ofSeconds(30), environment(), command).orThrow().out();
    }

    /** The switch itself, ovs-vswitchd. */
    public ProcessHandle handle() {
        return daemons.getLast().toHandle();
    }

    /** What was run to make it what it is, oldest first, without the options that only name its private directory. */
    public List<String> commands() {
        return List.copyOf(commands);
    }

    @Override
    public void close() {
        daemons.reversed().forEach(Programs::end);
    }

    private void up(boolean tso) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path file = directory.resolve("conf.db");
        Programs.run("ovsdb-tool", "create", file.toString(), SCHEMA).orThrow();
        daemon("ovsdb-server", file.toString(), "--remote=p" + database(), "--no-chdir");
        await("ovsdb-server", directory.resolve("db.sock"));
        configure("--no-wait", "init");
        if (tso) {
            configure("--no-wait", "set", "Open_vSwitch", ".", "other_config:userspace-tso-enable=true");
        }
        daemon("ovs-vswitchd", database(), "--no-chdir", "--unixctl=" + controlSocket());
        configure("add-br", BRIDGE, "--", "set", "bridge", BRIDGE, "datapath_type=netdev");
        namespace.ip("link", "set", "dev", BRIDGE, "up");
    }

    private void daemon(String... command) {
        commands.add(command[0]);
        ProcessBuilder builder = namespace.program(List.of(command));
        builder.environment().putAll(environment());
        builder.redirectErrorStream(true).redirectOutput(Redirect.to(directory.resolve(command[0] + ".out").toFile()));
        try {
            daemons.add(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command[0], e);
        }
    }

    private static void await(String daemon, Path socket) {
        Awaitility.await(daemon).atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(20))
                .until(() -> Files.exists(socket));
    }

    private Path controlSocket() {
        return directory.resolve("vswitchd.ctl");
    }

    private String database() {
        return "unix:" + directory.resolve("db.sock");
    }

    private Map<String, String> environment() {
        return Map.of("OVS_RUNDIR", directory.toString(), "OVS_DBDIR", directory.toString(), "OVS_LOGDIR",
                directory.toString(),
                "OVS_SYSCONFDIR", directory.toString());
    }
}
