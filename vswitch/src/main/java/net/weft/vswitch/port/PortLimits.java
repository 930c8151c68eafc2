package net.weft.vswitch.port;

import net.weft.vswitch.forward.Guards;
import org.jspecify.annotations.Nullable;

/** The token buckets of one port: they outlive snapshots, and are shared by all workers. */
public final class PortLimits {
    /** A bucket holds what its rate brings in so long. */
    private static final double BURST_SECONDS = 0.1;
    private static final int LEAST_PACKETS = 64;
    /** Two super-frames with the headers of all their segments. */
    private static final int LEAST_BYTES = 160 * 1024;
    private static final int PUNTS_PER_SECOND = 500;
    private static final int PUNT_BURST = 250;
    private static final int ANSWERS_PER_SECOND = 100;

    public final Protection protection;
    public final @Nullable TokenBucket storm;
    public final @Nullable TokenBucket ingress;
    public final @Nullable TokenBucket egress;
    /** Copies for the control thread: one port alone must not keep it busy. */
    public final TokenBucket punt;
    /** What its stations are told of rejected frames. */
    public final TokenBucket answers;

    public PortLimits(Protection protection, long nowNs) {
        this.protection = protection;
        int stormLimit = protection.stormLimit();
        storm = stormLimit == 0
                ? null
                : new TokenBucket(stormLimit, Math.max(stormLimit * BURST_SECONDS, LEAST_PACKETS), nowNs);
        ingress = bytes(protection.ingressRate(), nowNs);
        egress = bytes(protection.egressRate(), nowNs);
        punt = new TokenBucket(PUNTS_PER_SECOND, PUNT_BURST, nowNs);
        answers = new TokenBucket(ANSWERS_PER_SECOND, ANSWERS_PER_SECOND, nowNs);
    }

    private PortLimits(PortLimits other) {
        protection = other.protection;
        storm = other.storm == null ? null : other.storm.copy();
        ingress = other.ingress == null ? null : other.ingress.copy();
        egress = other.egress == null ? null : other.egress.copy();
        punt = other.punt.copy();
        answers = other.answers.copy();
    }

    /** Others, whose buckets are as full as these are now. */
    public PortLimits copy() {
        return new PortLimits(this);
    }

    private static @Nullable TokenBucket bytes(long bitsPerSecond, long nowNs) {
        double rate = bitsPerSecond / 8.0;
        return bitsPerSecond == 0 ? null : new TokenBucket(rate, Math.max(rate * BURST_SECONDS, LEAST_BYTES), nowNs);
    }

    /** {@link Guards} bits. */
    public int flags() {
        return (storm == null ? 0 : Guards.STORM) | (ingress == null ? 0 : Guards.INGRESS_RATE)
                | (egress == null ? 0 : Guards.EGRESS_RATE) | (protection.loopProbes() ? Guards.LOOP_PROBES : 0)
                | switch (protection.bpdu()) {
                    case DROP -> 0;
                    case GUARD -> Guards.BPDU_GUARD;
                    case FORWARD -> Guards.BPDU_FORWARD;
                };
    }
}
