package net.weft.vswitch.port;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A token bucket in one word, which any number of workers share without a lock: the generic cell rate algorithm (ITU-T
 * I.371, annex A). The word holds the time at which the bucket will be full again. Taking tokens moves this time later;
 * a request that would move it beyond the time to fill the whole bucket is refused. So the bucket needs no refill.
 */
public final class TokenBucket {
    private static final VarHandle FULL_AT;
    /** The time unit is a sixteenth of a nanosecond, since a byte at 100 Gbit/s takes 0.08 ns. */
    private static final int TICKS_PER_NS = 16;

    static {
        try {
            FULL_AT = MethodHandles.lookup().findVarHandle(TokenBucket.class, "fullAt", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long originNs;
    private final double ticksPerToken;
    private final long depthTicks;
    private long fullAt;

    /**
     * Creates a full bucket.
     * @param tokensPerSecond long-term rate, above 0
     * @param depth maximum number of tokens in the bucket
     * @param nowNs time by the monotonic clock in nanoseconds
     */
    TokenBucket(double tokensPerSecond, double depth, long nowNs) {
        originNs = nowNs;
        ticksPerToken = 1e9 * TICKS_PER_NS / tokensPerSecond;
        depthTicks = (long) (depth * ticksPerToken);
    }

    private TokenBucket(TokenBucket other) {
        originNs = other.originNs;
        ticksPerToken = other.ticksPerToken;
        depthTicks = other.depthTicks;
        fullAt = (long) FULL_AT.getOpaque(other);
    }

    /** Returns another bucket, as full as this one is now. */
    TokenBucket copy() {
        return new TokenBucket(this);
    }

    /**
     * Takes all {@code tokens} and returns true, or takes none and returns false. Any thread; the clocks of several
     * threads may differ a little.
     */
    public boolean take(int tokens, long nowNs) {
        long now = (nowNs - originNs) * TICKS_PER_NS;
        long cost = (long) (tokens * ticksPerToken + 0.5);
        while (true) {
            long before = (long) FULL_AT.getOpaque(this);
            long after = Math.max(before, now) + cost;
            if (after - now > depthTicks) {
                return false;
            }
            if (FULL_AT.compareAndSet(this, before, after)) {
                return true;
            }
        }
    }
}
