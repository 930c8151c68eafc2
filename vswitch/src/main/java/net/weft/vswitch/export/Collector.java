package net.weft.vswitch.export;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Sends datagrams to one collector without ever blocking: a separate thread resolves the host name, and a full socket
 * is not waited for. A datagram that cannot be sent is counted and dropped. Each outage is logged once when it begins
 * and once when it ends.
 * <p>
 * {@link #send} and {@link #close} must be called by one thread; the other methods by any.
 */
final class Collector implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Collector.class.getName());
    private static final long RESOLVE_PAUSE_NS = 30_000_000_000L;
    /**
     * Time without an error, in ns, after which the collector counts as reachable. UDP gives no positive confirmation.
     */
    private static final long CALM_NS = 5_000_000_000L;

    private final String key;
    private final ExportSettings.Endpoint endpoint;
    private final AtomicReference<@Nullable Object> answer = new AtomicReference<>();
    private @Nullable DatagramChannel channel;
    private boolean resolving;
    private long resolveAtNs = Long.MIN_VALUE;
    private long failedAtNs;
    private volatile String problem = "";
    private volatile long datagrams;
    private volatile long bytes;
    private volatile long failed;

    /** @param key the key in the configuration, for the log */
    Collector(String key, ExportSettings.Endpoint endpoint) {
        this.key = key;
        this.endpoint = endpoint;
    }

    /** Sends what remains of the buffer as one datagram, or counts it as failed. */
    void send(ByteBuffer datagram, long nowNs) {
        DatagramChannel open = open(nowNs);
        if (open == null) {
            failed = failed + 1;
            return;
        }
        int length = datagram.remaining();
        try {
            if (!write(open, datagram, nowNs)) {
                fail("the socket's buffer is full; lower the load with a higher `sampling`", nowNs);
                return;
            }
        } catch (IOException e) {
            fail(e.getMessage() + "; see that the collector's network is reachable", nowNs);
            close();
            return;
        }
        datagrams = datagrams + 1;
        bytes = bytes + length;
        if (!problem.isEmpty() && nowNs - failedAtNs > CALM_NS) {
            problem = "";
            LOG.log(System.Logger.Level.INFO, key + ": data goes to " + endpoint + " again");
        }
    }

    /** Writes one datagram. A "connection refused" error belongs to an earlier datagram, so this one is tried again. */
    private boolean write(DatagramChannel open, ByteBuffer datagram, long nowNs) throws IOException {
        int start = datagram.position();
        try {
            return open.write(datagram) > 0;
        } catch (PortUnreachableException e) {
            fail("nobody listens there; start the collector or correct `" + key + ".collector`", nowNs);
            datagram.position(start);
            return open.write(datagram) > 0;
        }
    }

    private void fail(String why, long nowNs) {
        failed = failed + 1;
        note(why, nowNs);
    }

    private void note(String why, long nowNs) {
        failedAtNs = nowNs;
        String text = "collector " + endpoint + ": " + why;
        if (!text.equals(problem)) {
            problem = text;
            LOG.log(System.Logger.Level.WARNING, key + ": " + text);
        }
    }

    private @Nullable DatagramChannel open(long nowNs) {
        if (channel == null && resolve(nowNs) instanceof InetAddress address) {
            try {
                DatagramChannel opened = DatagramChannel.open();
                try {
                    opened.configureBlocking(false);
                    opened.connect(new InetSocketAddress(address, endpoint.port()));
                    channel = opened;
                } catch (IOException e) {
                    opened.close();
                    throw e;
                }
            } catch (IOException e) {
                note(e.getMessage() + "; see that the collector's network is reachable", nowNs);
            }
        }
        return channel;
    }

    /** Returns the collector's address, or null while it is not resolved. */
    private @Nullable InetAddress resolve(long nowNs) {
        Optional<InetAddress> literal = literal();
        if (literal.isPresent()) {
            return literal.get();
        }
        Object found = answer.getAndSet(null);
        if (found != null) {
            resolving = false;
        }
        if (found instanceof InetAddress address) {
            return address;
        }
        if (found instanceof String why) {
            note(why, nowNs);
        }
        if (!resolving && (resolveAtNs == Long.MIN_VALUE || nowNs - resolveAtNs >= RESOLVE_PAUSE_NS)) {
            resolving = true;
            resolveAtNs = nowNs;
            Thread thread = new Thread(this::startResolving, "weft-resolve");
            thread.setDaemon(true);
            thread.start();
        }
        return null;
    }

    private Optional<InetAddress> literal() {
        try {
            return Optional.of(InetAddress.ofLiteral(endpoint.host()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private void startResolving() {
        try {
            answer.set(InetAddress.getByName(endpoint.host()));
        } catch (UnknownHostException e) {
            answer.set(
                    "the name " + endpoint.host() + " cannot be resolved, which is tried again every 30 s; write its "
                            + "address or correct `" + key + ".collector`");
        }
    }

    /** The local source address of the datagrams; empty while the collector's address is not resolved. */
    Optional<InetAddress> localAddress(long nowNs) {
        DatagramChannel open = open(nowNs);
        try {
            return open != null && open.getLocalAddress() instanceof InetSocketAddress local
                    ? Optional.of(local.getAddress())
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The problem that keeps data from the collector, one sentence; empty when there is none. */
    String problem() {
        return problem;
    }

    /** Number of datagrams handed to the kernel, including those that were refused afterwards. */
    long datagrams() {
        return datagrams;
    }

    long bytes() {
        return bytes;
    }

    /** Number of datagrams that were not sent, or were refused by the collector's host. */
    long failed() {
        return failed;
    }

    @Override
    public void close() {
        DatagramChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, key, e);
            }
        }
    }
}
