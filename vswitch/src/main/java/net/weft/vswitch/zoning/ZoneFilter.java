package net.weft.vswitch.zoning;

import java.lang.foreign.MemorySegment;
import java.util.function.IntPredicate;
import net.weft.linux.Memory;
import net.weft.packet.HeaderParser;
import net.weft.packet.IpProtocol;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.offload.Headers;
import net.weft.zone.Policy;
import net.weft.zone.PolicyDecision;
import net.weft.zone.PolicyLookup;
import net.weft.zone.ZoneVerdict;
import net.weft.zone.Zoning;
import net.weft.zone.fragment.FragmentTracker;
import net.weft.zone.track.ConnTracker;
import net.weft.zone.track.ConnectionTable;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates frames by guards and zones: {@link #admit} at ingress (may the port use these source addresses?), then,
 * once the output is known, {@link #evaluate} for one port or {@link #evaluateCopy} for each of several.
 * <p>
 * Called only for ports with guards or zones. One per worker; not thread-safe; nothing is allocated per frame.
 */
public final class ZoneFilter implements AutoCloseable {
    /** The frame passes. Other results are ordinals of {@link DropReason}, or {@link #HELD}. */
    public static final int PASS = -1;
    /** The fragment is held, and will be recirculated by {@link #released}. */
    public static final int HELD = -2;
    private static final int NOWHERE = -1;
    private static final int GROUP_BIT = 1;
    /** The ways to evaluate a frame: for its one output port, or by policies alone; otherwise as one to an unknown station. */
    private static final int UNICAST = -1;
    private static final int STATELESS = -2;
    private static final String POLICY_EXEMPT = "never judged";
    private static final String LATER_FRAGMENT = "later fragment";

    private final boolean observing;
    private final PolicyCounters counters = new PolicyCounters();
    private final ZoneLog log = new ZoneLog();
    private ZoneTable table = ZoneTable.off(0);
    private @Nullable ConnTracker tracker;
    private @Nullable ConnectionTable connections;
    private @Nullable Fragments fragments;
    /** The flow cache; null without zones, and in a trace. */
    private @Nullable FlowCache flows;
    private boolean rejected;
    private int decision;
    /** The state of the last evaluated frame if no tracker evaluated it, or null. */
    private @Nullable String stateWord;
    private long nowNs;
    private final Ageing ageing = new Ageing();
    private final AddressFilter addresses;
    private final FloodedCopies copies = new FloodedCopies();

    /** @param observing true to remember, expire or log nothing, for a trace */
    public ZoneFilter(boolean observing) {
        this.observing = observing;
        addresses = new AddressFilter(observing);
    }

    /**
     * Adopts a new configuration; between bursts only. Held frames are released in the next turns when there are no
     * zones any more, and discarded when their port was removed.
     *
     * @param exists tests whether an index is that of a port
     */
    public void adopt(ZoneTable next, IntPredicate exists) {
        Policies policies = next.policies;
        if (policies.connections() != connections) {
            connections = policies.connections();
            tracker = connections == null
                    ? null
                    : observing ? ConnTracker.observing(connections) : ConnTracker.of(connections, FlowCache.CAPACITY);
            flows = observing || tracker == null ? null : new FlowCache(tracker);
        }
        if (fragments == null && policies.fragments() != null) {
            fragments = new Fragments(policies.fragments(), observing);
        }
        if (fragments != null) {
            fragments.adopt(policies.isActive(), exists);
        }
        if (tracker != null) {
            Zoning zoning = policies.zoning();
            tracker.adopt(policies.lookup(), policies.epoch(), zoning.timeouts(), zoning.limits());
            tracker.zones(next::zones);
            tracker.multicastReplies(zoning.policies().stream().anyMatch(Policy::multicastReplies));
            counters.reach(zoning.policies());
        }
        if (flows != null && next != table) {
            flows.forget();
        }
        table = next;
        addresses.adopt(next);
    }

    public void now(long monotonicNs) {
        nowNs = monotonicNs;
        if (tracker != null) {
            tracker.now(monotonicNs);
        }
        if (flows != null) {
            flows.begin();
        }
        if (fragments != null) {
            fragments.now(monotonicNs);
        }
    }

    /**
     * Parses the headers of a received frame, and checks its source addresses against the guard of its port.
     *
     * @return {@link #PASS} or a reason
     */
    public int admit(Burst burst, int i, int vlan) {
        burst.evaluatedFor[i] = NOWHERE;
        burst.probedMac[i] = 0;
        if (flows != null && flows.lookup(burst, i)) {
            burst.parsed[i] = flows.parsed(burst, i);
            return PASS;
        }
        long headers = Headers.parse(burst, i);
        burst.parsed[i] = headers;
        int answer = addresses.admit(burst, i, headers, vlan, nowNs);
        if (answer == PASS && HeaderParser.l3Offset(headers) != burst.typeOffset[i] + 2) {
            burst.parsed[i] = Headers.parseTag(burst, i);
        }
        return answer;
    }

    /**
     * Evaluates a frame for one output port, which is not its ingress port.
     *
     * @return {@link #PASS}, a reason or {@link #HELD}
     */
    public int evaluate(Burst burst, int i, int vlan, int egress) {
        burst.evaluatedFor[i] = egress;
        FlowCache cache = flows;
        if (cache != null && cache.validate(burst, i, vlan, egress)) {
            decision = cache.decision();
            counters.count(decision, burst.length[i], false, nowNs);
            return PASS;
        }
        return evaluate(burst, i, vlan, egress, UNICAST);
    }

    /** Begins to evaluate the copies of a flooded frame. */
    public void beginCopies(Burst burst, int i) {
        copies.begin((Memory.getByte(burst.head(i)) & GROUP_BIT) == 0);
    }

    /**
     * Evaluates the copy of a flooded frame for one port, after {@link #beginCopies}. Frames to a group are evaluated
     * by policies alone; frames to an unknown station are evaluated once for each zone, as if the station were known.
     *
     * @return {@link #PASS} or a reason
     */
    public int evaluateCopy(Burst burst, int i, int vlan, int egress) {
        if (!copies.isUnicast()) {
            return evaluate(burst, i, vlan, egress, STATELESS);
        }
        int zone = table.zone(egress, vlan);
        boolean mayAnswer = table.mayAnswer(egress);
        int reason = copies.reason(zone, mayAnswer);
        return reason != FloodedCopies.NOT_EVALUATED
                ? reason
                : copies.evaluated(zone, mayAnswer, evaluate(burst, i, vlan, egress, copies.begun()));
    }

    /** @param mode {@link #UNICAST}, {@link #STATELESS}, or the number of connections that the flooded frame has begun */
    private int evaluate(Burst burst, int i, int vlan, int egress, int mode) {
        ConnTracker connTracker = tracker;
        if (connTracker == null) {
            return PASS;
        }
        long headers = burst.parsed[i];
        int ingress = burst.port[i];
        MemorySegment heads = burst.heads();
        long frame = burst.headOffset(i);
        int protocol = HeaderParser.protocol(headers);
        int from = table.zone(ingress, vlan);
        int to = table.zone(egress, vlan);
        int named = -1;
        if (protocol != IpProtocol.TCP) {
            if (Exemptions.holds(burst, i, headers, table.guard(ingress), table.mayAnswer(egress))) {
                named = named(connTracker, burst, i, vlan, from, to);
                if (named < 0) {
                    return PASS;
                }
            } else if (protocol == IpProtocol.ICMP || protocol == IpProtocol.ICMPV6) {
                burst.extendHead(i, Math.min(burst.length[i], HeaderParser.MAX_HEAD)); // ICMP errors quote a packet
            }
        }
        int bytes = burst.length[i];
        int verdict = Math.max(named, ZoneVerdict.ALLOW);
        boolean isNew = false;
        stateWord = Fragments.isLater(headers) ? LATER_FRAGMENT : null;
        if (named >= 0) {
            decision = connTracker.decision();
        } else if (!Fragments.isLater(headers)) {
            int available = burst.headLength[i];
            verdict = switch (mode) {
                case STATELESS -> connTracker.judgeFlood(heads, frame, headers, vlan, from, to, ingress);
                case UNICAST ->
                    connTracker.evaluate(heads, frame, headers, available, bytes, vlan, from, to, ingress);
                default -> connTracker.evaluateFlooded(heads, frame, headers, available, bytes, vlan, from, to, ingress,
                        mode);
            };
            decision = connTracker.decision();
            isNew = connTracker.isNew();
        }
        if (HeaderParser.isFragment(headers)) {
            verdict = fragment(burst, i, headers, vlan, from, to, mode != UNICAST, verdict);
            if (verdict == Fragments.HELD) {
                return HELD;
            }
        }
        int reason = Reasons.ofVerdict(verdict);
        boolean isCounted = mode < 0 || copies.counts(decision, isNew);
        if (isCounted) {
            counters.count(decision, bytes, isNew, nowNs);
        }
        rejected |= mode == UNICAST && verdict == ZoneVerdict.POLICY_REJECT;
        if (flows != null && mode == UNICAST && !isNew && reason == PASS && connTracker.isFollowed()) {
            flows.add(burst, i, vlan, egress, decision);
        }
        if ((decision & PolicyDecision.LOG) != 0 && !observing && isCounted && (isNew || reason != PASS)) {
            log.offer(burst, i, headers, vlan, egress, from, to, decision, reason);
        }
        return reason;
    }

    /** Evaluates an exempt frame by the policies that name its protocol; returns a negative number if none matches. */
    private int named(ConnTracker connTracker, Burst burst, int i, int vlan, int from, int to) {
        decision = PolicyDecision.withoutPolicy(true);
        stateWord = POLICY_EXEMPT;
        PolicyLookup named = table.policies.named();
        return named == null
                ? -1
                : connTracker.askNamed(named, burst.heads(), burst.headOffset(i), burst.parsed[i], vlan, from, to);
    }

    private int fragment(Burst burst, int i, long headers, int vlan, int from, int to, boolean copy, int verdict) {
        if (fragments == null) {
            return ZoneVerdict.FRAGMENT;
        }
        int answer = fragments.evaluate(burst, i, headers, vlan, from, to, copy, verdict, decision);
        if (Fragments.isLater(headers)) {
            decision = fragments.decision();
        }
        return answer;
    }

    /**
     * Evaluates a frame to be flooded, before its copies are evaluated.
     *
     * @return {@link #PASS}, a reason, or {@link #HELD}
     */
    public int flood(Burst burst, int i, int vlan) {
        long headers = burst.parsed[i];
        if (!HeaderParser.isFragment(headers) || fragments == null) {
            return PASS;
        }
        int from = table.zone(burst.port[i], vlan);
        int verdict = Fragments.isLater(headers)
                ? fragments.later(burst, i, headers, vlan, from, FragmentTracker.FLOOD)
                : fragments.first(burst, i, headers, vlan, from, FragmentTracker.FLOOD, ZoneVerdict.ALLOW, 0);
        return verdict == Fragments.HELD ? HELD : Reasons.ofVerdict(verdict);
    }

    /** Returns released fragments, to be recirculated now; null if there are none. */
    public @Nullable Burst released(long monotonicNs) {
        return fragments == null ? null : fragments.released(monotonicNs);
    }

    /** Returns whether frames are held; then {@link #released} must be called often. */
    public boolean isHolding() {
        return fragments != null && fragments.isHolding();
    }

    public void forwarded() {
        if (fragments != null) {
            fragments.forwarded();
        }
    }

    /** Ends the evaluation of a burst; returns whether a frame or a probe was rejected, so that a reply is due. */
    public boolean settle() {
        counters.settle(nowNs);
        boolean was = addresses.takeProbed() | rejected;
        rejected = false;
        return was;
    }

    /** Returns the {@link PolicyDecision} for the last evaluated frame. */
    public int decision() {
        return decision;
    }

    public String state() {
        String word = stateWord;
        return word != null ? word : tracker == null ? "" : tracker.state().label();
    }

    /** Returns how often the flow cache was flushed because zones, policies or guards changed. */
    public int flowCacheFlushes() {
        FlowCache now = flows;
        return now == null ? 0 : now.flushes();
    }

    /** Returns the counters by policy. Any thread. */
    PolicyCounters counters() {
        return counters;
    }

    /** Takes over the counters of the filter of an ended worker; before the first frame. */
    public void inherit(ZoneFilter dead) {
        counters.inherit(dead.counters);
        log.inherit(dead.log);
    }

    ZoneLog log() {
        return log;
    }

    /** Removes expired connections, a few in each turn; called by one worker only. */
    public void age(long monotonicNs) {
        if (tracker != null && connections != null) {
            ageing.turn(tracker, connections.capacity(), monotonicNs);
        }
    }

    @Override
    public void close() {
        log.close();
        if (fragments != null) {
            fragments.close();
        }
    }
}
