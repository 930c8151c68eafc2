package net.weft.examples.lab;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.BitSet;
import java.util.concurrent.locks.LockSupport;
import net.weft.linux.Fd;
import net.weft.linux.Socket;
import net.weft.linux.SocketAddress;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Numbered UDP datagrams from one host to another at a fixed rate, each counted once on the far side: what is missing was lost, what came
 * twice was doubled.
 */
public final class PacketStream implements AutoCloseable {
    private static final int PORT = 5009;
    /** Beyond the system's limit, so that a receiver that was not scheduled for seconds loses nothing itself. */
    private static final int BUFFER_BYTES = 64 << 20;
    private static final int POLL_MILLIS = 100;

    private final Socket receiver;
    private final DatagramChannel sender;
    private final InetSocketAddress target;
    private final long intervalNs;
    private final BitSet seen = new BitSet();
    private final Thread sending;
    private final Thread receiving;
    private volatile boolean stopping;
    private volatile boolean closed;
    private volatile int sent;
    private int doubled;
    private int reordered;
    private int highest = -1;
    private long longestGapNs;
    private volatile long lastNs;

    /** Starts at once. @param rate packets a second */
    public static PacketStream start(Host from, Host to, int rate) {
        Socket receiver = to.namespace().call(() -> {
            Socket socket = Socket.open(Socket.AF_INET, Socket.SOCK_DGRAM, 0);
            socket.bufferBytes(BUFFER_BYTES, BUFFER_BYTES);
            socket.bind(SocketAddress.inet(to.endpoint(PORT)));
            return socket;
        });
        DatagramChannel sender = from.namespace().call(DatagramChannel::open);
        return new PacketStream(receiver, sender, to.endpoint(PORT), rate);
    }

    private PacketStream(Socket receiver, DatagramChannel sender, InetSocketAddress target, int rate) {
        this.receiver = receiver;
        this.sender = sender;
        this.target = target;
        this.intervalNs = Duration.ofSeconds(1).toNanos() / rate;
        this.receiving = Thread.ofPlatform().daemon().name("stream receiver").start(this::receive);
        this.sending = Thread.ofPlatform().daemon().name("stream sender").start(this::send);
    }

    public int sent() {
        return sent;
    }

    /** Stops sending, waits for the last ones at most 2 s, and says how many never came. */
    public int stopAndCountLost() throws InterruptedException {
        stopping = true;
        sending.join();
        try {
            Awaitility.await().atMost(Duration.ofSeconds(2)).until(() -> arrived() == sent);
        } catch (ConditionTimeoutException e) {
            return sent - arrived();
        }
        return 0;
    }

    /** Waits until the stream has sent as many more datagrams as its rate gives in {@code millis}. */
    public void goOn(long millis) {
        long target = sent + Duration.ofMillis(millis).toNanos() / intervalNs;
        Awaitility.await("the stream goes on").atMost(Duration.ofMillis(10 * millis + 10_000))
                .pollInterval(Duration.ofMillis(1)).until(() -> sent >= target);
    }

    public synchronized int arrived() {
        return seen.cardinality();
    }

    /** When a datagram came last, by {@link System#nanoTime}; 0 before the first. */
    public long lastNs() {
        return lastNs;
    }

    /** Returns the number of datagrams that came after one that was sent later. */
    public synchronized int reordered() {
        return reordered;
    }

    /** The longest time between two arrivals since the last call, nanoseconds. */
    public synchronized long takeLongestGapNs() {
        long gap = longestGapNs;
        longestGapNs = 0;
        return gap;
    }

    public synchronized int doubled() {
        return doubled;
    }

    @Override
    public void close() throws Exception {
        stopping = true;
        sending.join();
        sender.close();
        closed = true;
        receiving.join();
        receiver.close();
    }

    private void send() {
        ByteBuffer datagram = ByteBuffer.allocate(64);
        long deadlineNs = System.nanoTime();
        try {
            while (!stopping) {
                datagram.clear().putInt(0, sent);
                sender.send(datagram, target);
                sent = sent + 1;
                deadlineNs += intervalNs;
                for (long leftNs = deadlineNs - System.nanoTime(); leftNs > 0; leftNs = deadlineNs
                        - System.nanoTime()) {
                    LockSupport.parkNanos(leftNs);
                }
            }
        } catch (Exception e) {
            stopping = true;
        }
    }

    private void receive() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment datagram = arena.allocate(2048, 8);
            while (!closed) {
                if (receiver.receive(datagram.address(), datagram.byteSize(), 0) >= Integer.BYTES) {
                    count(datagram.get(ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN), 0));
                } else {
                    receiver.fd().poll(Fd.POLLIN, POLL_MILLIS);
                }
            }
        }
    }

    private synchronized void count(int number) {
        long nowNs = System.nanoTime();
        longestGapNs = lastNs == 0 ? 0 : Math.max(longestGapNs, nowNs - lastNs);
        lastNs = nowNs;
        reordered += number < highest ? 1 : 0;
        highest = Math.max(highest, number);
        if (seen.get(number)) {
            doubled++;
        }
        seen.set(number);
    }
}
