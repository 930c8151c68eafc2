package net.weft.vswitch.port;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The token buckets of one port: they outlive snapshots, and are shared by all workers. */
public final class PortLimits {
    /** A bucket holds what its rate brings in so long. */
    private static final double BURST_SECONDS = 0.1;
    private static final int LEAST_PACKETS = 64;
    /** Two super-frames with the headers of all their segments. */
    private static final int LEAST_BYTES = 160 * 1024;
    private static final int ANSWERS_PER_SECOND = 100;

    public final Protection protection;
    public final @Nullable TokenBucket storm;
    public final @Nullable TokenBucket ingress;
    public final @Nullable TokenBucket egress;
    private final TokenBucket[] punts;
    /** What its stations are told of rejected frames. */
    public final TokenBucket answers;

    /** @param rules how many frames of the port each link protocol may be handed */
    public PortLimits(Protection protection, List<PuntRule> rules, long nowNs) {
        this.protection = protection;
        int stormLimit = protection.stormLimit();
        storm = stormLimit == 0
                ? null
                : new TokenBucket(stormLimit, Math.max(stormLimit * BURST_SECONDS, LEAST_PACKETS), nowNs);
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

    /** The policer of frames that a punt rule traps. @param rule its index */
    public TokenBucket punt(int rule) {
        return punts[rule];
    }

    /** Others, whose buckets are as full as these are now. */
    public PortLimits copy() {
        return new PortLimits(this);
    }

    private static @Nullable TokenBucket bytes(long bitsPerSecond, long nowNs) {
        double rate = bitsPerSecond / 8.0;
        return bitsPerSecond == 0 ? null : new TokenBucket(rate, Math.max(rate * BURST_SECONDS, LEAST_BYTES), nowNs);
    }

    /** The {@link PortFlags} that these limits stand for. */
    public int flags() {
        return (storm == null ? 0 : PortFlags.STORM) | (ingress == null ? 0 : PortFlags.INGRESS_RATE)
                | (egress == null ? 0 : PortFlags.EGRESS_RATE) | (protection.loopProbes() ? PortFlags.LOOP_PROBES : 0)
                | switch (protection.bpdu()) {
                    case DROP -> 0;
                    case GUARD -> PortFlags.BPDU_GUARD;
                    case FORWARD -> PortFlags.BPDU_FORWARD;
                };
    }
}
