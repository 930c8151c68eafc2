package net.weft.zone.track;

import static net.weft.zone.track.TcpWindows.end;
import static net.weft.zone.track.TcpWindows.granted;
import static net.weft.zone.track.TcpWindows.largestBytes;
import static net.weft.zone.track.TcpWindows.later;

import net.weft.packet.Tcp;

/**
 * Decides whether a segment fits its connection, and updates the connection (RFC 9293; the bounds are those of Guido
 * van Rooij, "Real stateful TCP packet filtering in IP Filter", 2001).
 * <p>
 * A segment must end within the window that its receiver has granted, must not be older than the largest window its
 * receiver has announced, and may acknowledge only data that was sent, no more than a window ago. A reset must not be
 * older than what the other side has acknowledged, and ends the connection only with exactly that number, or with its
 * sender's highest. So retransmissions, keep-alives one byte back, selective acknowledgments and super-frames pass;
 * guessed numbers do not. Only segments of a side itself write its window word, except while the connection opens.
 */
final class TcpTracking {
    /** The segment belongs to the connection. */
    static final int VALID = 0;
    static final int INVALID = 1;
    /** A SYN for a connection that is over: a new connection begins. */
    static final int BEGINS_ANEW = 2;

    private static final int ATTEMPTS = 4;
    /** Another worker has changed the connection concurrently; evaluate again. */
    private static final int RETRY = 3;
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

    /** @param changes false to leave connections unchanged, for traces */
    TcpTracking(ConnectionTable table, TcpSegment tcp, boolean changes) {
        this.table = table;
        this.tcp = tcp;
        this.changes = changes;
    }

    /** Evaluates a segment of a connection that was found; the new state word is in the key. */
    int evaluate(int foundSlot, ConnectionKey key, int now) {
        slot = foundSlot;
        side = key.side;
        state = key.state;
        policy = key.policy;
        nowSeconds = now;
        int result = RETRY;
        for (int attempt = 0; attempt < ATTEMPTS && result == RETRY; attempt++) {
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
        return result == RETRY ? VALID : result;
    }

    private int step() {
        int phase = ConnectionState.base(Layout.phase(state));
        if (phase == ConnectionState.TCP_KILLED) {
            return killed();
        }
        if (phase == ConnectionState.TCP_SYN_SENT) {
            return isBeginner() ? beforeAnswer() : answer();
        }
        if (!TcpWindows.isAnswered(scales)) {
            // It was rejected, or evicted, before there was anything to compare with.
            return (tcp.flags & (Tcp.SYN | Tcp.ACK)) == Tcp.SYN ? BEGINS_ANEW : INVALID;
        }
        if (tcp.isSyn()) {
            int result = laterSyn(phase);
            if (result != CROSSED) {
                return result;
            }
        }
        return segment(phase);
    }

    /** Drops all segments of a killed connection; a SYN begins a new connection. */
    private int killed() {
        if ((tcp.flags & (Tcp.SYN | Tcp.ACK)) == Tcp.SYN) {
            return BEGINS_ANEW;
        }
        var unused = moveTo(ConnectionState.TCP_KILLED, 0);
        return INVALID;
    }

    private boolean isBeginner() {
        return Layout.beginner(state) == side;
    }

    // ---- opening ---------------------------------------------------------------------------------------------------

    /** Evaluates a further segment of the side that sent the SYN, before any answer. */
    private int beforeAnswer() {
        if (tcp.isReset()) {
            // It may answer a stray acknowledgment, whose numbers are not of this connection.
            return tcp.sequence == end(mine) ? moveTo(ConnectionState.TCP_CLOSED, resetBit()) : VALID;
        }
        if ((tcp.flags & (Tcp.SYN | Tcp.ACK)) != Tcp.SYN) {
            return INVALID;
        }
        if (TcpWindows.isAnswered(scales)) {
            // Another worker is processing the answer.
            return VALID;
        }
        if (!isSameSyn()) {
            return setScales(TcpWindows.withNewSyn(scales, tcp.sequence))
                    ? moveTo(Layout.phase(state), 0)
                    : RETRY;
        }
        // A retransmission, perhaps without its data or some of its options: the answer may be to either.
        return setScales(TcpWindows.ofSynAgain(scales, side, tcp.window, tcp.scale))
                && setWindow(side, mine, TcpWindows.window(later(end(mine), tcp.end), granted(mine)))
                        ? moveTo(Layout.phase(state), 0)
                        : RETRY;
    }

    /** Returns whether a SYN has the sequence number of the one that opened the connection. */
    private boolean isSameSyn() {
        return tcp.sequence + 1 == acknowledged(side);
    }

    /** Evaluates the first segment of the responder. */
    private int answer() {
        int behind = end(other) - tcp.acknowledgment;
        boolean isExact = behind == 0 || tcp.acknowledgment == acknowledged(side ^ 1);
        boolean isOfNewSyn = tcp.isAck() && !isExact && TcpWindows.acknowledgesNewSyn(scales, tcp.acknowledgment);
        boolean acknowledges = tcp.isAck() && (isOfNewSyn || behind >= 0 && behind < TcpWindows.MAX_ACK_WINDOW);
        if (tcp.isReset()) {
            return !acknowledges
                    ? INVALID
                    : isExact || isOfNewSyn
                            ? moveTo(ConnectionState.TCP_CLOSED, resetBit() | Layout.IS_REPLIED)
                            : VALID;
        }
        if (!tcp.isSyn()) {
            // The endpoint of an old connection, which does not know the new one, acknowledges its own position; a
            // reset will follow.
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
                        ? moveTo(ConnectionState.TCP_SYN_RECEIVED, Layout.IS_REPLIED | Layout.SEEN << side)
                        : RETRY;
    }

    /**
     * Evaluates a SYN after both sides have been seen. Returns {@link #CROSSED} if it must be evaluated by its sequence
     * numbers.
     */
    private int laterSyn(int phase) {
        if (tcp.isAck()) {
            boolean renumbered = phase == ConnectionState.TCP_SYN_RECEIVED && !isBeginner() && !isInWindow()
                    && isAcknowledgmentValid();
            if (!renumbered) {
                return CROSSED;
            }
            // The answer to a retransmitted SYN may have another sequence number, as with SYN cookies (RFC 4987, 3.6).
            return setAcknowledged(side, tcp.sequence + 1)
                    && setWindow(side, mine, TcpWindows.window(tcp.end, tcp.acknowledgment + Math.max(tcp.window, 1)))
                    && setWindow(side ^ 1, other,
                            TcpWindows.window(end(other), tcp.end + largestBytes(scales, side ^ 1)))
                                    ? moveTo(phase, 0)
                                    : RETRY;
        }
        if (phase == ConnectionState.TCP_CLOSED) {
            return BEGINS_ANEW;
        }
        if (isBeginner()) {
            // A host that has lost the connection: the other side will notify it (RFC 9293, 3.5.1; RFC 5961, 4), or
            // has lost it too.
            boolean isNew = phase != ConnectionState.TCP_SYN_RECEIVED || !isSameSyn();
            return !isNew || setScales(TcpWindows.withNewSyn(scales, tcp.sequence)) ? VALID : RETRY;
        }
        return phase == ConnectionState.TCP_SYN_RECEIVED && isSameSyn() ? VALID : INVALID;
    }

    // ---- open ------------------------------------------------------------------------------------------------------

    private int segment(int phase) {
        if (!isInWindow() || tcp.isAck() && !isAcknowledgmentValid()
                || tcp.isReset() && tcp.sequence - acknowledged(side) < 0) {
            return outOfWindow();
        }
        if (tcp.isReset()) {
            // The receiver accepts no other reset, and requests an exact one (RFC 5961, 3.2).
            boolean isExact = tcp.sequence == acknowledged(side) || tcp.sequence == end(mine);
            return isExact ? moveTo(ConnectionState.TCP_CLOSED, resetBit() | Layout.SEEN << side) : VALID;
        }
        if (!advanceWindows()) {
            return RETRY;
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
            // A host that has reset does not go on sending: the reset was forged, or had no effect.
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
        return moveTo(((state | flags) & acked) == acked ? ConnectionState.TCP_CLOSED : next, flags, cleared);
    }

    /**
     * Evaluates a segment outside the window. If it answers the SYN of a host that had lost the connection, its sender
     * has lost it too: a reset passes; otherwise the retransmitted SYN begins a new connection.
     */
    private int outOfWindow() {
        boolean answers = !isBeginner() && tcp.isAck() && (tcp.isSyn() || tcp.isReset())
                && TcpWindows.acknowledgesNewSyn(scales, tcp.acknowledgment);
        if (!answers) {
            return INVALID;
        }
        int result = moveTo(ConnectionState.TCP_CLOSED, tcp.isReset() ? resetBit() | Layout.SEEN << side : 0);
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

    /** Advances the windows; returns false when another worker has changed them. */
    private boolean advanceWindows() {
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

    /** Returns the sequence number up to which the other side has acknowledged what a side sent; at first, its SYN. */
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

    private int moveTo(int phase, long flags) {
        return moveTo(phase, flags, 0);
    }

    private int moveTo(int phase, long set, long cleared) {
        long next = Layout.withSeconds(Layout.withPhase(state & ~cleared | set, phase), nowSeconds);
        if (next != state && changes) {
            if (!TableWords.compareAndSet(table.address(slot), state, next)) {
                return RETRY;
            }
            table.phaseChanged(slot, policy, Layout.phase(state), phase);
        }
        state = next;
        return VALID;
    }
}
