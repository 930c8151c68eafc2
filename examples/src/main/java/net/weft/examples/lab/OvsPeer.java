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
 * Another switch: an Open vSwitch with the userspace datapath in a namespace of its own, with its directories under the
 * laboratory's. An internal port is an interface of that namespace.
 */
public final class OvsPeer implements AutoCloseable {
    public static final String BRIDGE = "br0";
    /** The path of the program in Debian's package openvswitch-switch-dpdk. */
    public static final String DPDK_PROGRAM = "/usr/lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk";
    private static final String SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema";

    private final Namespace namespace;
    private final String program;
    private final Path directory;
    private final List<Process> daemons = new ArrayList<>();
    private final List<String> commands = new ArrayList<>();

    /** @param tso whether it forwards super-frames and partial checksums (userspace-tso-enable) */
    public static OvsPeer start(Lab lab, Namespace namespace, boolean tso) {
        OvsPeer peer = lab.closing(new OvsPeer(namespace, "ovs-vswitchd", lab.path("ovs")));
        peer.up(tso ? Map.of("userspace-tso-enable", "true") : Map.of());
        return peer;
    }

    /**
     * The build with DPDK.
     *
     * @param settings other_config, {@code dpdk-init} included
     */
    public static OvsPeer startDpdk(Lab lab, Namespace namespace, Map<String, String> settings) {
        OvsPeer peer = lab.closing(new OvsPeer(namespace, DPDK_PROGRAM, lab.path("ovs")));
        peer.up(settings);
        return peer;
    }

    private OvsPeer(Namespace namespace, String program, Path directory) {
        this.namespace = namespace;
        this.program = program;
        this.directory = directory;
    }

    public Namespace namespace() {
        return namespace;
    }

    /**
     * Adds {@code device} to the bridge. {@code settings} as in {@code ovs-vsctl set port}, for example {@code tag=10}.
     */
    public void add(String device, String... settings) {
        List<String> command = new ArrayList<>(List.of("add-port", BRIDGE, device));
        command.addAll(List.of(settings));
        configure(command.toArray(String[]::new));
    }

    /** Adds an internal port with an address: an interface of the namespace. */
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

    /** Replaces the bridge's flows by these, in the syntax of {@code ovs-ofctl add-flow}. */
    public void flows(List<String> flows) {
        ofctl("del-flows", "unix:" + directory.resolve(BRIDGE + ".mgmt"));
        flows.forEach(flow -> ofctl("add-flow", "unix:" + directory.resolve(BRIDGE + ".mgmt"), flow));
    }

    private void ofctl(String verb, String target, String... flow) {
        commands.add("ovs-ofctl " + verb + " " + BRIDGE + " " + String.join(" ", flow));
        List<String> command = new ArrayList<>(List.of("ovs-ofctl", "--timeout=20", verb, target));
        command.addAll(List.of(flow));
        namespace.run(Duration.ofSeconds(30), environment(), command).orThrow();
    }

    /**
     * Runs a command of {@code ovs-appctl} on the running switch, for example {@code
     * inspect("dpif-netdev/pmd-stats-show")}.
     */
    public String inspect(String... question) {
        List<String> command = new ArrayList<>(List.of("ovs-appctl", "--timeout=20", "-t", controlSocket().toString()));
        command.addAll(List.of(question));
        return namespace.run(Duration.ofSeconds(30), environment(), command).orThrow().out();
    }

    /** The switch itself, ovs-vswitchd. */
    public ProcessHandle handle() {
        return daemons.getLast().toHandle();
    }

    /** Starts the switch itself again after its process ended. Its bridges and their ports are in its database. */
    public void startSwitch() {
        daemon(program, database(), "--no-chdir", "--unixctl=" + controlSocket());
    }

    /** The commands that set it up, oldest first, without the options that only name its private directory. */
    public List<String> commands() {
        return List.copyOf(commands);
    }

    @Override
    public void close() {
        daemons.reversed().forEach(Programs::end);
    }

    private void up(Map<String, String> settings) {
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
        settings.forEach((key, value) -> configure("--no-wait", "set", "Open_vSwitch", ".",
                "other_config:" + key + "=" + value));
        startSwitch();
        configure("add-br", BRIDGE, "--", "set", "bridge", BRIDGE, "datapath_type=netdev");
        namespace.ip("link", "set", "dev", BRIDGE, "up");
    }

    private void daemon(String... command) {
        String name = Path.of(command[0]).getFileName().toString();
        commands.add(name);
        ProcessBuilder builder = namespace.program(List.of(command));
        builder.environment().putAll(environment());
        builder.redirectErrorStream(true).redirectOutput(Redirect.to(directory.resolve(name + ".out").toFile()));
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
