package net.weft.vpn;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import net.weft.crypto.Aead;
import net.weft.crypto.AeadProvider;
import net.weft.linux.CurrentThread;
import net.weft.wireguard.Endpoint;
import net.weft.wireguard.Handshakes;
import net.weft.wireguard.Source;

/**
 * The threads that answer and begin handshakes, so that no packet waits for an elliptic curve. Messages from outside wait in a queue of
 * {@value #QUEUED}; when an eighth of it is full, and for a second after, senders must show a cookie. The gateway's own tasks come first
 * and are bounded by the number of peers.
 */
final class HandshakeThreads implements AutoCloseable {
    static final int QUEUED = 1024;
    private static final System.Logger LOG = System.getLogger(HandshakeThreads.class.getName());
    private static final int THREADS = 2;
    private static final int LOADED = QUEUED / 8;
    private static final long STICKY_NS = 1_000_000_000;
    /** Where processors are short, packets of established sessions go first: workers have the nice value 0. */
    private static final int NICE = 10;
    /** A thread without work looks again after this time while the load lasts, so that no message has to wake it. */
    private static final long LOADED_PAUSE_NS = 1_000_000;
    private static final long IDLE_PAUSE_MS = 100;

    private record Message(byte[] bytes, Endpoint from) {
    }

    /** The working state of a thread: its own protocol state and the gateway. */
    record Context(Handshakes handshakes, Source source, byte[] buffer) {
    }

    private final Gateway gateway;
    private final ArrayBlockingQueue<Message> messages = new ArrayBlockingQueue<>(QUEUED);
    private final Queue<Consumer<Context>> tasks = new ConcurrentLinkedQueue<>();
    private final Semaphore work = new Semaphore(0);
    private final Thread[] threads = new Thread[THREADS];
    private volatile long loadedUntilNs = System.nanoTime();
    private volatile boolean closed;

    HandshakeThreads(Gateway gateway, String name) {
        this.gateway = gateway;
        for (int n = 0; n < THREADS; n++) {
            threads[n] = new Thread(this::run, "weft-vpn-" + name + "-" + n);
            threads[n].setDaemon(true);
            threads[n].start();
        }
    }

    /** Takes a copy of a handshake message; where the queue is full it is dropped. Any thread. */
    void offer(MemorySegment memory, long at, int length, Source source) {
        if (length > Handshakes.MESSAGE_BYTES || length < Integer.BYTES) {
            gateway.malformed();
            return;
        }
        byte[] bytes = memory.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
        if (!messages.offer(new Message(bytes, source.endpoint()))) {
            gateway.overloaded();
        } else if (!isLoaded(System.nanoTime())) {
            wake();
        }
        if (messages.size() >= LOADED) {
            loadedUntilNs = System.nanoTime() + STICKY_NS;
        }
    }

    private boolean isLoaded(long nowNs) {
        return loadedUntilNs - nowNs > 0;
    }

    /** Runs a task of the gateway's own. Any thread. */
    void submit(Consumer<Context> task) {
        tasks.add(task);
        wake();
    }

    /** As many permits as there are threads suffice: a thread that has one looks for work until there is none. */
    private void wake() {
        if (work.availablePermits() < THREADS) {
            work.release();
        }
    }

    private void run() {
        try (Aead aead = AeadProvider.openBest()) {
            Context context = new Context(new Handshakes(gateway.wireGuard(), aead), new Source(),
                    new byte[Handshakes.MESSAGE_BYTES]);
            boolean unused = CurrentThread.nice(NICE);
            while (!closed) {
                try {
                    if (!turn(context)) {
                        pause();
                    }
                } catch (InterruptedException e) {
                    return;
                } catch (RuntimeException | Error e) { // or nobody would shake hands any more
                    LOG.log(System.Logger.Level.ERROR, "gateway " + gateway.name() + ": a handshake failed", e);
                }
            }
        }
    }

    private void pause() throws InterruptedException {
        if (isLoaded(System.nanoTime())) {
            LockSupport.parkNanos(this, LOADED_PAUSE_NS);
        } else {
            // a message that came at the end of the load has woken nobody
            boolean unused = work.tryAcquire(IDLE_PAUSE_MS, TimeUnit.MILLISECONDS);
        }
    }

    /** Does one thing; returns whether there was one. */
    private boolean turn(Context context) {
        Consumer<Context> task = tasks.poll();
        if (task != null) {
            task.accept(context);
            return true;
        }
        Message message = messages.poll();
        if (message == null) {
            return false;
        }
        long nowNs = System.nanoTime();
        Endpoint from = message.from;
        context.source.remote(from.high(), from.low(), from.port(), from.scope());
        context.source.local(from.localHigh(), from.localLow());
        int reply = context.handshakes.receive(message.bytes, message.bytes.length, context.source, nowNs,
                isLoaded(nowNs), context.buffer);
        if (reply > 0) {
            gateway.outbound().datagram(context.buffer, reply, from);
        }
        return true;
    }

    @Override
    public void close() {
        closed = true;
        work.release(THREADS);
    }
}
