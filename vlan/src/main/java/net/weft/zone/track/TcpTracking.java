package net.weft.zone.track;

import static net.weft.zone.track.TcpWindows.end;
import static net.weft.zone.track.TcpWindows.granted;
import static net.weft.zone.track.TcpWindows.largestBytes;
import static net.weft.zone.track.TcpWindows.later;

import net.weft.packet.Tcp;

/**
 * Whether a segment is one that its connection expects, and what becomes of the connection (RFC 9293; the bounds are those of Guido van
 * Rooij, "Real stateful TCP packet filtering in IP Filter", 2001).
 * <p>
 * A segment may end no later than its receiver has allowed, may be no older than the largest window its receiver has announced,
 * and may acknowledge only what was sent, and of that no less than a window ago. A reset may not be older than what the other side has
 * acknowledged, and ends the connection only with exactly that number, or with its sender's highest. So retransmissions, keep-alives one byte back,
 * selective acknowledgments and super-frames pass; guesses do not. A window word is written by segments of its own side only, but when the connection opens.
 */
final class TcpTracking {
    /** The segment belongs to the connection. */
    static final int VALID = 0;
    static final int INVALID = 1;
    /** A SYN for a connection that is over: another begins. */
    static final int BEGINS_ANEW = 2;

    private static final int ATTEMPTS = 4;
    /** Another worker has changed the connection meanwhile. */
    private static final int AGAIN = 3;
    private static final int CROSSED = 4;

    private final ConnectionTable table;
    private final TcpSegment tcp;
    private final boolean changes;
    private int slot;
    private int side;
    private long state;
    private long policy;
    private long mine;
    private long other;
    private long scales;
    private int nowSeconds;

    /** @param changes whether connections are changed, not only looked at */
    TcpTracking(ConnectionTable table, TcpSegment tcp, boolean changes) {
        this.table = table;
        this.tcp = tcp;
        this.changes = changes;
    }

    /** Judges a segment of a connection that was found; its new state is in the key. */
    int evaluate(int foundSlot, ConnectionKey key, int now) {
        slot = foundSlot;
        side = key.side;
        state = key.state;
        policy = key.policy;
        nowSeconds = now;
        int result = AGAIN;
        for (int attempt = 0; attempt < ATTEMPTS && result == AGAIN; attempt++) {
            if (attempt > 0) {
                long fresh = table.state(slot);
                if (((fresh ^ state) & Layout.INCARNATION) != 0) {
                    return BEGINS_ANEW;
                }
                state = fresh;
            }
            mine = TableWords.getOpaque(windowOf(side));
            other = TableWords.getOpaque(windowOf(side ^ 1));
            scales = TableWords.getOpaque(table.address(slot) + Layout.SCALES);
            result = step();
        }
        key.state = state;
        return result == AGAIN ? VALID : result;
    }

    private int step() {
        int phase = Layout.phase(state);
        if (phase == ConnectionState.TCP_KILLED) {
            return killed();
        }
        if (phase == ConnectionState.TCP_SYN_SENT) {
            return isBeginner() ? beginnerAgain() : answer();
        }
        if (!TcpWindows.isAnswered(scales)) {
            // It was refused, or given up, before there was anything to compare with.
            return (tcp.flags & (Tcp.SYN | Tcp.ACK)) == Tcp.SYN ? BEGINS_ANEW : INVALID;
        }
        if (tcp.isSyn()) {
            int result = synAgain(phase);
            if (result != CROSSED) {
                return result;
            }
        }
        return segment(phase);
    }

    /** Nothing of it passes, however long it is sent; what begins with a SYN is another. */
    private int killed() {
        if ((tcp.flags & (Tcp.SYN | Tcp.ACK)) == Tcp.SYN) {
            return BEGINS_ANEW;
        }
        var unused = become(ConnectionState.TCP_KILLED, 0);
        return INVALID;
    }

    private boolean isBeginner() {
        return Layout.beginner(state) == side;
    }

    // ---- opening ---------------------------------------------------------------------------------------------------

    /** The side that sent a SYN again, before any answer. */
    private int beginnerAgain() {
        if (tcp.isReset()) {
            // It may answer a stray acknowledgment, whose numbers are not of this connection.
            return tcp.sequence == end(mine) ? become(ConnectionState.TCP_CLOSED, resetBit()) : VALID;
        }
        if ((tcp.flags & (Tcp.SYN | Tcp.ACK)) != Tcp.SYN) {
            return INVALID;
        }
        if (TcpWindows.isAnswered(scales)) {
            // Another worker has the answer in its hands.
            return VALID;
        }
        if (!isSameSyn()) {
            return setScales(TcpWindows.withNewSyn(scales, tcp.sequence))
                    ? become(ConnectionState.TCP_SYN_SENT, 0)
                    : AGAIN;
        }
        // Sent again, perhaps without its data or some of its options: the answer may be to either.
        return setScales(TcpWindows.ofSynAgain(scales, side, tcp.window, tcp.scale))
                && setWindow(side, mine, TcpWindows.window(later(end(mine), tcp.end), granted(mine)))
                        ? become(ConnectionState.TCP_SYN_SENT, 0)
                        : AGAIN;
    }

    /** Whether a SYN has the number of that which has begun the connection. */
    private boolean isSameSyn() {
        return tcp.sequence + 1 == acknowledged(side);
    }

    /** What the other side says first. */
    private int answer() {
        int behind = end(other) - tcp.acknowledgment;
        boolean isExact = behind == 0 || tcp.acknowledgment == acknowledged(side ^ 1);
        boolean isOfNewSyn = tcp.isAck() && !isExact && TcpWindows.acknowledgesNewSyn(scales, tcp.acknowledgment);
        boolean acknowledges = tcp.isAck() && (isOfNewSyn || behind >= 0 && behind < TcpWindows.MAX_ACK_WINDOW);
        if (tcp.isReset()) {
            return !acknowledges
                    ? INVALID
                    : isExact || isOfNewSyn ? become(ConnectionState.TCP_CLOSED, resetBit()) : VALID;
        }
        if (!tcp.isSyn()) {
            // An old connection's end that knows nothing of the new one says where it stands; a reset will follow.
            return tcp.isAck() && tcp.length == 0 && !tcp.isFin() ? VALID : INVALID;
        }
        if (tcp.isAck() && !acknowledges) {
            return INVALID;
        }
        long answered = TcpWindows.ofAnswer(scales, side, tcp.window, tcp.scale);
        int from = tcp.isAck() ? tcp.acknowledgment : end(other);
        int sent = isOfNewSyn ? tcp.acknowledgment : end(other);
        return setWindow(side ^ 1, other, TcpWindows.window(sent, tcp.end + largestBytes(answered, side ^ 1)))
                && setAcknowledged(side, tcp.sequence + 1)
                && (!tcp.isAck() || setAcknowledged(side ^ 1, tcp.acknowledgment))
                && setWindow(side, mine, TcpWindows.window(tcp.end, from + Math.max(tcp.window, 1)))
                && setScales(answered)
                        ? become(ConnectionState.TCP_SYN_RECEIVED, Layout.IS_REPLIED | Layout.SEEN << side)
                        : AGAIN;
    }

    /** A SYN where both sides have been heard of. {@link #CROSSED}: judge it by its numbers. */
    private int synAgain(int phase) {
        if (tcp.isAck()) {
            boolean renumbered = phase == ConnectionState.TCP_SYN_RECEIVED && !isBeginner() && !isInWindow()
                    && isAcknowledgmentValid();
            if (!renumbered) {
                return CROSSED;
            }
            // The answer to a SYN sent again may count from elsewhere, as SYN cookies do (RFC 4987, 3.6).
            return setAcknowledged(side, tcp.sequence + 1)
                    && setWindow(side, mine, TcpWindows.window(tcp.end, tcp.acknowledgment + Math.max(tcp.window, 1)))
                    && setWindow(side ^ 1, other,
                            TcpWindows.window(end(other), tcp.end + largestBytes(scales, side ^ 1)))
                                    ? become(phase, 0)
                                    : AGAIN;
        }
        if (phase == ConnectionState.TCP_CLOSED) {
            return BEGINS_ANEW;
        }
        if (isBeginner()) {
            // A station that has forgotten the connection: the other will tell it (RFC 9293, 3.5.1; RFC 5961, 4), or has forgotten it too.
            boolean isNew = phase != ConnectionState.TCP_SYN_RECEIVED || !isSameSyn();
            return !isNew || setScales(TcpWindows.withNewSyn(scales, tcp.sequence)) ? VALID : AGAIN;
        }
        return phase == ConnectionState.TCP_SYN_RECEIVED && isSameSyn() ? VALID : INVALID;
    }

    // ---- open ------------------------------------------------------------------------------------------------------

    private int segment(int phase) {
        if (!isInWindow() || tcp.isAck() && !isAcknowledgmentValid()
                || tcp.isReset() && tcp.sequence - acknowledged(side) < 0) {
            return forgotten();
        }
        if (tcp.isReset()) {
            // Its receiver believes no other, and asks for one that is exact (RFC 5961, 3.2).
            boolean isExact = tcp.sequence == acknowledged(side) || tcp.sequence == end(mine);
            return isExact ? become(ConnectionState.TCP_CLOSED, resetBit() | Layout.SEEN << side) : VALID;
        }
        if (!takeNumbers()) {
            return AGAIN;
        }
        long flags = Layout.SEEN << side | (tcp.isFragment ? Layout.IS_LIBERAL : 0);
        if (!isBeginner()) {
            flags |= Layout.IS_REPLIED;
        }
        long cleared = 0;
        int next = phase;
        if (phase == ConnectionState.TCP_SYN_RECEIVED && isBeginner() && tcp.isAck()) {
            next = ConnectionState.TCP_ESTABLISHED;
        } else if (phase == ConnectionState.TCP_PICKED_UP && (state & Layout.SEEN << (side ^ 1)) != 0) {
            next = ConnectionState.TCP_ESTABLISHED;
        } else if (phase == ConnectionState.TCP_CLOSED && (state & resetBit()) != 0) {
            // Who has reset does not go on: it was somebody else, or in vain.
            cleared = resetBit();
            next = ConnectionState.byFins(state);
        }
        if (tcp.isFin()) {
            flags |= Layout.FIN << side;
            next = next == ConnectionState.TCP_CLOSED ? next : ConnectionState.byFins(state | flags);
        }
        if (tcp.isAck() && (state & Layout.FIN << (side ^ 1)) != 0 && tcp.acknowledgment == end(other)) {
            flags |= Layout.FIN_ACKED << (side ^ 1);
        }
        long acked = Layout.FIN_ACKED | Layout.FIN_ACKED << 1;
        return become(((state | flags) & acked) == acked ? ConnectionState.TCP_CLOSED : next, flags, cleared);
    }

    /**
     * A segment with other numbers. Where it answers the SYN of a station that had forgotten the connection, its sender has forgotten it too: a
     * refusal passes, and else the SYN, when it is sent again, begins anew.
     */
    private int forgotten() {
        boolean answers = !isBeginner() && tcp.isAck() && (tcp.isSyn() || tcp.isReset())
                && TcpWindows.acknowledgesNewSyn(scales, tcp.acknowledgment);
        if (!answers) {
            return INVALID;
        }
        int result = become(ConnectionState.TCP_CLOSED, tcp.isReset() ? resetBit() | Layout.SEEN << side : 0);
        return result == VALID && tcp.isSyn() ? INVALID : result;
    }

    private boolean isInWindow() {
        return tcp.end - granted(other) <= 1 && tcp.end - end(mine) >= -largestBytes(scales, side ^ 1);
    }

    private boolean isAcknowledgmentValid() {
        int behind = end(other) - tcp.acknowledgment;
        int window = Math.max(largestBytes(scales, side), tcp.window << scale());
        if (behind < 0) {
            return (state & Layout.IS_LIBERAL) != 0 && behind >= -TcpWindows.LARGEST_WINDOW && !tcp.isReset();
        }
        return behind <= Math.max(window, TcpWindows.MAX_ACK_WINDOW);
    }

    private int scale() {
        return tcp.isSyn() ? 0 : TcpWindows.scale(scales, side);
    }

    /** Moves the windows forward. */
    private boolean takeNumbers() {
        if (!tcp.isSyn() && tcp.window > TcpWindows.largest(scales, side)
                && !setScales(TcpWindows.withLargest(scales, side, tcp.window))) {
            return false;
        }
        int granted = granted(mine);
        if (tcp.isAck()) {
            granted = later(granted, tcp.acknowledgment + Math.max(tcp.window << scale(), 1));
            if (!setAcknowledged(side ^ 1, later(acknowledged(side ^ 1), tcp.acknowledgment))) {
                return false;
            }
            if (tcp.acknowledgment - end(other) > 0
                    && !setWindow(side ^ 1, other, TcpWindows.window(tcp.acknowledgment, granted(other)))) {
                return false;
            }
        }
        return setWindow(side, mine, TcpWindows.window(later(end(mine), tcp.end), granted));
    }

    // ---- changing --------------------------------------------------------------------------------------------------

    private long resetBit() {
        return Layout.RESET << side;
    }

    private long windowOf(int whose) {
        return table.address(slot) + Layout.WINDOWS + whose * 8L;
    }

    private boolean setWindow(int whose, long from, long to) {
        return from == to || !changes || TableWords.compareAndSet(windowOf(whose), from, to);
    }

    /** Up to where the other side has acknowledged what this one has sent: at first, its SYN. */
    private int acknowledged(int whose) {
        return TableWords.getIntOpaque(acknowledgedOf(whose));
    }

    private boolean setAcknowledged(int whose, int to) {
        int from = acknowledged(whose);
        return from == to || !changes || TableWords.compareAndSet(acknowledgedOf(whose), from, to);
    }

    private long acknowledgedOf(int whose) {
        return table.address(slot) + Layout.COUNTERS + (whose ^ 1) * 16L + Layout.ACKNOWLEDGMENT;
    }

    private boolean setScales(long to) {
        return scales == to || !changes
                || TableWords.compareAndSet(table.address(slot) + Layout.SCALES, scales, to);
    }

    private int become(int phase, long flags) {
        return become(phase, flags, 0);
    }

    private int become(int phase, long set, long cleared) {
        long next = Layout.withSeconds(Layout.withPhase(state & ~cleared | set, phase), nowSeconds);
        if (next != state && changes) {
            if (!TableWords.compareAndSet(table.address(slot), state, next)) {
                return AGAIN;
            }
            table.phaseChanged(slot, policy, Layout.phase(state), phase);
        }
        state = next;
        return VALID;
    }
}
