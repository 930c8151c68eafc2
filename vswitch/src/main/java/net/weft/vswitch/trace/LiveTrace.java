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
 * Follows the next frames of a running port: workers copy those that match into a bounded queue before they forward them, and
 * go on; another thread takes them from there and traces each. When that thread is too slow, frames are passed over and
 * counted, never waited for.
 * <p>
 * {@link #inspect} belongs to the workers, the rest to one other thread.
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
     * @param port name
     * @param number the port's
     * @param count frames to follow
     * @param onClose takes it away from the workers
     */
    public LiveTrace(String port, int number, FrameFilter filter, int count, Runnable onClose) {
        this.port = port;
        this.number = number;
        this.filter = filter;
        this.wanted = new AtomicInteger(count);
        this.onClose = onClose;
    }

    /** Worker: copies what matches. Nothing is allocated for frames that do not. */
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

    /** The oldest frame not yet taken, waiting for one at most so long; null when none came. */
    @Nullable
    public TracedFrame poll(long millis) throws InterruptedException {
        return queue.poll(millis, TimeUnit.MILLISECONDS);
    }

    /** Frames that matched and were passed over, because those before were not taken fast enough. */
    public long missed() {
        return missed.get();
    }

    /** From now on no worker looks at it. Idempotent. */
    @Override
    public void close() {
        wanted.set(0);
        onClose.run();
    }
}
