package net.weft.vswitch.port;

import java.util.List;

/**
 * One leg of a link aggregation: its own counters, and a policer for each punt rule, so that a partner that
 * floods one leg with link control cannot starve the LACPDUs of the others.
 */
public final class LagLeg {
    public final LegCounters counters;
    private final TokenBucket[] punts;

    /** @param rules the punt rules, each of which has a policer on the leg */
    public LagLeg(int workers, List<PuntRule> rules, long nowNs) {
        this(new LegCounters(workers),
                rules.stream().map(rule -> new TokenBucket(rule.perSecond(), rule.burst(), nowNs))
                        .toArray(TokenBucket[]::new));
    }

    private LagLeg(LegCounters counters, TokenBucket[] punts) {
        this.counters = counters;
        this.punts = punts;
    }

    /** Returns the policer of frames of the leg that a punt rule traps. @param rule index of the rule */
    public TokenBucket punt(int rule) {
        return punts[rule];
    }

    /** Returns a leg with the same policers as they are now and counters of its own, for a trace. */
    public LagLeg copy() {
        TokenBucket[] copies = punts.clone();
        for (int rule = 0; rule < copies.length; rule++) {
            copies[rule] = punts[rule].copy();
        }
        return new LagLeg(new LegCounters(1), copies);
    }
}
