package net.weft.vswitch.trace;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import net.weft.linux.FaultCalls;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import org.jspecify.annotations.Nullable;

/**
 * A live trace of the next frames of a running port: workers copy matching frames into a bounded queue before they
 * forward them; another thread dequeues and traces each. When that thread is too slow, frames are skipped and counted;
 * workers never wait.
 * <p>
 * {@link #inspect} is for the workers, the other methods are for one other thread.
 */
public final class LiveTrace implements AutoCloseable {
    private static final int QUEUE = 256;

    public final String port;
    private final int number;
    private final FrameFilter filter;
    private final AtomicInteger wanted;
    private final AtomicLong missed = new AtomicLong();
    private final BlockingQueue<TracedFrame> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Runnable onClose;

    /**
     * @param port name of the port
     * @param number index of the port
     * @param count number of frames to trace
     * @param onClose removes the live trace from the workers
     */
    public LiveTrace(String port, int number, FrameFilter filter, int count, Runnable onClose) {
        this.port = port;
        this.number = number;
        this.filter = filter;
        this.wanted = new AtomicInteger(count);
        this.onClose = onClose;
    }

    /** Copies the matching frames of a burst. Allocates nothing for others. Worker threads only. */
    public void inspect(Burst burst) {
        for (int i = 0; i < burst.count && wanted.get() > 0; i++) {
            if (burst.port[i] == number && filter.matches(burst, i)) {
                take(burst, i);
            }
        }
    }

    private void take(Burst burst, int i) {
        if (queue.remainingCapacity() == 0) {
            missed.incrementAndGet();
        } else if (wanted.getAndDecrement() > 0 && !queue.offer(copy(burst, i))) {
            wanted.incrementAndGet();
            missed.incrementAndGet();
        }
    }

    private static TracedFrame copy(Burst burst, int i) {
        byte[] bytes = new byte[burst.length[i]];
        int at = burst.headLength[i];
        Memory.copy(burst.head(i), bytes, 0, at);
        for (int n = 0; n < burst.bodyCount(i); n++) {
            Memory.copy(burst.bodyAddress(i, n), bytes, at, burst.bodyLength(i, n));
            at += burst.bodyLength(i, n);
        }
        FaultCalls.deliver();
        return new TracedFrame(bytes, burst.offload[i], burst.tag[i]);
    }

    /** Dequeues the oldest frame, waiting at most {@code millis} ms; returns null when none arrived. */
    @Nullable
    public TracedFrame poll(long millis) throws InterruptedException {
        return queue.poll(millis, TimeUnit.MILLISECONDS);
    }

    /** Returns the number of matching frames that were skipped because the queue was full. */
    public long missed() {
        return missed.get();
    }

    /** Ends the live trace: no worker uses it once this has returned. Idempotent. */
    @Override
    public void close() {
        wanted.set(0);
        onClose.run();
    }
}
