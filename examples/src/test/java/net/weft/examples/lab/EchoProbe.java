package net.weft.examples.lab;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import net.weft.linux.Fd;
import net.weft.linux.Socket;
import net.weft.linux.SocketAddress;
import net.weft.packet.InternetChecksum;
import net.weft.packet.NetworkOrder;
import org.awaitility.Awaitility;

/**
 * A thousand ICMP echo requests a second from a host to one address, each stamped with the time it left, so that it is known to a
 * millisecond when traffic flows both ways again. Requests leave whether or not anybody is there: the neighbour is given.
 */
public final class EchoProbe implements AutoCloseable {
    private static final int ICMP = 1;
    private static final int ECHO_REQUEST = 8;
    private static final int ECHO_BYTES = 16;
    private static final int PAYLOAD = 8;
    private static final int INTERVAL_MILLIS = 1;
    private static final long INTERVAL_NS = Duration.ofMillis(INTERVAL_MILLIS).toNanos();
    private static final ThreadFactory THREADS = Thread.ofPlatform().daemon().name("echo probe").factory();

    private final Socket socket;
    private final Thread thread;
    private final int id;
    private volatile boolean closing;
    private volatile long sinceNs;
    private volatile long answeredNs;
    private volatile long sent;
    private volatile long answered;

    /** @param mac of the address's owner, whom the host need not ask for it */
    public static EchoProbe start(Host from, String address, String mac) {
        from.namespace().ip("neighbour", "replace", address, "lladdr", mac, "dev", Host.DEVICE, "nud", "permanent");
        return new EchoProbe(from.namespace().call(() -> {
            Socket socket = Socket.open(Socket.AF_INET, Socket.SOCK_RAW, ICMP);
            socket.connect(SocketAddress.inet(new InetSocketAddress(address, 0)));
            return socket;
        }), Integer.parseInt(address.substring(address.lastIndexOf('.') + 1)));
    }

    private EchoProbe(Socket socket, int id) {
        this.socket = socket;
        this.id = id;
        this.sinceNs = System.nanoTime();
        this.thread = THREADS.newThread(this::run);
        thread.start();
    }

    /** From now on only requests that leave after this moment count. */
    public long mark() {
        long now = System.nanoTime();
        answeredNs = 0;
        sinceNs = now;
        return now;
    }

    /** When the first request after {@link #mark} was answered, by {@link System#nanoTime}; fails after {@code limit}. */
    public long awaitAnswer(Duration limit) {
        return Awaitility.await("an answer").atMost(limit).pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(INTERVAL_MILLIS)).until(() -> answeredNs, when -> when != 0);
    }

    public long sent() {
        return sent;
    }

    public long answered() {
        return answered;
    }

    private void run() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(ECHO_BYTES, 8);
            MemorySegment reply = arena.allocate(2048, 8);
            long deadlineNs = System.nanoTime();
            while (!closing) {
                send(request);
                deadlineNs += INTERVAL_NS;
                while (!closing && deadlineNs - System.nanoTime() > 0) {
                    receive(reply);
                }
            }
        }
    }

    /** A request that cannot leave, the cable being down, is one that is not answered. */
    private void send(MemorySegment request) {
        request.fill((byte) 0);
        request.set(ValueLayout.JAVA_BYTE, 0, (byte) ECHO_REQUEST);
        NetworkOrder.putU16(request, 4, id);
        NetworkOrder.putU16(request, 6, (int) sent & 0xFFFF);
        request.set(ValueLayout.JAVA_LONG, PAYLOAD, System.nanoTime());
        NetworkOrder.putU16(request, 2, InternetChecksum.finish(InternetChecksum.sum(request, 0, ECHO_BYTES)));
        socket.send(request.address(), ECHO_BYTES, 0);
        sent = sent + 1;
    }

    private void receive(MemorySegment reply) {
        long bytes = socket.receive(reply.address(), reply.byteSize(), 0);
        if (bytes <= 0) {
            socket.fd().poll(Fd.POLLIN, INTERVAL_MILLIS);
            return;
        }
        int ip = (reply.get(ValueLayout.JAVA_BYTE, 0) & 0xF) * 4;
        if (bytes < ip + ECHO_BYTES || reply.get(ValueLayout.JAVA_BYTE, ip) != 0
                || NetworkOrder.getU16(reply, ip + 4) != id) {
            return;
        }
        answered = answered + 1;
        long leftNs = reply.get(ValueLayout.JAVA_LONG_UNALIGNED, ip + PAYLOAD);
        if (answeredNs == 0 && leftNs - sinceNs >= 0) {
            answeredNs = System.nanoTime();
        }
    }

    @Override
    public void close() throws InterruptedException {
        closing = true;
        thread.join();
        socket.close();
    }
}
