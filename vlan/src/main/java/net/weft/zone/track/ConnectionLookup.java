package net.weft.zone.track;

import java.lang.foreign.MemorySegment;
import net.weft.packet.IpProtocol;
import net.weft.packet.Tcp;
import net.weft.zone.ConnectionLimits;
import net.weft.zone.PolicyDecision;
import net.weft.zone.PolicyLookup;
import net.weft.zone.Timeouts;
import net.weft.zone.ZoneVerdict;

/**
 * Evaluates a packet whose headers {@link ConnTracker} has read: a packet of a connection that was evaluated in this
 * epoch, of one that must be evaluated again, or of no connection.
 */
final class ConnectionLookup {
    private static final int NONE = -1;
    private static final int DENIED = -2;
    /** The value of {@link #begun} for a packet with one destination. */
    static final int UNICAST = -1;
    /** The maximum number of connections that one flooded packet begins. */
    private static final int MAX_BEGUN = 8;

    /** The key of the packet. */
    final ConnectionTuple key = new ConnectionTuple();
    /** The TCP fields of the packet, if it is TCP. */
    final TcpSegment tcp = new TcpSegment();
    PolicyLookup policies = (vlan, from, to, etherType, protocol, port, sourceHigh, sourceLow, destinationHigh,
            destinationLow) -> PolicyDecision.withoutPolicy(false);
    int epoch = 1;
    ConnectionLimits limits = ConnectionLimits.DEFAULT;
    int[] silence = ConnectionState.seconds(Timeouts.DEFAULT);
    int nowSeconds;
    /** The number of connections that the flooded packet has begun in other zones, or {@link #UNICAST}. */
    int begun = UNICAST;
    final FloodSiblings siblings;
    final MulticastQueries queries;
    /** The {@link PolicyDecision} for the packet. */
    int decision;
    PacketState state = PacketState.STATELESS;

    /** The slot of {@link #key}, whose state word is in the key; or {@link #NONE}. */
    private int recent = NONE;

    private final ConnectionTable table;
    final ConnectionHandles remembered;
    private final boolean changes;
    private final TcpTracking tcpTracking;
    private final IcmpErrors errors;
    private final NewConnection newConnection;
    private final Forgotten forgotten = new Forgotten();

    /**
     * @param changes false to leave connections unchanged, for traces
     * @param rememberedCount number of connection handles
     */
    ConnectionLookup(ConnectionTable table, boolean changes, int rememberedCount) {
        this.table = table;
        this.changes = changes;
        tcpTracking = new TcpTracking(table, tcp, changes);
        remembered = new ConnectionHandles(table, this, tcpTracking, rememberedCount);
        errors = new IcmpErrors(table);
        newConnection = new NewConnection(table, key, tcp);
        siblings = new FloodSiblings(table);
        queries = new MulticastQueries(table, this, newConnection, changes);
    }

    /** Sets the clock; before each burst. */
    void now(int seconds) {
        nowSeconds = seconds;
        forgotten.clear();
    }

    /** Evaluates a packet that may belong to a connection, or begin one. */
    int connection(int frameLength, int ingressPort) {
        int slot = recall();
        if (slot >= 0 && Layout.epoch(key.policy) != epoch) {
            slot = reevaluate(slot, key);
            if (slot == DENIED) {
                return denied();
            }
        }
        return slot >= 0 ? follow(slot, frameLength, ingressPort) : withoutConnection(frameLength, ingressPort);
    }

    /**
     * Invalidates {@link #recent}: incarnation numbers wrap around, so a slot found long ago must be looked up again.
     */
    void forgetRecent() {
        recent = NONE;
    }

    /**
     * Returns the slot of the packet's connection as {@link #find} does, without a lookup for a run of packets of one
     * connection, which is the most frequent content of a burst.
     */
    private int recall() {
        if (recent < 0 || !key.isAsBefore() || !table.isStill(recent, key)
                || ConnectionState.isSilent(key.state, nowSeconds, silence)) {
            key.complete(table);
            recent = find();
        }
        return recent;
    }

    /** Looks up the slot of the packet's connection; removes the connection if it has expired. */
    int find() {
        int slot = table.index().find(key);
        if (slot >= 0 && !changes && forgotten.contains(slot)) {
            return NONE;
        }
        if (slot < 0 || !ConnectionState.isSilent(key.state, nowSeconds, silence)) {
            return slot;
        }
        forget(slot, key.state);
        return NONE;
    }

    /** Evaluates a packet of a connection. */
    private int follow(int slot, int frameLength, int ingressPort) {
        long before = key.state;
        if (key.protocol == IpProtocol.TCP) {
            int result = tcpTracking.evaluate(slot, key, nowSeconds);
            if (result == TcpTracking.INVALID && mayHaveGoneUntracked()) {
                forget(slot, key.state);
                return withoutConnection(frameLength, ingressPort);
            }
            if (result == TcpTracking.INVALID) {
                decision = Layout.decision(key.policy);
                return invalid();
            }
            if (result == TcpTracking.BEGINS_ANEW) {
                forget(slot, key.state);
                return withoutConnection(frameLength, ingressPort);
            }
        } else {
            touch(slot);
        }
        if (changes && (~before & key.state & Layout.IS_REPLIED) != 0) {
            answered(slot, before, ingressPort);
        }
        decision = Layout.decision(key.policy);
        state = PacketState.of(key.state, key.side);
        count(slot, key.side, frameLength);
        return ZoneVerdict.ALLOW;
    }

    /** Handles the first answer to a connection. */
    private void answered(int slot, long before, int ingressPort) {
        table.answeredBy(slot, ingressPort);
        if (ConnectionState.isFlooded(Layout.phase(before))) {
            siblings.remove(key);
        }
    }

    /**
     * Returns whether a connection whose sequence numbers do not fit may have continued while it was not tracked; it is
     * then picked up mid-stream.
     */
    private boolean mayHaveGoneUntracked() {
        return begun == UNICAST && table.isCold(nowSeconds) && table.isUnseen(key.state)
                && (tcp.flags & (Tcp.SYN | Tcp.ACK | Tcp.RST)) == Tcp.ACK
                && ConnectionState.isOpen(Layout.phase(key.state));
    }

    /** Returns whether the packet belongs to a connection; see {@link ConnTracker#isFollowed}. */
    boolean isFollowed() {
        return recent >= 0 && (state == PacketState.ESTABLISHED || state == PacketState.REPLY
                || state == PacketState.OPENING);
    }

    /** Stores a handle; see {@link ConnTracker#remember}. */
    void remember(int number) {
        remembered.put(number, recent, key);
    }

    void touch(int slot) {
        long from = key.state;
        long next = Layout.withSeconds(from, nowSeconds);
        if (key.isFirstAnswer()) {
            next = Layout.withPhase(next, ConnectionState.base(Layout.phase(from)) + 1) | Layout.IS_REPLIED;
        }
        if (next != from && changes && TableWords.compareAndSet(table.address(slot), from, next)) {
            table.phaseChanged(slot, key.policy, Layout.phase(from), Layout.phase(next));
        }
        key.state = next;
    }

    private void count(int slot, int side, int frameLength) {
        if (changes) {
            table.count(slot, side, frameLength);
        }
    }

    void forget(int slot, long entryState) {
        recent = NONE;
        if (changes) {
            table.remove(slot, entryState);
        } else {
            forgotten.add(slot);
        }
    }

    /**
     * Looks up the policies again for a connection, as for its first packet.
     *
     * @return the slot, {@link #NONE} when the connection was removed, or {@link #DENIED}
     */
    private int reevaluate(int slot, ConnectionTuple of) {
        int decided = Layout.decision(of.policy);
        if ((decided & PolicyDecision.KEEP_ESTABLISHED) == 0) {
            decided = Layout.beginner(of.state) == of.side ? of.ask(policies) : of.askReversed(policies);
        }
        if (!PolicyDecision.isAllowed(decided) || (decided & PolicyDecision.STATELESS) != 0) {
            forget(slot, of.state);
            decision = decided;
            return PolicyDecision.isAllowed(decided) ? NONE : DENIED;
        }
        long next = Layout.withRuling(of.policy, epoch, decided);
        if (changes) {
            table.changePolicy(slot, of.state, of.policy, next);
        }
        of.policy = next;
        return slot;
    }

    /** Evaluates an ICMP error. */
    int related(MemorySegment segment, long frame, long parsed, int available) {
        ConnectionTuple quoted = errors.key;
        int slot = errors.find(segment, frame, parsed, available, key);
        if (slot == IcmpErrors.FORGED) {
            return invalid();
        }
        if (slot >= 0 && (ConnectionState.isSilent(quoted.state, nowSeconds, silence)
                || Layout.phase(quoted.state) == ConnectionState.TCP_KILLED)) {
            slot = NONE;
        }
        if (slot >= 0 && Layout.epoch(quoted.policy) != epoch) {
            slot = reevaluate(slot, quoted);
            if (slot == DENIED) {
                return denied();
            }
        }
        if (slot < 0) {
            return withoutBeginning(key.ask(policies));
        }
        decision = Layout.decision(quoted.policy);
        state = PacketState.RELATED;
        return ZoneVerdict.ALLOW;
    }

    // ---- no connection ---------------------------------------------------------------------------------------------

    /** Evaluates a packet that belongs to no connection. */
    private int withoutConnection(int frameLength, int ingressPort) {
        int decided = key.ask(policies);
        if (key.protocol == IpProtocol.TCP && (tcp.flags & (Tcp.SYN | Tcp.ACK | Tcp.RST)) != Tcp.SYN) {
            return pickUp(decided, frameLength, ingressPort);
        }
        if (key.isAnswer || !PolicyDecision.isAllowed(decided) || (decided & PolicyDecision.STATELESS) != 0) {
            return withoutBeginning(decided);
        }
        int first = ConnectionState.first(key.protocol);
        if (begun == UNICAST) {
            return begin(first, key.side, decided, frameLength, ingressPort);
        }
        return begun < MAX_BEGUN
                ? begin(ConnectionState.flooded(first, begun == 0), key.side, decided, frameLength, ingressPort)
                : alone(decided);
    }

    /**
     * Evaluates a TCP segment without a tracked handshake: mid-stream pickup of a connection that the policies would
     * allow in either direction, if a policy or the cold period permits it.
     */
    private int pickUp(int decided, int frameLength, int ingressPort) {
        if (begun == UNICAST && (tcp.flags & (Tcp.SYN | Tcp.ACK | Tcp.RST)) == Tcp.ACK) {
            if (isPickedUp(decided)) {
                return begin(ConnectionState.TCP_PICKED_UP, key.side, decided, frameLength, ingressPort);
            }
            int reversed = (decided & PolicyDecision.STATELESS) != 0 ? decided : key.askReversed(policies);
            if (isPickedUp(reversed)) {
                return begin(ConnectionState.TCP_PICKED_UP, key.side ^ 1, reversed, frameLength, ingressPort);
            }
        }
        return withoutBeginning(decided);
    }

    private boolean isPickedUp(int decided) {
        return PolicyDecision.isAllowed(decided) && (decided & PolicyDecision.STATELESS) == 0
                && ((decided & PolicyDecision.MIDSTREAM) != 0 || table.isCold(nowSeconds));
    }

    private int begin(int phase, int beginner, int decided, int frameLength, int ingressPort) {
        decision = decided;
        if (changes) {
            int slot = newConnection.begin(phase, beginner, decided, epoch, nowSeconds, ingressPort, limits);
            if (slot == NewConnection.MET) {
                slot = find();
                return slot < 0 ? tooMany() : follow(slot, frameLength, ingressPort);
            }
            if (slot < 0) {
                return tooMany();
            }
            recent = slot;
            count(slot, key.side, frameLength);
        } else if (begun <= 0 && !table.occupancy().admits(key.vlan, ingressPort, limits, forgotten)) {
            return tooMany();
        }
        state = PacketState.NEW;
        return ZoneVerdict.ALLOW;
    }

    // ---- verdicts --------------------------------------------------------------------------------------------------

    /** Evaluates a packet that cannot begin a connection: only a stateless policy lets it pass. */
    private int withoutBeginning(int decided) {
        decision = decided;
        if (!PolicyDecision.isAllowed(decided)) {
            return queries.answers(key) ? ZoneVerdict.ALLOW : denied();
        }
        return (decided & PolicyDecision.STATELESS) != 0 ? alone(decided) : invalid();
    }

    /** Evaluates a packet by itself, without a connection. */
    int alone(int decided) {
        decision = decided;
        if (!PolicyDecision.isAllowed(decided)) {
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
        return ZoneVerdict.of(decision);
    }

    int invalid() {
        state = PacketState.INVALID;
        return ZoneVerdict.INVALID_STATE;
    }
}
