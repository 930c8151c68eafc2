package net.weft.vswitch.port;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The policers of one port. They outlive snapshots and are shared by all workers. */
public final class PortLimits {
    /** Depth of a bucket, as the time in which its rate fills it. */
    private static final double BURST_SECONDS = 0.1;
    private static final int LEAST_PACKETS = 64;
    /** Least depth of a byte bucket: two super-frames with the headers of all their segments. */
    private static final int LEAST_BYTES = 160 * 1024;
    private static final int ANSWERS_PER_SECOND = 100;

    public final Protection protection;
    public final @Nullable TokenBucket storm;
    public final @Nullable TokenBucket ingress;
    public final @Nullable TokenBucket egress;
    private final TokenBucket[] punts;
    /** The policer of answers to rejected frames of the port. */
    public final TokenBucket answers;

    /**
     * Creates the policers with full buckets.
     * @param rules the punt rules, each of which has a policer on the port
     */
    public PortLimits(Protection protection, List<PuntRule> rules, long nowNs) {
        this.protection = protection;
        storm = storm(protection.stormLimit(), nowNs);
        ingress = bytes(protection.ingressRate(), nowNs);
        egress = bytes(protection.egressRate(), nowNs);
        punts = rules.stream().map(rule -> new TokenBucket(rule.perSecond(), rule.burst(), nowNs))
                .toArray(TokenBucket[]::new);
        answers = new TokenBucket(ANSWERS_PER_SECOND, ANSWERS_PER_SECOND, nowNs);
    }

    private PortLimits(PortLimits other) {
        protection = other.protection;
        storm = other.storm == null ? null : other.storm.copy();
        ingress = other.ingress == null ? null : other.ingress.copy();
        egress = other.egress == null ? null : other.egress.copy();
        punts = other.punts.clone();
        Arrays.setAll(punts, rule -> other.punts[rule].copy());
        answers = other.answers.copy();
    }

    /**
     * Returns the policer of frames that a punt rule traps.
     * @param rule index of the rule
     */
    public TokenBucket punt(int rule) {
        return punts[rule];
    }

    /** Returns a copy with its own buckets, which are as full as these are now. */
    public PortLimits copy() {
        return new PortLimits(this);
    }

    private static @Nullable TokenBucket storm(int limit, long nowNs) {
        if (limit == Protection.DEFAULT_STORM_LIMIT) {
            return new TokenBucket(Protection.DEFAULT_STORM_RATE,
                    Protection.DEFAULT_STORM_RATE * Protection.DEFAULT_STORM_SECONDS, nowNs);
        }
        return limit == 0 ? null : new TokenBucket(limit, Math.max(limit * BURST_SECONDS, LEAST_PACKETS), nowNs);
    }

    private static @Nullable TokenBucket bytes(long bitsPerSecond, long nowNs) {
        double rate = bitsPerSecond / 8.0;
        return bitsPerSecond == 0 ? null : new TokenBucket(rate, Math.max(rate * BURST_SECONDS, LEAST_BYTES), nowNs);
    }

    /** Returns the {@link PortFlags} for these limits. */
    public int flags() {
        int passed = protection.passed().stream().mapToInt(protocol -> protocol.flag).reduce(0, (a, b) -> a | b);
        return passed | (storm == null ? 0 : PortFlags.STORM)
                | (protection.stormLimit() == Protection.DEFAULT_STORM_LIMIT ? PortFlags.STORM_SPARES_MULTICAST : 0)
                | (ingress == null ? 0 : PortFlags.INGRESS_RATE)
                | (egress == null ? 0 : PortFlags.EGRESS_RATE) | (protection.loopProbes() ? PortFlags.LOOP_PROBES : 0)
                | switch (protection.bpdu()) {
                    case DROP -> 0;
                    case GUARD -> PortFlags.BPDU_GUARD;
                    case FORWARD -> PortFlags.BPDU_FORWARD;
                };
    }
}
