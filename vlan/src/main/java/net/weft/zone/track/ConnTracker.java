package net.weft.zone.track;

import java.lang.foreign.MemorySegment;
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
 * Judges packets for one worker. A packet of a connection is let pass while the policies that allowed the connection stand; any other is asked
 * of the policies, and where they allow it and it may begin a connection, the connection is remembered.
 * <p>
 * After a change of the policies ({@link #adopt} with another epoch) each connection is asked of them again, as its first packet was, when its next
 * packet comes.
 * <p>
 * Not thread-safe, but for the table, which any number of trackers share. Nothing is allocated, thrown or locked per packet.
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

    /** A tracker for a worker, which remembers nothing. */
    public static ConnTracker of(ConnectionTable table) {
        return of(table, 0);
    }

    /**
     * A tracker for a worker.
     *
     * @param remembered connections that can be remembered: numbers {@code 0..remembered-1}
     */
    public static ConnTracker of(ConnectionTable table, int remembered) {
        return new ConnTracker(table, true, remembered);
    }

    /** A tracker that judges alike and changes nothing, neither connections nor counters: for traces. */
    public static ConnTracker observing(ConnectionTable table) {
        return new ConnTracker(table, false, 0);
    }

    /**
     * Takes new policies; between bursts only.
     *
     * @param revision another number whenever the policies or the zones are others
     */
    public void adopt(PolicyLookup newPolicies, int revision, Timeouts timeouts, ConnectionLimits newLimits) {
        lookup.policies = newPolicies;
        lookup.epoch = 1 + Integer.remainderUnsigned(revision, EPOCHS);
        lookup.silence = ConnectionState.seconds(timeouts);
        lookup.limits = newLimits;
        lookup.forgetRecent();
    }

    /**
     * Sets the clock; before each burst.
     *
     * @param nowNs of the clock whose seconds the table has been attached with
     */
    public void now(long nowNs) {
        lookup.nowSeconds = (int) (nowNs / 1_000_000_000L);
    }

    /** The {@link PolicyDecision} on the packet judged last: what the policies said of it, or of its connection's first. */
    public int decision() {
        return lookup.decision;
    }

    /** Whether the packet judged last began a connection, or would begin one by itself: a policy's {@code log} tells of these. */
    public boolean isNew() {
        return lookup.state == PacketState.NEW;
    }

    /** What the packet judged last was. */
    public PacketState state() {
        return lookup.state;
    }

    /**
     * Looks at the next slots of the table and forgets connections that have been silent too long. One worker of all does so, a little
     * each turn.
     *
     * @return connections forgotten
     */
    public int sweep(int slots) {
        return sweep.next(slots, lookup.nowSeconds, lookup.silence, lookup.epoch);
    }

    /**
     * Judges a frame with one destination.
     *
     * @param segment where the head lies
     * @param frame where it begins there
     * @param parsed by {@link HeaderParser#parse}
     * @param available readable bytes of the head; of ICMP errors, all or {@link HeaderParser#MAX_HEAD}, as they are judged by what they quote
     * @param frameLength bytes of the whole frame
     * @param vlan {@code 1..4094}
     * @param from zone of the port it came by
     * @param to zone of the port it leaves by
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

    /** Judges a copy of a flooded frame by the policies alone; as {@link #judge}. */
    public int judgeFlood(MemorySegment segment, long frame, long parsed, int vlan, int from, int to) {
        int etherType = HeaderParser.etherType(parsed);
        lookup.decision = PolicyDecision.withoutPolicy(false);
        if (etherType != EtherType.IPV4 && etherType != EtherType.IPV6) {
            return lookup.alone(askWithoutAddresses(etherType, vlan, from, to));
        }
        int fault = read(segment, frame, parsed, etherType, vlan, from, to);
        return fault != ZoneVerdict.ALLOW ? fault : lookup.alone(key.ask(lookup.policies));
    }

    /**
     * Asks policies that name a protocol which is otherwise never judged; as {@link #judgeFlood}.
     *
     * @param named these policies
     * @return a {@link ZoneVerdict}, or negative where none of them matches
     */
    public int askNamed(PolicyLookup named, MemorySegment segment, long frame, long parsed, int vlan, int from,
            int to) {
        int etherType = HeaderParser.etherType(parsed);
        int said;
        if (etherType != EtherType.IPV4 && etherType != EtherType.IPV6) {
            said = named.decision(vlan, from, to, etherType, PolicyLookup.NOT_IP, 0, 0, 0, 0, 0);
        } else if (read(segment, frame, parsed, etherType, vlan, from, to) == ZoneVerdict.ALLOW) {
            said = key.ask(named);
        } else {
            return -1;
        }
        return PolicyDecision.policy(said) == PolicyDecision.NO_POLICY ? -1 : lookup.alone(said);
    }

    // ---- packets like one before ----------------------------------------------------------------------------------

    /** Whether the packet judged last followed a connection, as others like it will. */
    public boolean isFollowed() {
        return lookup.isFollowed();
    }

    /**
     * Remembers the connection that the packet judged last has followed.
     *
     * @param number where
     */
    public void remember(int number) {
        lookup.remember(number);
    }

    /**
     * Judges a packet that is like the one of {@link #remember} in all that {@link #judge} reads, but for the lengths, and not TCP.
     *
     * @return true: let pass and counted, as {@link #judge} would have; false, and nothing changed: ask that
     */
    public boolean resume(int number, int frameLength) {
        return lookup.remembered().resume(number, frameLength);
    }

    /** Counts a packet that came right behind one that {@link #resume} let pass, and is like it. */
    public void repeat(int number, int frameLength) {
        lookup.remembered().repeat(number, frameLength);
    }

    /**
     * As {@link #resume}, of a TCP segment, whose numbers, flags and window may be others; the other arguments as for {@link #judge}.
     */
    public boolean resumeTcp(int number, int frameLength, MemorySegment segment, long frame, long parsed) {
        return lookup.remembered().resumeTcp(number, frameLength, segment, frame, parsed);
    }

    // ---- reading ---------------------------------------------------------------------------------------------------

    /** Takes addresses and ports. */
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
        boolean hasPorts = protocol == IpProtocol.TCP || protocol == IpProtocol.UDP;
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
