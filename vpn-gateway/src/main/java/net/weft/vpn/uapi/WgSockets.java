package net.weft.vpn.uapi;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import jdk.net.ExtendedSocketOptions;
import net.weft.linux.Errno;
import net.weft.vpn.GatewaySpec;
import net.weft.vpn.SecretStore;
import net.weft.vpn.VpnGateways;

/**
 * The sockets of all gateways, mode 0600, in the directory where wg(8) looks for them. A socket that another process serves is left alone;
 * one that refuses connections is a dead process's and is replaced. A directory that cannot be written is no fault: there is no wg(8) then.
 */
public final class WgSockets implements AutoCloseable {
    /** The directory in which wg(8) looks for sockets. */
    public static final Path DIRECTORY = Path.of("/var/run/wireguard");
    private static final System.Logger LOG = System.getLogger(WgSockets.class.getName());
    private static final int MAX_CLIENTS = 64;
    private static final long RETRY_NS = 1_000_000_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path directory;
    private final VpnGateways gateways;
    private final SecretStore secrets;
    private final WgAdmin admin;
    private final Duration patience;
    private final Semaphore clients = new Semaphore(MAX_CLIENTS);
    private final Map<String, Device> devices = new LinkedHashMap<>();

    private record Device(Path path, ServerSocketChannel server) {
    }

    public WgSockets(Path directory, VpnGateways gateways, SecretStore secrets, WgAdmin admin) {
        this(directory, gateways, secrets, admin, PATIENCE);
    }

    /** @param patience a client that does nothing for so long is disconnected */
    WgSockets(Path directory, VpnGateways gateways, SecretStore secrets, WgAdmin admin, Duration patience) {
        this.patience = patience;
        this.directory = directory;
        this.gateways = gateways;
        this.secrets = secrets;
        this.admin = admin;
    }

    /** Opens a socket for each gateway and for each of its networks, and closes those of others. */
    public synchronized void apply(List<GatewaySpec> wished) {
        Set<String> names = new HashSet<>();
        for (GatewaySpec gateway : wished) {
            names.add(gateway.name());
            gateway.networks().forEach(network -> names.add(gateway.name() + "." + network.vlan()));
        }
        devices.entrySet().removeIf(entry -> {
            boolean gone = !names.contains(entry.getKey());
            if (gone) {
                close(entry.getValue());
            }
            return gone;
        });
        for (GatewaySpec gateway : wished) {
            open(gateway.name(), gateway.name(), 0);
            gateway.networks()
                    .forEach(network -> open(gateway.name() + "." + network.vlan(), gateway.name(), network.vlan()));
        }
    }

    private void open(String device, String gateway, int vlan) {
        if (devices.containsKey(device)) {
            return;
        }
        Path path = directory.resolve(device + ".sock");
        try {
            Files.createDirectories(directory);
            if (isServed(path)) {
                LOG.log(System.Logger.Level.WARNING,
                        path + " is served by another process; wg(8) does not see gateway " + device);
                return;
            }
            ServerSocketChannel server = bound(path);
            devices.put(device, new Device(path, server));
            Thread.ofVirtual().name("weft-wg-" + device).start(() -> accept(server, gateway, vlan));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.INFO,
                    path + " cannot be made, so wg(8) does not see gateway " + device + ": " + e.getMessage());
        }
    }

    private static boolean isServed(Path path) {
        if (!Files.exists(path)) {
            return false;
        }
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            return probe.isConnected();
        } catch (IOException _) {
            return false;
        }
    }

    /** A socket that is never open to others: it is made where nobody else looks, and moved once it has its mode. */
    private ServerSocketChannel bound(Path path) throws IOException {
        Path hidden = Files.createTempDirectory(directory, ".weft", PosixFilePermissions.asFileAttribute(
                PosixFilePermissions.fromString("rwx------")));
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            Path made = hidden.resolve("s");
            server.bind(UnixDomainSocketAddress.of(made));
            Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
            Files.move(made, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return server;
        } catch (IOException e) {
            server.close();
            throw e;
        } finally {
            Files.deleteIfExists(hidden.resolve("s"));
            Files.delete(hidden);
        }
    }

    private void accept(ServerSocketChannel server, String gateway, int vlan) {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                Thread.ofVirtual().name("weft-wg-client").start(() -> serve(client, gateway, vlan));
            } catch (IOException | RuntimeException | Error e) { // such as no descriptor left: it may have one soon
                if (server.isOpen()) {
                    LOG.log(System.Logger.Level.WARNING, "wg(8) cannot connect to " + gateway + ": " + e.getMessage());
                    LockSupport.parkNanos(RETRY_NS);
                }
            }
        }
    }

    private void serve(SocketChannel client, String gateway, int vlan) {
        if (!clients.tryAcquire()) {
            LOG.log(System.Logger.Level.WARNING,
                    "wg(8) is refused for " + gateway + ": " + MAX_CLIENTS
                            + " programs are connected; end some of them");
            try (client) {
                return;
            } catch (IOException _) {
                return;
            }
        }
        try {
            new WgClient(client, patience, new Requests(gateway, vlan, user(client))).serve();
        } finally {
            clients.release();
        }
    }

    /** Returns the user of a program, as the kernel knows it: its name, or its number where it has none. */
    private static String user(SocketChannel client) {
        try {
            return client.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
        } catch (IOException | UnsupportedOperationException e) {
            LOG.log(System.Logger.Level.DEBUG, "the user of wg(8) is unknown", e);
            return "unknown";
        }
    }

    /** Programs that are connected now. */
    int connected() {
        return MAX_CLIENTS - clients.availablePermits();
    }

    private final class Requests implements WgClient.Requests {
        private final String name;
        private final int vlan;
        private final String user;

        Requests(String name, int vlan, String user) {
            this.name = name;
            this.vlan = vlan;
            this.user = user;
        }

        @Override
        public String get() {
            try {
                GatewaySpec gateway = gateways.spec(name)
                        .orElseThrow(() -> new IllegalArgumentException("no gateway " + name));
                return new WgAnswer(secrets).of(gateway, vlan, gateways.status(name)) + "errno=0\n\n";
            } catch (IllegalArgumentException e) {
                return "errno=" + -Errno.ENODEV + "\n\n";
            }
        }

        @Override
        public WgRequest begin() {
            return new WgRequest(name, vlan);
        }

        @Override
        public int set(WgRequest request) {
            return admin.set(request.done(), user);
        }
    }

    private static void close(Device device) {
        try {
            Files.deleteIfExists(device.path);
            device.server.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, device.path + ": " + e.getMessage());
        }
    }

    @Override
    public synchronized void close() {
        devices.values().forEach(WgSockets::close);
        devices.clear();
    }
}
