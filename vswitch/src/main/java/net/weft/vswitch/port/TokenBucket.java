package net.weft.vswitch.port;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A token bucket in one word, so that any number of workers share it without a lock: the generic cell rate algorithm (ITU-T
 * I.371, annex A). The word is when the bucket will be full again; taking tokens moves that later, and what would move it
 * further than the whole bucket's worth of time is refused. Nobody has to refill it.
 */
public final class TokenBucket {
    private static final VarHandle FULL_AT;
    /** Time is kept in sixteenths of a nanosecond: a byte at 100 Gbit/s takes 0.08 ns. */
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
     * A full bucket.
     *
     * @param tokensPerSecond rate in the long run, above 0
     * @param depth tokens that may be taken at once
     * @param nowNs monotonic clock
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

    /** Another bucket, as full as this one is now. */
    TokenBucket copy() {
        return new TokenBucket(this);
    }

    /** Takes all of the tokens, or none. Any thread; clocks of several may differ a little. */
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
