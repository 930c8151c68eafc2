package net.weft.vswitch.carrier;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.LongSupplier;
import net.weft.vswitch.device.Carriers;

/**
 * Watches the member of a data directory from another process, and takes the carriers of its devices away when it dies: {@link WatchedMember}
 * has the rules. The member connects to a socket in the data directory ({@link Heartbeat}).
 * <p>
 * Time in which this process did not run either, because the whole host stood still, is no silence of the member. One thread.
 */
public final class CarrierWatchdog implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CarrierWatchdog.class.getName());
    private static final String SOCKET = "watchdog.sock";
    private static final long TICK_MILLIS = 20;
    /** The most time that one tick counts as silence, nanoseconds. */
    private static final long LONGEST_TICK_NS = 2 * TICK_MILLIS * 1_000_000;

    private final Path socket;
    private final Carriers carriers;
    private final String namespace;
    private final LongSupplier clock;
    private final ServerSocketChannel server;
    private final Selector selector;
    private volatile boolean running = true;

    /** A member and its connection. */
    private record Connection(WatchedMember member, Lines lines) {
    }

    /** Returns the path of the socket at which a member and its watchdog meet. @param state data directory of the member */
    public static Path socket(Path state) {
        return state.resolve(SOCKET);
    }

    /**
     * Begins to listen.
     *
     * @param state data directory of the member; made with mode 0700 if it is missing
     * @param namespace network namespace of the carriers
     * @throws IOException if another watchdog runs there, or the socket cannot be made
     */
    public CarrierWatchdog(Path state, Carriers carriers, String namespace) throws IOException {
        this(state, carriers, namespace, System::nanoTime);
    }

    /** @param clock monotonic clock, nanoseconds */
    CarrierWatchdog(Path state, Carriers carriers, String namespace, LongSupplier clock) throws IOException {
        this.clock = clock;
        this.socket = socket(state);
        this.carriers = carriers;
        this.namespace = namespace;
        Files.createDirectories(state,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        removeStale(socket);
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        selector = Selector.open();
        server.bind(UnixDomainSocketAddress.of(socket));
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
    }

    private static void removeStale(Path socket) throws IOException {
        if (!Files.exists(socket)) {
            return;
        }
        boolean answers = false;
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            answers = probe.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            Files.delete(socket); // nobody listens
        }
        if (answers) {
            throw new IOException(socket + ": another watchdog runs with this data directory");
        }
    }

    /** Watches until {@link #close}. */
    public void run() throws IOException {
        try {
            watch();
        } finally {
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        }
    }

    private void watch() throws IOException {
        long lookedNs = clock.getAsLong();
        while (running) {
            selector.select(isWatching() ? TICK_MILLIS : 0);
            for (SelectionKey key : selector.selectedKeys()) {
                if (key.isValid()) {
                    serve(key);
                }
            }
            selector.selectedKeys().clear();
            long nowNs = clock.getAsLong();
            for (SelectionKey key : selector.keys()) {
                if (key.isValid() && key.attachment() instanceof Connection connection) {
                    pass(key, connection, Math.min(nowNs - lookedNs, LONGEST_TICK_NS));
                }
            }
            lookedNs = nowNs;
        }
    }

    private boolean isWatching() {
        return selector.keys().stream()
                .anyMatch(key -> key.attachment() instanceof Connection connection && connection.member().isWatched());
    }

    private void serve(SelectionKey key) throws IOException {
        if (key.attachment() instanceof Connection connection) {
            read(key, connection);
            return;
        }
        SocketChannel accepted = server.accept();
        if (accepted != null) {
            accepted.configureBlocking(false);
            accepted.register(selector, SelectionKey.OP_READ,
                    new Connection(new WatchedMember(carriers, namespace), new Lines(accepted)));
        }
    }

    private static void read(SelectionKey key, Connection connection) throws IOException {
        boolean ended;
        try {
            Lines.Received received = connection.lines().read();
            received.lines().forEach(connection.member()::line);
            ended = received.isEnded();
        } catch (IllegalArgumentException e) {
            LOG.log(System.Logger.Level.ERROR, "this member is not watched: " + e.getMessage());
            end(key, connection);
            return;
        } catch (IOException e) {
            ended = true;
        }
        if (ended) {
            connection.member().ended();
            end(key, connection);
        }
    }

    /** Lets time pass without a line. Lines that have come were read before. */
    private static void pass(SelectionKey key, Connection connection, long passedNs) throws IOException {
        String said = connection.member().silence(passedNs);
        try {
            if (!said.isEmpty()) {
                connection.lines().send(said);
            }
            connection.lines().flush();
        } catch (IOException e) {
            connection.member().ended();
            end(key, connection);
        }
    }

    private static void end(SelectionKey key, Connection connection) throws IOException {
        key.cancel();
        connection.lines().channel().close();
    }

    /** Ends {@link #run}. Carriers stay as they are. Any thread. */
    @Override
    public void close() throws IOException {
        running = false;
        if (selector.isOpen()) {
            selector.wakeup();
        }
        server.close();
        Files.deleteIfExists(socket);
    }
}
