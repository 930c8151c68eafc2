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
 * What becomes of a packet whose headers {@link ConnTracker} has read: of a connection that was asked of the policies in this epoch, of one that must be
 * asked again, or of none.
 */
final class ConnectionLookup {
    private static final int NONE = -1;
    private static final int DENIED = -2;

    /** Of the packet. */
    final ConnectionTuple key = new ConnectionTuple();
    /** Of the packet, if it is TCP. */
    final TcpSegment tcp = new TcpSegment();
    PolicyLookup policies = (vlan, from, to, etherType, protocol, port, sourceHigh, sourceLow, destinationHigh,
            destinationLow) -> PolicyDecision.withoutPolicy(false);
    int epoch = 1;
    ConnectionLimits limits = ConnectionLimits.DEFAULT;
    int[] silence = ConnectionState.seconds(Timeouts.DEFAULT);
    int nowSeconds;
    /** On the packet. */
    int decision;
    PacketState state = PacketState.STATELESS;

    /** The entry of {@link #key}, whose state word the key has; or {@link #NONE}. */
    private int recent = NONE;

    private final ConnectionTable table;
    private final ConnectionHandles remembered;
    private final boolean changes;
    private final TcpTracking tcpTracking;
    private final IcmpErrors errors;
    private final NewConnection beginning;

    /**
     * @param changes whether connections are changed, not only looked at
     * @param rememberedCount connections that can be remembered by number
     */
    ConnectionLookup(ConnectionTable table, boolean changes, int rememberedCount) {
        this.table = table;
        this.changes = changes;
        tcpTracking = new TcpTracking(table, tcp, changes);
        remembered = new ConnectionHandles(table, this, tcpTracking, rememberedCount);
        errors = new IcmpErrors(table);
        beginning = new NewConnection(table, key, tcp);
    }

    /** A packet that may be of a connection, or begin one. */
    int connection(int frameLength, int ingressPort) {
        int slot = recall();
        if (slot >= 0 && Layout.epoch(key.policy) != epoch) {
            slot = judgeAgain(slot, key);
            if (slot == DENIED) {
                return denied();
            }
        }
        return slot >= 0 ? follow(slot, frameLength, ingressPort) : without(frameLength, ingressPort);
    }

    /** Slots are told apart by a number that comes round: what was found long ago is looked for again. */
    void forgetRecent() {
        recent = NONE;
    }

    /** As {@link #find}, which is not asked for a run of packets of one connection: that is what bursts mostly hold. */
    private int recall() {
        if (recent < 0 || !key.isAsBefore() || !table.isStill(recent, key)
                || ConnectionState.isSilent(key.state, nowSeconds, silence)) {
            key.complete(table);
            recent = find();
        }
        return recent;
    }

    /** The entry of the packet's connection, unless that has been silent too long: then it goes. */
    private int find() {
        int slot = table.index().find(key);
        if (slot < 0 || !ConnectionState.isSilent(key.state, nowSeconds, silence)) {
            return slot;
        }
        forget(slot, key.state);
        return NONE;
    }

    /** A packet of a connection. */
    private int follow(int slot, int frameLength, int ingressPort) {
        if (key.protocol == IpProtocol.TCP) {
            int result = tcpTracking.evaluate(slot, key, nowSeconds);
            if (result == TcpTracking.INVALID && isAsUnseen()) {
                forget(slot, key.state);
                return without(frameLength, ingressPort);
            }
            if (result == TcpTracking.INVALID) {
                decision = Layout.decision(key.policy);
                return invalid();
            }
            if (result == TcpTracking.BEGINS_ANEW) {
                forget(slot, key.state);
                return without(frameLength, ingressPort);
            }
        } else {
            touch(slot);
        }
        decision = Layout.decision(key.policy);
        state = standing();
        count(slot, key.side, frameLength);
        return ZoneVerdict.ALLOW;
    }

    /** Whether a connection whose numbers do not fit may have gone on while nobody looked: then it is picked up as if it were not known. */
    private boolean isAsUnseen() {
        int phase = Layout.phase(key.state);
        return table.isCold(nowSeconds) && table.isUnseen(key.state)
                && (tcp.flags & (Tcp.SYN | Tcp.ACK | Tcp.RST)) == Tcp.ACK
                && (phase == ConnectionState.TCP_ESTABLISHED || phase == ConnectionState.TCP_PICKED_UP
                        || phase == ConnectionState.TCP_HALF_CLOSED
                        || phase == ConnectionState.TCP_CLOSING);
    }

    /** As {@link ConnTracker#isFollowed}. */
    boolean isFollowed() {
        return recent >= 0 && (state == PacketState.ESTABLISHED || state == PacketState.REPLY
                || state == PacketState.OPENING);
    }

    /** As {@link ConnTracker#remember}. */
    void remember(int number) {
        remembered.put(number, recent, key);
    }

    /** Connections by number. */
    ConnectionHandles remembered() {
        return remembered;
    }

    private void touch(int slot) {
        long from = key.state;
        long next = Layout.withSeconds(from, nowSeconds);
        if (key.isFirstAnswer()) {
            next = Layout.withPhase(next, Layout.phase(from) + 1) | Layout.IS_REPLIED;
        }
        if (next != from && changes && TableWords.compareAndSet(table.address(slot), from, next)) {
            table.phaseChanged(slot, key.policy, Layout.phase(from), Layout.phase(next));
        }
        key.state = next;
    }

    private PacketState standing() {
        int phase = Layout.phase(key.state);
        if (ConnectionState.isEnding(phase)) {
            return PacketState.CLOSING;
        }
        if (ConnectionState.isSpare(phase)) {
            return PacketState.OPENING;
        }
        return Layout.beginner(key.state) == key.side ? PacketState.ESTABLISHED : PacketState.REPLY;
    }

    private void count(int slot, int side, int frameLength) {
        if (changes) {
            table.count(slot, side, frameLength);
        }
    }

    private void forget(int slot, long entryState) {
        recent = NONE;
        if (changes) {
            table.remove(slot, entryState);
        }
    }

    /**
     * Asks the policies again of a connection, as its first packet did.
     *
     * @return the slot, {@link #NONE} when it is to be a connection no longer, or {@link #DENIED}
     */
    private int judgeAgain(int slot, ConnectionTuple of) {
        int said = Layout.decision(of.policy);
        if ((said & PolicyDecision.KEEP_ESTABLISHED) == 0) {
            said = Layout.beginner(of.state) == of.side ? of.ask(policies) : of.askReversed(policies);
        }
        if (!PolicyDecision.isAllowed(said) || (said & PolicyDecision.STATELESS) != 0) {
            forget(slot, of.state);
            decision = said;
            return PolicyDecision.isAllowed(said) ? NONE : DENIED;
        }
        long next = Layout.withRuling(of.policy, epoch, said);
        if (changes) {
            table.changePolicy(slot, of.state, of.policy, next);
        }
        of.policy = next;
        return slot;
    }

    /** An ICMP error. */
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
            slot = judgeAgain(slot, quoted);
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

    /** A packet of no connection. */
    private int without(int frameLength, int ingressPort) {
        int said = key.ask(policies);
        if (key.protocol == IpProtocol.TCP && (tcp.flags & (Tcp.SYN | Tcp.ACK | Tcp.RST)) != Tcp.SYN) {
            return pickUp(said, frameLength, ingressPort);
        }
        if (key.isAnswer || !PolicyDecision.isAllowed(said) || (said & PolicyDecision.STATELESS) != 0) {
            return withoutBeginning(said);
        }
        return begin(ConnectionState.first(key.protocol), key.side, said, frameLength, ingressPort);
    }

    /** TCP without its beginning: of a connection that the policies would allow, either way, when they let such be picked up. */
    private int pickUp(int said, int frameLength, int ingressPort) {
        if ((tcp.flags & (Tcp.SYN | Tcp.ACK | Tcp.RST)) == Tcp.ACK) {
            if (isPickedUp(said)) {
                return begin(ConnectionState.TCP_PICKED_UP, key.side, said, frameLength, ingressPort);
            }
            int reversed = (said & PolicyDecision.STATELESS) != 0 ? said : key.askReversed(policies);
            if (isPickedUp(reversed)) {
                return begin(ConnectionState.TCP_PICKED_UP, key.side ^ 1, reversed, frameLength, ingressPort);
            }
        }
        return withoutBeginning(said);
    }

    private boolean isPickedUp(int said) {
        return PolicyDecision.isAllowed(said) && (said & PolicyDecision.STATELESS) == 0
                && ((said & PolicyDecision.MIDSTREAM) != 0 || table.isCold(nowSeconds));
    }

    private int begin(int phase, int beginner, int said, int frameLength, int ingressPort) {
        decision = said;
        if (changes) {
            int slot = beginning.begin(phase, beginner, said, epoch, nowSeconds, ingressPort, limits);
            if (slot == NewConnection.MET) {
                slot = find();
                return slot < 0 ? tooMany() : follow(slot, frameLength, ingressPort);
            }
            if (slot < 0) {
                return tooMany();
            }
            recent = slot;
            count(slot, key.side, frameLength);
        } else if (!table.occupancy().admits(key.vlan, ingressPort, limits)) {
            return tooMany();
        }
        state = PacketState.NEW;
        return ZoneVerdict.ALLOW;
    }

    // ---- verdicts --------------------------------------------------------------------------------------------------

    /** A packet that begins nothing: allowed only by a policy that judges packet by packet. */
    private int withoutBeginning(int said) {
        decision = said;
        if (!PolicyDecision.isAllowed(said)) {
            return denied();
        }
        return (said & PolicyDecision.STATELESS) != 0 ? alone(said) : invalid();
    }

    /** A packet that is judged by itself. */
    int alone(int said) {
        decision = said;
        if (!PolicyDecision.isAllowed(said)) {
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
