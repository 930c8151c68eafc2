package net.weft.zone.track;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static net.weft.zone.track.Layout.LONG;

import java.lang.foreign.MemorySegment;
import net.weft.packet.EtherType;
import net.weft.packet.HeaderParser;
import net.weft.packet.Icmp;
import net.weft.packet.IpProtocol;
import net.weft.packet.Tcp;
import net.weft.zone.ConnectionLimits;
import net.weft.zone.PolicyLookup;
import net.weft.zone.Ruling;
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
public final class Tracker {
    private static final int NONE = -1;
    private static final int DENIED = -2;
    /** Epoch of an entry that was never judged by this process. */
    private static final int UNJUDGED = 0;
    private static final int EPOCHS = 0xffff;

    private final ConnectionTable table;
    private final MemorySegment memory;
    private final boolean changes;
    private final FlowKey key = new FlowKey();
    private final TcpSegment tcp = new TcpSegment();
    private final TcpTracking tcpTracking;
    private final IcmpErrors errors;
    private PolicyLookup policies = (vlan, from, to, etherType, protocol, port, sourceHigh, sourceLow, destinationHigh,
            destinationLow) -> Ruling.withoutPolicy(false);
    private int epoch = 1;
    private ConnectionLimits limits = ConnectionLimits.DEFAULT;
    private int[] silence = Phase.seconds(Timeouts.DEFAULT);
    private int nowSeconds;
    private int cursor;
    /** The entry that the packet judged last was of, or {@link #NONE}. */
    private int recent = NONE;
    private int ruling;
    private PacketState state = PacketState.STATELESS;

    private Tracker(ConnectionTable table, boolean changes) {
        this.table = table;
        this.changes = changes;
        memory = table.segment();
        tcpTracking = new TcpTracking(table, tcp, changes);
        errors = new IcmpErrors(table);
    }

    /** A tracker for a worker. */
    public static Tracker of(ConnectionTable table) {
        return new Tracker(table, true);
    }

    /** A tracker that judges alike and changes nothing, neither connections nor counters: for traces. */
    public static Tracker observing(ConnectionTable table) {
        return new Tracker(table, false);
    }

    /**
     * Takes new policies; between bursts only.
     *
     * @param revision another number whenever the policies or the zones are others
     */
    public void adopt(PolicyLookup newPolicies, int revision, Timeouts timeouts, ConnectionLimits newLimits) {
        policies = newPolicies;
        epoch = 1 + Integer.remainderUnsigned(revision, EPOCHS);
        silence = Phase.seconds(timeouts);
        limits = newLimits;
    }

    /**
     * Sets the clock; before each burst.
     *
     * @param nowNs of the clock whose seconds the table has been attached with
     */
    public void now(long nowNs) {
        nowSeconds = (int) (nowNs / 1_000_000_000L);
    }

    /** The {@link Ruling} on the packet judged last: what the policies said of it, or of its connection's first. */
    public int ruling() {
        return ruling;
    }

    /** Whether the packet judged last began a connection, or would begin one by itself: a policy's {@code log} tells of these. */
    public boolean isNew() {
        return state == PacketState.NEW;
    }

    /** What the packet judged last was. */
    public PacketState state() {
        return state;
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
    public int judge(MemorySegment segment, long frame, long parsed, int available, int frameLength, int vlan, int from,
            int to, int ingressPort) {
        int etherType = HeaderParser.etherType(parsed);
        ruling = Ruling.withoutPolicy(false);
        if (etherType != EtherType.IPV4 && etherType != EtherType.IPV6) {
            return alone(askWithoutAddresses(etherType, vlan, from, to));
        }
        int fault = read(segment, frame, parsed, etherType, vlan, from, to);
        if (fault != ZoneVerdict.ALLOW) {
            return fault;
        }
        long l4 = frame + HeaderParser.l4Offset(parsed);
        return switch (key.protocol) {
            case IpProtocol.TCP -> tcp.read(segment, frame, parsed) ? connection(frameLength, ingressPort) : invalid();
            case IpProtocol.ICMP, IpProtocol.ICMPV6 -> {
                boolean isOwn = (key.protocol == IpProtocol.ICMP) == (etherType == EtherType.IPV4);
                if (isOwn && IcmpErrors.isError(key.protocol, key.type)) {
                    yield related(segment, frame, parsed, available);
                }
                yield isOwn && key.query(segment, l4) ? connection(frameLength, ingressPort) : alone(key.ask(policies));
            }
            default -> connection(frameLength, ingressPort);
        };
    }

    /** Judges a copy of a flooded frame by the policies alone; as {@link #judge}. */
    public int judgeFlood(MemorySegment segment, long frame, long parsed, int vlan, int from, int to) {
        int etherType = HeaderParser.etherType(parsed);
        ruling = Ruling.withoutPolicy(false);
        if (etherType != EtherType.IPV4 && etherType != EtherType.IPV6) {
            return alone(askWithoutAddresses(etherType, vlan, from, to));
        }
        int fault = read(segment, frame, parsed, etherType, vlan, from, to);
        return fault != ZoneVerdict.ALLOW ? fault : alone(key.ask(policies));
    }

    // ---- reading ---------------------------------------------------------------------------------------------------

    /** Takes addresses and ports. */
    private int read(MemorySegment segment, long frame, long parsed, int etherType, int vlan, int from, int to) {
        if ((parsed & (HeaderParser.IS_MALFORMED | HeaderParser.IS_TOO_LONG)) != 0) {
            return invalid();
        }
        if (HeaderParser.isFragment(parsed) && !HeaderParser.isFirstFragment(parsed)) {
            state = PacketState.INVALID;
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
        return toItself ? invalid() : ZoneVerdict.ALLOW;
    }

    private int askWithoutAddresses(int etherType, int vlan, int from, int to) {
        return policies.ruling(vlan, from, to, etherType, PolicyLookup.NOT_IP, 0, 0, 0, 0, 0);
    }

    // ---- connections -----------------------------------------------------------------------------------------------

    private int connection(int frameLength, int ingressPort) {
        int slot = recall();
        if (slot >= 0 && Layout.epoch(key.policy) != epoch) {
            slot = judgeAgain(slot, key);
            if (slot == DENIED) {
                return denied();
            }
        }
        return slot >= 0 ? follow(slot, frameLength, ingressPort) : without(frameLength, ingressPort);
    }

    /** As {@link #find}, which is not asked for a run of packets of one connection: that is what bursts mostly hold. */
    private int recall() {
        if (recent < 0 || !key.isAsBefore() || !table.isStill(recent, key) || isSilent(key.state)) {
            key.complete(table);
            recent = find();
        }
        return recent;
    }

    /** The entry of the packet's connection, unless that has been silent too long: then it goes. */
    private int find() {
        int slot = table.find(key);
        if (slot < 0 || !isSilent(key.state)) {
            return slot;
        }
        forget(slot, key.state);
        return NONE;
    }

    private boolean isSilent(long entryState) {
        int age = nowSeconds - Layout.seconds(entryState);
        return age > 0 && age >= silence[Layout.phase(entryState)];
    }

    /** A packet of a connection. */
    private int follow(int slot, int frameLength, int ingressPort) {
        if (key.protocol == IpProtocol.TCP) {
            int result = tcpTracking.judge(slot, key, nowSeconds);
            if (result == TcpTracking.INVALID) {
                ruling = Layout.ruling(key.policy);
                return invalid();
            }
            if (result == TcpTracking.BEGINS_ANEW) {
                forget(slot, key.state);
                return without(frameLength, ingressPort);
            }
        } else {
            touch(slot);
        }
        ruling = Layout.ruling(key.policy);
        state = standing();
        count(slot, frameLength);
        return ZoneVerdict.ALLOW;
    }

    private void touch(int slot) {
        long from = key.state;
        long next = Layout.withSeconds(from, nowSeconds);
        if ((from & Layout.IS_REPLIED) == 0 && Layout.beginner(from) != key.side) {
            next = Layout.withPhase(next, Layout.phase(from) + 1) | Layout.IS_REPLIED;
        }
        if (next != from && changes && LONG.compareAndSet(memory, table.entry(slot), from, next)) {
            table.phaseChanged(slot, key.policy, Layout.phase(from), Layout.phase(next));
        }
        key.state = next;
    }

    private PacketState standing() {
        int phase = Layout.phase(key.state);
        if (phase == Phase.TCP_CLOSING || phase == Phase.TCP_CLOSED) {
            return PacketState.CLOSING;
        }
        if (Phase.isSpare(phase)) {
            return PacketState.OPENING;
        }
        return Layout.beginner(key.state) == key.side ? PacketState.ESTABLISHED : PacketState.REPLY;
    }

    private void count(int slot, int frameLength) {
        if (changes) {
            long at = table.counter(slot, key.side);
            memory.set(JAVA_LONG, at, memory.get(JAVA_LONG, at) + 1);
            memory.set(JAVA_LONG, at + 8, memory.get(JAVA_LONG, at + 8) + frameLength);
        }
    }

    private void forget(int slot, long entryState) {
        if (changes) {
            table.remove(slot, entryState);
        }
    }

    /**
     * Asks the policies again of a connection, as its first packet did.
     *
     * @return the slot, {@link #NONE} when it is to be a connection no longer, or {@link #DENIED}
     */
    private int judgeAgain(int slot, FlowKey of) {
        int said = Layout.ruling(of.policy);
        if ((said & Ruling.KEEP_ESTABLISHED) == 0) {
            said = Layout.beginner(of.state) == of.side ? of.ask(policies) : of.askReversed(policies);
        }
        if (!Ruling.isAllowed(said) || (said & Ruling.STATELESS) != 0) {
            forget(slot, of.state);
            ruling = said;
            return Ruling.isAllowed(said) ? NONE : DENIED;
        }
        long next = Layout.withRuling(of.policy, epoch, said);
        if (changes) {
            table.changePolicy(slot, of.state, of.policy, next);
        }
        of.policy = next;
        return slot;
    }

    private int related(MemorySegment segment, long frame, long parsed, int available) {
        FlowKey quoted = errors.key;
        int slot = errors.find(segment, frame, parsed, available, key);
        if (slot == IcmpErrors.FORGED) {
            return invalid();
        }
        if (slot >= 0 && isSilent(quoted.state)) {
            slot = NONE;
        }
        if (slot >= 0 && Layout.epoch(quoted.policy) != epoch) {
            slot = judgeAgain(slot, quoted);
            if (slot == DENIED) {
                return denied();
            }
        }
        if (slot < 0) {
            return withoutBeginning(key.ask(policies));
        }
        ruling = Layout.ruling(quoted.policy);
        state = PacketState.RELATED;
        return ZoneVerdict.ALLOW;
    }

    // ---- no connection ---------------------------------------------------------------------------------------------

    /** A packet of no connection. */
    private int without(int frameLength, int ingressPort) {
        int said = key.ask(policies);
        if (key.protocol == IpProtocol.TCP && (tcp.flags & (Tcp.SYN | Tcp.ACK | Tcp.RST)) != Tcp.SYN) {
            return pickUp(said, frameLength, ingressPort);
        }
        if (key.isAnswer || !Ruling.isAllowed(said) || (said & Ruling.STATELESS) != 0) {
            return withoutBeginning(said);
        }
        return begin(firstPhase(), key.side, said, frameLength, ingressPort);
    }

    private int firstPhase() {
        return switch (key.protocol) {
            case IpProtocol.TCP -> Phase.TCP_SYN_SENT;
            case IpProtocol.UDP -> Phase.UDP_UNREPLIED;
            case IpProtocol.ICMP, IpProtocol.ICMPV6 -> Phase.ICMP_UNREPLIED;
            default -> Phase.OTHER_UNREPLIED;
        };
    }

    /** TCP without its beginning: of a connection that the policies would allow, either way, when they let such be picked up. */
    private int pickUp(int said, int frameLength, int ingressPort) {
        if ((tcp.flags & (Tcp.SYN | Tcp.ACK | Tcp.RST)) == Tcp.ACK) {
            if (isPickedUp(said)) {
                return begin(Phase.TCP_PICKED_UP, key.side, said, frameLength, ingressPort);
            }
            int reversed = (said & Ruling.STATELESS) != 0 ? said : key.askReversed(policies);
            if (isPickedUp(reversed)) {
                return begin(Phase.TCP_PICKED_UP, key.side ^ 1, reversed, frameLength, ingressPort);
            }
        }
        return withoutBeginning(said);
    }

    private boolean isPickedUp(int said) {
        return Ruling.isAllowed(said) && (said & Ruling.STATELESS) == 0
                && ((said & Ruling.MIDSTREAM) != 0 || table.isCold(nowSeconds));
    }

    private int begin(int phase, int beginner, int said, int frameLength, int ingressPort) {
        ruling = said;
        if (changes) {
            int slot = table.occupancy().admit(key.vlan, ingressPort, limits);
            if (slot < 0) {
                return tooMany();
            }
            long first = Layout.withSeconds(phase | (long) beginner << 5 | Layout.SEEN << key.side, nowSeconds);
            long policy = Layout.withRuling(key.membership | (long) ingressPort << Layout.PORT_SHIFT, epoch, said);
            if (!insert(slot, first, policy)) {
                // Another worker has met a packet of the connection at the same time.
                slot = find();
                return slot < 0 ? tooMany() : follow(slot, frameLength, ingressPort);
            }
            count(slot, frameLength);
        } else if (!table.occupancy().admits(key.vlan, ingressPort, limits)) {
            state = PacketState.DENIED;
            return ZoneVerdict.CONNECTION_LIMIT;
        }
        state = PacketState.NEW;
        return ZoneVerdict.ALLOW;
    }

    private boolean insert(int slot, long first, long policy) {
        long scales = 0;
        long mine = 0;
        long other = 0;
        if (Layout.phase(first) == Phase.TCP_SYN_SENT) {
            scales = TcpWindows.ofSyn(key.side, tcp.window, tcp.scale);
            mine = TcpWindows.window(tcp.end, tcp.end);
        } else if (Layout.phase(first) == Phase.TCP_PICKED_UP) {
            first |= Layout.IS_LIBERAL;
            scales = TcpWindows.ofPickedUp(key.side, tcp.window);
            mine = TcpWindows.window(tcp.end,
                    tcp.acknowledgment + Math.max(tcp.window << TcpSegment.MAX_SCALE, 1));
            other = TcpWindows.window(tcp.acknowledgment, tcp.end + TcpWindows.LARGEST_WINDOW);
        }
        boolean isA = key.side == 0;
        return table.insert(slot, key, first, policy, scales, isA ? mine : other, isA ? other : mine);
    }

    // ---- verdicts --------------------------------------------------------------------------------------------------

    /** A packet that begins nothing: allowed only by a policy that judges packet by packet. */
    private int withoutBeginning(int said) {
        ruling = said;
        if (!Ruling.isAllowed(said)) {
            return denied();
        }
        return (said & Ruling.STATELESS) != 0 ? alone(said) : invalid();
    }

    /** A packet that is judged by itself. */
    private int alone(int said) {
        ruling = said;
        if (!Ruling.isAllowed(said)) {
            return denied();
        }
        state = PacketState.STATELESS;
        return ZoneVerdict.ALLOW;
    }

    private int tooMany() {
        state = PacketState.DENIED;
        return ZoneVerdict.CONNECTION_LIMIT;
    }

    private int denied() {
        state = PacketState.DENIED;
        return ZoneVerdict.of(ruling);
    }

    private int invalid() {
        state = PacketState.INVALID;
        return ZoneVerdict.INVALID_STATE;
    }

    // ---- sweeping --------------------------------------------------------------------------------------------------

    /**
     * Looks at the next slots of the table and forgets connections that have been silent too long. One worker of all does so, a little
     * each turn; some 64 slots a microsecond.
     *
     * @return connections forgotten
     */
    public int sweep(int slots) {
        int used = table.used();
        int forgotten = 0;
        for (int i = Math.min(slots, used); i > 0; i--) {
            cursor = cursor + 1 < used ? cursor + 1 : 0;
            long entryState = table.state(cursor);
            if (Layout.phase(entryState) == Phase.FREE) {
                continue;
            }
            if (isSilent(entryState)) {
                forgotten += table.remove(cursor, entryState) ? 1 : 0;
            } else {
                keep(entryState);
            }
        }
        return forgotten;
    }

    private void keep(long entryState) {
        long policy = table.policy(cursor);
        if (Phase.isSpare(Layout.phase(entryState))) {
            table.occupancy().remind(cursor, Layout.port(policy));
        }
        int judgedIn = Layout.epoch(policy);
        if (judgedIn != epoch && judgedIn != UNJUDGED) {
            // So that no later epoch of the same number takes it for judged.
            table.changePolicy(cursor, entryState, policy, policy & ~Layout.EPOCH_MASK);
        }
    }
}
