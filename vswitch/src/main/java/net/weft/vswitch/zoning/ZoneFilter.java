package net.weft.vswitch.zoning;

import java.lang.foreign.MemorySegment;
import java.util.function.IntPredicate;
import net.weft.packet.EtherType;
import net.weft.packet.HeaderParser;
import net.weft.packet.IpProtocol;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.offload.Headers;
import net.weft.zone.PolicyDecision;
import net.weft.zone.PolicyLookup;
import net.weft.zone.ZoneVerdict;
import net.weft.zone.Zoning;
import net.weft.zone.fragment.FragmentTracker;
import net.weft.zone.guard.PortGuard;
import net.weft.zone.guard.Snap;
import net.weft.zone.reject.ProbeAnswer;
import net.weft.zone.reject.RejectReply;
import net.weft.zone.track.ConnTracker;
import net.weft.zone.track.ConnectionTable;
import org.jspecify.annotations.Nullable;

/**
 * What guards and zones say of a frame, in the order they are asked: {@link #admit} when it comes in (whom does it claim to be from?),
 * then, once it is known where it goes, {@link #evaluate} for one port or {@link #evaluateCopy} for each of several.
 * <p>
 * Asked only on ports where something is to be asked. One per worker; not thread-safe; nothing is allocated per frame.
 */
public final class ZoneFilter implements AutoCloseable {
    /** Nothing speaks against the frame. Other answers are ordinals of {@link DropReason}, or {@link #HELD}. */
    public static final int PASS = -1;
    /** It waits for another, and will come again by {@link #released}. */
    public static final int HELD = -2;
    private static final long UNREADABLE = HeaderParser.IS_TOO_LONG | HeaderParser.IS_MALFORMED;
    private static final int NOWHERE = -1;
    private static final long NS_A_SECOND = 1_000_000_000L;
    private static final String NEVER_JUDGED = "never judged";
    private static final String LATER_FRAGMENT = "later fragment";

    private final boolean observing;
    private final PolicyCounters counters = new PolicyCounters();
    private final ZoneLog log = new ZoneLog();
    private ZoneTable table = ZoneTable.off(0);
    private @Nullable ConnTracker tracker;
    private @Nullable ConnectionTable connections;
    private @Nullable Fragments fragments;
    /** Null while there is nothing to be remembered, or nothing may be. */
    private @Nullable FlowCache flows;
    private boolean rejected;
    private int decision;
    /** What the frame judged last was, where no tracker says so. */
    private @Nullable String standing;
    private long nowNs;
    private final Ageing ageing = new Ageing();
    private final AddressFilter addresses;

    /** @param observing true: nothing is remembered, forgotten or logged, for a trace */
    public ZoneFilter(boolean observing) {
        this.observing = observing;
        addresses = new AddressFilter(observing);
    }

    /**
     * Takes a new configuration; between bursts only. Frames that are held go on in the next turns where there are zones no longer, and are
     * forgotten with their port.
     *
     * @param exists which port numbers are ports
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
     * Reads the headers of a frame that came in, and asks whether it is from whom its port may have.
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
        int answer = readable(burst, i, headers, vlan);
        if (answer == PASS && HeaderParser.l3Offset(headers) != burst.typeOffset[i] + 2) {
            burst.parsed[i] = Headers.parseTag(burst, i);
        }
        return answer;
    }

    private int readable(Burst burst, int i, long headers, int vlan) {
        if ((headers & UNREADABLE) != 0) {
            return HeaderParser.isMalformed(headers) ? Reasons.MALFORMED : Reasons.TOO_LONG;
        }
        if (HeaderParser.etherType(headers) < EtherType.MIN
                && Snap.hidesPacket(burst.heads(), burst.headOffset(i), burst.headLength[i], burst.length[i],
                        headers)) {
            return Reasons.MALFORMED;
        }
        PortGuard guard = table.guard(burst.port[i]);
        if (guard == null && !table.isWatched(burst.port[i])) {
            return PASS;
        }
        return guard != null && EtherType.isVlan(HeaderParser.etherType(headers))
                ? Reasons.TOO_LONG
                : addresses.check(burst, i, headers, vlan, guard, (int) (nowNs / NS_A_SECOND));
    }

    /**
     * A frame for one port, which is not the one it came in by.
     *
     * @return {@link #PASS} or a reason
     */
    public int evaluate(Burst burst, int i, int vlan, int egress) {
        burst.evaluatedFor[i] = egress;
        FlowCache known = flows;
        if (known != null && known.validate(burst, i, vlan, egress)) {
            decision = known.decision();
            counters.count(decision, burst.length[i], false, nowNs);
            return PASS;
        }
        return ask(burst, i, vlan, egress, false);
    }

    /**
     * A copy of a flooded frame: judged for itself, and nothing is remembered.
     *
     * @return {@link #PASS} or a reason
     */
    public int evaluateCopy(Burst burst, int i, int vlan, int egress) {
        return ask(burst, i, vlan, egress, true);
    }

    private int ask(Burst burst, int i, int vlan, int egress, boolean copy) {
        ConnTracker asked = tracker;
        if (asked == null) {
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
                named = named(asked, burst, i, vlan, from, to);
                if (named < 0) {
                    return PASS;
                }
            } else if (protocol == IpProtocol.ICMP || protocol == IpProtocol.ICMPV6) {
                burst.extendHead(i, Math.min(burst.length[i], HeaderParser.MAX_HEAD)); // for what errors quote
            }
        }
        int bytes = burst.length[i];
        int verdict = Math.max(named, ZoneVerdict.ALLOW);
        boolean isNew = false;
        standing = Fragments.isLater(headers) ? LATER_FRAGMENT : null;
        if (named >= 0) {
            decision = asked.decision();
        } else if (!Fragments.isLater(headers)) {
            verdict = copy
                    ? asked.judgeFlood(heads, frame, headers, vlan, from, to)
                    : asked.evaluate(heads, frame, headers, burst.headLength[i], bytes, vlan, from, to, ingress);
            decision = asked.decision();
            isNew = asked.isNew();
        }
        if (HeaderParser.isFragment(headers)) {
            verdict = fragment(burst, i, headers, vlan, from, to, copy, verdict);
            if (verdict == Fragments.HELD) {
                return HELD;
            }
        }
        counters.count(decision, bytes, isNew, nowNs);
        rejected |= verdict == ZoneVerdict.POLICY_REJECT;
        int reason = Reasons.ofVerdict(verdict);
        if (flows != null && !copy && !isNew && reason == PASS && asked.isFollowed()) {
            flows.add(burst, i, vlan, egress, decision);
        }
        if ((decision & PolicyDecision.LOG) != 0 && !observing && (isNew || reason != PASS)) {
            log.offer(burst, i, headers, vlan, egress, from, to, decision, reason);
        }
        return reason;
    }

    /** What policies that name its protocol say of a frame that is else never judged; negative: nothing. */
    private int named(ConnTracker asked, Burst burst, int i, int vlan, int from, int to) {
        decision = PolicyDecision.withoutPolicy(true);
        standing = NEVER_JUDGED;
        PolicyLookup named = table.policies.named();
        return named == null
                ? -1
                : asked.askNamed(named, burst.heads(), burst.headOffset(i), burst.parsed[i], vlan, from, to);
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
     * A frame that is to be flooded, before its copies are judged.
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

    /** Frames that were held and may go on now, or must go; null for none. */
    public @Nullable Burst released(long monotonicNs) {
        return fragments == null ? null : fragments.released(monotonicNs);
    }

    /** Whether frames wait, for which {@link #released} is to be asked often. */
    public boolean isHolding() {
        return fragments != null && fragments.isHolding();
    }

    public void forwarded() {
        if (fragments != null) {
            fragments.forwarded();
        }
    }

    /** Ends a burst. Whether a frame of it was rejected, or a probe refused, so that its sender is to be told. */
    public boolean settle() {
        counters.settle(nowNs);
        boolean was = addresses.takeProbed() | rejected;
        rejected = false;
        return was;
    }

    /**
     * What the sender of a rejected frame, or a refused probe, is told.
     *
     * @param to where the frame is written, {@link RejectReply#MAX_LENGTH} bytes from {@code at}
     * @return its length, 0 when there is nothing to be told
     */
    public int rejection(Burst burst, int i, MemorySegment to, long at) {
        MemorySegment heads = burst.heads();
        long frame = burst.headOffset(i);
        return burst.probedMac[i] != 0
                ? ProbeAnswer.build(heads, frame, burst.parsed[i], burst.probedMac[i], to, at)
                : RejectReply.build(heads, frame, burst.headLength[i], burst.parsed[i], to, at);
    }

    /** {@link PolicyDecision} on the frame judged last. */
    public int decision() {
        return decision;
    }

    public String state() {
        String said = standing;
        return said != null ? said : tracker == null ? "" : tracker.state().label();
    }

    /** How often all cached flows were forgotten because zones, policies or guards changed. */
    public int flowCacheFlushes() {
        FlowCache now = flows;
        return now == null ? 0 : now.flushes();
    }

    /** What was counted for each policy. Any thread. */
    PolicyCounters counters() {
        return counters;
    }

    /** Counts on from what a filter had counted whose worker has ended; before the first frame. */
    public void inherit(ZoneFilter dead) {
        counters.inherit(dead.counters);
        log.inherit(dead.log);
    }

    ZoneLog log() {
        return log;
    }

    /** Forgets connections that have been silent for too long, a few each turn; by one worker. */
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
