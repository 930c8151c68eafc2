package net.weft.examples.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Network namespaces, cables and processes for one test, all with the prefix {@code weftlab-PID-NAME-}. Closing undoes
 * everything in reverse order, whatever fails meanwhile. Opening first removes what laboratories of dead processes left
 * behind.
 */
public final class Lab implements AutoCloseable {
    private static final String FAMILY = "weftlab-";

    private final String prefix;
    private final Path directory;
    private final Deque<AutoCloseable> undo = new ArrayDeque<>();
    private int hosts;

    private Lab(String prefix, Path directory) {
        this.prefix = prefix;
        this.directory = directory;
    }

    /** @param name short and unique within the JVM, for example {@code vlan} */
    public static Lab open(String name) {
        removeLeftovers();
        try {
            String prefix = FAMILY + ProcessHandle.current().pid() + "-" + name + "-";
            Lab lab = new Lab(prefix, Files.createTempDirectory(prefix));
            lab.undo.push(lab::removeDirectory);
            lab.undo.push(lab::removeNamespaces);
            return lab;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file or socket of this laboratory; the whole path stays within the 107 bytes of a Unix socket address. */
    public Path path(String name) {
        return directory.resolve(name);
    }

    /** Registers a resource that is closed before every resource that was registered earlier. */
    public <T extends AutoCloseable> T closing(T resource) {
        undo.push(resource);
        return resource;
    }

    /** Makes a namespace with a running loopback. IPv6 is off in it, so it sends no solicitations of its own. */
    public Namespace namespace(String name) {
        Namespace namespace = new Namespace(prefix + name);
        Programs.run("ip", "netns", "add", namespace.name()).orThrow();
        undo.push(() -> remove(namespace.name()));
        namespace.run("sysctl", "-q", "-w", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1")
                .orThrow();
        namespace.ip("link", "set", "lo", "up");
        return namespace;
    }

    /** Lays a cable: a veth pair, both ends up. It is removed with either namespace. */
    public void cable(Namespace left, String leftDevice, Namespace right, String rightDevice) {
        left.ip("link", "add", "name", leftDevice, "type", "veth", "peer", "name", rightDevice, "netns", right.name());
        left.ip("link", "set", "dev", leftDevice, "up");
        right.ip("link", "set", "dev", rightDevice, "up");
    }

    /** Makes a host: a namespace whose {@code eth0} is cabled to {@code device} in {@code to}. */
    public Host host(String device, Namespace to, String cidr) {
        hosts++;
        Namespace namespace = namespace(device);
        cable(to, device, namespace, Host.DEVICE);
        String mac = "02:57:4c:00:00:%02x".formatted(hosts);
        namespace.ip("link", "set", "dev", Host.DEVICE, "address", mac);
        namespace.ip("address", "add", cidr, "dev", Host.DEVICE);
        return new Host(device, namespace, mac, cidr);
    }

    @Override
    public void close() {
        RuntimeException first = null;
        while (!undo.isEmpty()) {
            try {
                undo.pop().close();
            } catch (Exception e) {
                first = first == null
                        ? new IllegalStateException("laboratory " + prefix + " left something behind", e)
                        : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private void removeDirectory() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Removes all namespaces of this laboratory, also those whose creation was interrupted. */
    private void removeNamespaces() {
        namespaces().stream().filter(name -> name.startsWith(prefix)).forEach(Lab::remove);
    }

    private static List<String> namespaces() {
        return Programs.run("ip", "netns", "list").orThrow().out().lines().map(line -> line.split(" ", 2)[0]).toList();
    }

    private static void removeLeftovers() {
        for (String name : namespaces()) {
            if (name.startsWith(FAMILY) && owner(name).isEmpty()) {
                remove(name);
            }
        }
    }

    private static Optional<ProcessHandle> owner(String namespace) {
        return ProcessHandle.of(Long.parseLong(namespace.substring(FAMILY.length()).split("-", 2)[0]));
    }

    /** Kills the processes in a namespace, all of which a laboratory has started, and deletes the namespace. */
    private static void remove(String namespace) {
        List<String> pids = Programs.run("ip", "netns", "pids", namespace).out().lines().toList();
        long own = ProcessHandle.current().pid();
        pids.stream().map(Long::valueOf).filter(pid -> pid != own)
                .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        Programs.run("ip", "netns", "delete", namespace).orThrow();
    }
}
