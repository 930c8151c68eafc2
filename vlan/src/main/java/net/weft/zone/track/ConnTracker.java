package net.weft.zone.track;

import java.lang.foreign.MemorySegment;
import java.util.function.IntFunction;
import net.weft.packet.EtherType;
import net.weft.packet.HeaderParser;
import net.weft.packet.Icmp;
import net.weft.packet.IpProtocol;
import net.weft.zone.ConnectionLimits;
import net.weft.zone.PolicyDecision;
import net.weft.zone.PolicyLookup;
import net.weft.zone.Timeouts;
import net.weft.zone.ZoneVerdict;

/**
 * Evaluates packets for one worker. A packet of a tracked connection passes while the policies that allowed the
 * connection are in force; any other packet is looked up in the policies, and if they allow it and it may begin a
 * connection, the connection is added to the table.
 * <p>
 * After a change of the policies ({@link #adopt} with another epoch) each connection is looked up again, as its first
 * packet was, when its next packet arrives.
 * <p>
 * Not thread-safe, except for the table, which any number of trackers share. Nothing is allocated, thrown or locked per
 * packet.
 */
public final class ConnTracker {
    private static final int EPOCHS = 0xffff;

    private final ConnectionLookup lookup;
    private final ConnectionTuple key;
    private final Sweep sweep;

    private ConnTracker(ConnectionTable table, boolean changes, int remembered) {
        lookup = new ConnectionLookup(table, changes, remembered);
        key = lookup.key;
        sweep = new Sweep(table);
    }

    /** Creates a tracker for a worker without connection handles. */
    public static ConnTracker of(ConnectionTable table) {
        return of(table, 0);
    }

    /**
     * Creates a tracker for a worker.
     *
     * @param remembered number of connection handles: {@code 0..remembered-1}
     */
    public static ConnTracker of(ConnectionTable table, int remembered) {
        return new ConnTracker(table, true, remembered);
    }

    /** Creates a tracker that evaluates alike but changes neither connections nor counters, for traces. */
    public static ConnTracker observing(ConnectionTable table) {
        return new ConnTracker(table, false, 0);
    }

    /**
     * Adopts new policies; between bursts only.
     *
     * @param revision changes whenever the policies or the zones change
     */
    public void adopt(PolicyLookup newPolicies, int revision, Timeouts timeouts, ConnectionLimits newLimits) {
        lookup.policies = newPolicies;
        lookup.epoch = 1 + Integer.remainderUnsigned(revision, EPOCHS);
        lookup.silence = ConnectionState.seconds(timeouts);
        lookup.limits = newLimits;
        lookup.forgetRecent();
    }

    /** Sets whether any policy permits answers to multicast. */
    public void multicastReplies(boolean any) {
        lookup.queries.enabled = any;
    }

    /** Sets the zones of each VLAN, in which a flooded packet may have begun connections. */
    public void zones(IntFunction<int[]> ofVlan) {
        lookup.siblings.zones = ofVlan;
    }

    /**
     * Sets the clock; before each burst.
     *
     * @param nowNs nanoseconds of the clock whose seconds were passed to {@link ConnectionMemory#attach}
     */
    public void now(long nowNs) {
        lookup.now((int) (nowNs / 1_000_000_000L));
    }

    /** Returns the {@link PolicyDecision} for the last evaluated packet, or for the first packet of its connection. */
    public int decision() {
        return lookup.decision;
    }

    /**
     * Returns whether the last evaluated packet began a connection, or would begin one by itself; a policy with {@code
     * log} logs such packets.
     */
    public boolean isNew() {
        return lookup.state == PacketState.NEW;
    }

    /** Returns the state of the last evaluated packet. */
    public PacketState state() {
        return lookup.state;
    }

    /**
     * Sweeps the next slots of the table and removes expired connections. Called by one worker only, a little in each
     * turn.
     *
     * @return the number of connections removed
     */
    public int sweep(int slots) {
        return sweep.next(slots, lookup.nowSeconds, lookup.silence, lookup.epoch);
    }

    /**
     * Evaluates a frame with one destination.
     *
     * @param segment memory of the head
     * @param frame start of the head in it
     * @param parsed its {@link HeaderParser#parse} result
     * @param available readable bytes of the head; for ICMP errors all bytes or {@link HeaderParser#MAX_HEAD}, because
     * they are evaluated by the packet that they quote
     * @param frameLength bytes of the whole frame
     * @param vlan {@code 1..4094}
     * @param from zone of the ingress port
     * @param to zone of the egress port
     * @param ingressPort {@code 0..65535}
     * @return a {@link ZoneVerdict}
     */
    public int evaluate(MemorySegment segment, long frame, long parsed, int available, int frameLength, int vlan,
            int from,
            int to, int ingressPort) {
        int etherType = HeaderParser.etherType(parsed);
        lookup.decision = PolicyDecision.withoutPolicy(false);
        if (etherType != EtherType.IPV4 && etherType != EtherType.IPV6) {
            return lookup.alone(askWithoutAddresses(etherType, vlan, from, to));
        }
        int fault = read(segment, frame, parsed, etherType, vlan, from, to);
        if (fault != ZoneVerdict.ALLOW) {
            return fault;
        }
        long l4 = frame + HeaderParser.l4Offset(parsed);
        return switch (key.protocol) {
            case IpProtocol.TCP -> lookup.tcp.read(segment, frame, parsed)
                    ? lookup.connection(frameLength, ingressPort)
                    : lookup.invalid();
            case IpProtocol.ICMP, IpProtocol.ICMPV6 -> {
                boolean isOwn = (key.protocol == IpProtocol.ICMP) == (etherType == EtherType.IPV4);
                if (isOwn && IcmpErrors.isError(key.protocol, key.type)) {
                    yield lookup.related(segment, frame, parsed, available);
                }
                yield isOwn && key.query(segment, l4)
                        ? lookup.connection(frameLength, ingressPort)
                        : lookup.alone(key.ask(lookup.policies));
            }
            default -> lookup.connection(frameLength, ingressPort);
        };
    }

    /**
     * Evaluates a frame to an unknown station for one of the zones to which it is flooded; once a frame and zone. It is
     * evaluated as any other, but nothing is picked up mid-stream, and the connections that one frame begins count as
     * one, of which only the answered one remains.
     *
     * @param begun the number of connections that this frame has begun in other zones; from eight on it begins no more
     */
    public int evaluateFlooded(MemorySegment segment, long frame, long parsed, int available, int frameLength,
            int vlan, int from, int to, int ingressPort, int begun) {
        lookup.begun = begun;
        try {
            return evaluate(segment, frame, parsed, available, frameLength, vlan, from, to, ingressPort);
        } finally {
            lookup.begun = ConnectionLookup.UNICAST;
        }
    }

    /**
     * Evaluates a copy of a frame to a group by the policies alone; parameters as in {@link #evaluate}. If the policy
     * permits answers, the query is recorded.
     */
    public int judgeFlood(MemorySegment segment, long frame, long parsed, int vlan, int from, int to,
            int ingressPort) {
        int etherType = HeaderParser.etherType(parsed);
        lookup.decision = PolicyDecision.withoutPolicy(false);
        if (etherType != EtherType.IPV4 && etherType != EtherType.IPV6) {
            return lookup.alone(askWithoutAddresses(etherType, vlan, from, to));
        }
        int fault = read(segment, frame, parsed, etherType, vlan, from, to);
        if (fault != ZoneVerdict.ALLOW) {
            return fault;
        }
        int verdict = lookup.alone(key.ask(lookup.policies));
        if (verdict == ZoneVerdict.ALLOW && (lookup.decision & PolicyDecision.MULTICAST_REPLIES) != 0) {
            lookup.queries.record(key, ingressPort);
        }
        return verdict;
    }

    /**
     * Evaluates a packet by the policies that name a protocol which is otherwise exempt; other parameters as in {@link
     * #judgeFlood}.
     *
     * @param named these policies
     * @return a {@link ZoneVerdict}, or negative if none of them matches
     */
    public int askNamed(PolicyLookup named, MemorySegment segment, long frame, long parsed, int vlan, int from,
            int to) {
        int etherType = HeaderParser.etherType(parsed);
        int decided;
        if (etherType != EtherType.IPV4 && etherType != EtherType.IPV6) {
            decided = named.decision(vlan, from, to, etherType, PolicyLookup.NOT_IP, 0, 0, 0, 0, 0);
        } else if (read(segment, frame, parsed, etherType, vlan, from, to) == ZoneVerdict.ALLOW) {
            decided = key.ask(named);
        } else {
            return -1;
        }
        return PolicyDecision.policy(decided) == PolicyDecision.NO_POLICY ? -1 : lookup.alone(decided);
    }

    // ---- packets like one before ----------------------------------------------------------------------------------

    /**
     * Returns whether the last evaluated packet belongs to a tracked connection, so that a handle may be stored for its
     * flow.
     */
    public boolean isFollowed() {
        return lookup.isFollowed();
    }

    /**
     * Stores a handle of the last evaluated packet's connection.
     *
     * @param number number of the handle
     */
    public void remember(int number) {
        lookup.remember(number);
    }

    /**
     * Evaluates a packet that equals the one of {@link #remember} in all fields that {@link #evaluate} reads except the
     * lengths, and is not TCP.
     *
     * @return true when the packet passes and was counted, as by {@link #evaluate}; false, with nothing changed, when
     * {@link #evaluate} must be called
     */
    public boolean resume(int number, int frameLength) {
        return lookup.remembered.resume(number, frameLength);
    }

    /** Counts a packet that directly follows one that {@link #resume} has passed, and equals it. */
    public void repeat(int number, int frameLength) {
        lookup.remembered.repeat(number, frameLength);
    }

    /**
     * Evaluates a TCP segment as {@link #resume} does; its sequence numbers, flags and window may differ. The other
     * parameters are as in {@link #evaluate}.
     */
    public boolean resumeTcp(int number, int frameLength, MemorySegment segment, long frame, long parsed) {
        return lookup.remembered.resumeTcp(number, frameLength, segment, frame, parsed);
    }

    // ---- reading ---------------------------------------------------------------------------------------------------

    /** Reads addresses and ports into the key; returns {@link ZoneVerdict#ALLOW} or the reason for a drop. */
    private int read(MemorySegment segment, long frame, long parsed, int etherType, int vlan, int from, int to) {
        if ((parsed & (HeaderParser.IS_MALFORMED | HeaderParser.IS_TOO_LONG)) != 0) {
            return lookup.invalid();
        }
        if (HeaderParser.isFragment(parsed) && !HeaderParser.isFirstFragment(parsed)) {
            lookup.state = PacketState.INVALID;
            return ZoneVerdict.FRAGMENT;
        }
        int protocol = HeaderParser.protocol(parsed);
        key.addresses(segment, frame + HeaderParser.l3Offset(parsed), etherType, protocol, vlan, from, to);
        boolean hasPorts = IpProtocol.hasPorts(protocol);
        if (hasPorts) {
            key.ports(segment, frame + HeaderParser.l4Offset(parsed));
        } else if (protocol == IpProtocol.ICMP || protocol == IpProtocol.ICMPV6) {
            key.type = Icmp.type(segment, frame + HeaderParser.l4Offset(parsed));
        }
        boolean toItself = key.sameAddresses() && (!hasPorts || key.ports >>> 16 == (key.ports & 0xffff));
        return toItself ? lookup.invalid() : ZoneVerdict.ALLOW;
    }

    private int askWithoutAddresses(int etherType, int vlan, int from, int to) {
        return lookup.policies.decision(vlan, from, to, etherType, PolicyLookup.NOT_IP, 0, 0, 0, 0, 0);
    }
}
