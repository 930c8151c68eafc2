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
 * Sends datagrams to one collector, never waiting: neither for a name (a thread of its own resolves it) nor for room in the socket.
 * What cannot be sent is counted and forgotten, as UDP does. The log says once when it begins to fail and once when it is over.
 * <p>
 * {@link #send} and {@link #close} belong to one thread, the rest to any.
 */
final class Collector implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Collector.class.getName());
    private static final long RESOLVE_PAUSE_NS = 30_000_000_000L;
    /** No answer is the only good sign that UDP gives, so it takes a while to be believed. */
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

    /** @param key of the configuration, for the log */
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

    /** A refusal is that of a datagram sent before, so this one is tried again. */
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

    /** The address, null where it is not known (yet). */
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
            Thread thread = new Thread(this::ask, "weft-resolve");
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

    private void ask() {
        try {
            answer.set(InetAddress.getByName(endpoint.host()));
        } catch (UnknownHostException e) {
            answer.set(
                    "the name " + endpoint.host() + " cannot be resolved, which is tried again every 30 s; write its "
                            + "address or correct `" + key + ".collector`");
        }
    }

    /** The address that datagrams leave from; empty while the collector's is not known. */
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

    /** What keeps data from the collector; empty when nothing is known to. */
    String problem() {
        return problem;
    }

    /** Handed to the network, those that were refused afterwards included. */
    long datagrams() {
        return datagrams;
    }

    long bytes() {
        return bytes;
    }

    /** Not sent, or refused by the collector's host. */
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
