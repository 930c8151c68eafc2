package net.weft.examples.lab;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A host's try to talk to a service, by its own stack. It waits for nothing: {@link #outcome} says how far it has come. */
public final class Attempt implements AutoCloseable {
    /** What the one who tries sees. */
    public enum Outcome {
        ANSWERED, REFUSED, SILENCE
    }

    private final @Nullable SocketChannel tcp;
    private final @Nullable DatagramChannel udp;
    private final @Nullable Process ping;
    private Outcome outcome = Outcome.SILENCE;
    private String refusal = "";

    private Attempt(@Nullable SocketChannel tcp, @Nullable DatagramChannel udp, @Nullable Process ping) {
        this.tcp = tcp;
        this.udp = udp;
        this.ping = ping;
    }

    public static Attempt tcp(Namespace from, InetSocketAddress to) {
        return from.call(() -> {
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            Attempt attempt = new Attempt(channel, null, null);
            attempt.connect(channel, to);
            return attempt;
        });
    }

    private void connect(SocketChannel channel, InetSocketAddress to) throws IOException {
        try {
            if (channel.connect(to)) {
                outcome = Outcome.ANSWERED;
            }
        } catch (ConnectException | NoRouteToHostException e) {
            refused(e);
        }
    }

    /** Sends nothing yet: {@link #send}. */
    public static Attempt udp(Namespace from, InetSocketAddress to) {
        return from.call(() -> {
            DatagramChannel channel = DatagramChannel
                    .open(to.getAddress() instanceof Inet6Address
                            ? StandardProtocolFamily.INET6
                            : StandardProtocolFamily.INET)
                    .connect(to);
            channel.configureBlocking(false);
            return new Attempt(null, channel, null);
        });
    }

    /** One echo request, waited for one second by ping itself. */
    public static Attempt ping(Namespace from, InetSocketAddress to) {
        try {
            return new Attempt(null, null, from.program(List.of("ping", "-n", "-q", "-c", "1", "-W", "1",
                    to.getAddress().getHostAddress())).redirectErrorStream(true).start());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A datagram. */
    public void send() {
        if (udp != null && outcome == Outcome.SILENCE) {
            try {
                udp.write(ByteBuffer.wrap(new byte[]{'a'}));
            } catch (IOException e) {
                refused(e); // an error about the datagram before
            }
        }
    }

    /** What has come of it so far. */
    public Outcome outcome() {
        if (outcome != Outcome.SILENCE) {
            return outcome;
        }
        try {
            if (tcp != null && tcp.isConnectionPending() && tcp.finishConnect()
                    || udp != null && udp.read(ByteBuffer.allocate(64)) > 0
                    || ping != null && !ping.isAlive() && ping.exitValue() == 0) {
                outcome = Outcome.ANSWERED;
            }
        } catch (IOException e) {
            refused(e); // by a reset, or because port, host or network are unreachable
        }
        return outcome;
    }

    private void refused(IOException e) {
        outcome = Outcome.REFUSED;
        refusal = e.toString();
    }

    /** The error that the stack reported, or nothing. */
    public String refusal() {
        return refusal;
    }

    /** Whether a ping is still waiting for its answer. */
    public boolean isWaiting() {
        return ping != null && ping.isAlive();
    }

    @Override
    public void close() throws IOException {
        if (tcp != null) {
            tcp.close();
        }
        if (udp != null) {
            udp.close();
        }
        if (ping != null) {
            ping.destroy();
        }
    }
}
