package net.weft.examples.lab;

import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.BitSet;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Numbered UDP datagrams from one host to another at a fixed rate, each counted once on the far side: what is missing was lost, what came
 * twice was doubled.
 */
public final class PacketStream implements AutoCloseable {
    private static final int PORT = 5009;
    private static final int BUFFER_BYTES = 8 << 20;

    private final DatagramChannel receiver;
    private final DatagramChannel sender;
    private final InetSocketAddress target;
    private final long intervalNs;
    private final BitSet seen = new BitSet();
    private final Thread sending;
    private volatile boolean stopping;
    private volatile int sent;
    private int doubled;

    /** Starts at once. @param rate packets a second */
    public static PacketStream start(Host from, Host to, int rate) {
        DatagramChannel receiver = to.namespace().call(() -> DatagramChannel.open()
                .setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES)
                .bind(new InetSocketAddress(to.address(), PORT)));
        DatagramChannel sender = from.namespace().call(DatagramChannel::open);
        return new PacketStream(receiver, sender, to.endpoint(PORT), rate);
    }

    private PacketStream(DatagramChannel receiver, DatagramChannel sender, InetSocketAddress target, int rate) {
        this.receiver = receiver;
        this.sender = sender;
        this.target = target;
        this.intervalNs = Duration.ofSeconds(1).toNanos() / rate;
        Thread.ofPlatform().daemon().name("stream receiver").start(this::receive);
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

    public synchronized int arrived() {
        return seen.cardinality();
    }

    public synchronized int doubled() {
        return doubled;
    }

    @Override
    public void close() throws Exception {
        stopping = true;
        sending.join();
        sender.close();
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
        ByteBuffer datagram = ByteBuffer.allocate(2048);
        try {
            while (receiver.receive(datagram.clear()) != null) {
                count(datagram.getInt(0));
            }
        } catch (Exception e) {
            stopping = true; // closed
        }
    }

    private synchronized void count(int number) {
        if (seen.get(number)) {
            doubled++;
        }
        seen.set(number);
    }
}
