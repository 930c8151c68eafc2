package net.weft.wireguard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Timers of one peer (whitepaper §6) as points in time that the packet path notes and {@link #due} judges. Times are in nanoseconds of a
 * monotonic clock and are never {@link #UNSET}. Workers write without a lock: a race between two of them makes a timer fire a little
 * early or one keep-alive more be sent, nothing else.
 */
@SuppressWarnings("unused") // five fields are used by their handles
final class PeerTimers {
    static final long SECOND_NS = 1_000_000_000;
    static final long REKEY_AFTER_TIME_NS = 120 * SECOND_NS;
    static final long REJECT_AFTER_TIME_NS = 180 * SECOND_NS;
    static final long REKEY_ATTEMPT_TIME_NS = 90 * SECOND_NS;
    static final long REKEY_TIMEOUT_NS = 5 * SECOND_NS;
    static final long KEEPALIVE_TIMEOUT_NS = 10 * SECOND_NS;
    static final long REKEY_TIMEOUT_JITTER_MAX_NS = SECOND_NS / 3;
    /** Who received with a session of its own this old asks for a new one, once, so that it ends in time. */
    static final long REKEY_ON_RECEIVE_NS = REJECT_AFTER_TIME_NS - KEEPALIVE_TIMEOUT_NS - REKEY_TIMEOUT_NS;
    static final long ZERO_AFTER_NS = 3 * REJECT_AFTER_TIME_NS;
    static final long REKEY_AFTER_MESSAGES = 1L << 60;

    /** Bits of {@link #due}. */
    static final int SEND_KEEPALIVE = 1;
    static final int START_HANDSHAKE = 2;
    static final int RETRY_HANDSHAKE = 4;
    static final int GIVE_UP = 8;
    static final int ZERO_KEYS = 16;

    static final long UNSET = Long.MIN_VALUE;

    private static final VarHandle NEW_HANDSHAKE = field("newHandshakeNs");
    private static final VarHandle KEEPALIVE = field("keepaliveNs");
    private static final VarHandle ANOTHER_KEEPALIVE = field("anotherKeepaliveNs");
    private static final VarHandle TRAVERSED = field("traversedNs");
    private static final VarHandle ATTEMPTS_SINCE = field("attemptsSinceNs");

    private long newHandshakeNs = UNSET;
    private long keepaliveNs = UNSET;
    /** Set while data came though a keep-alive was due already. */
    private long anotherKeepaliveNs = UNSET;
    private long traversedNs = UNSET;
    private long attemptsSinceNs = UNSET;

    private volatile long persistentNs;
    /** The two below are written with the peer locked. */
    private volatile long retransmitNs = UNSET;
    private volatile long zeroNs = UNSET;

    private static VarHandle field(String name) {
        try {
            return MethodHandles.lookup().findVarHandle(PeerTimers.class, name, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * @param intervalNs 0 for none
     * @return false if that is how it was
     */
    boolean persistentKeepalive(long intervalNs) {
        boolean isNew = persistentNs != intervalNs;
        persistentNs = intervalNs;
        return isNew;
    }

    boolean isPersistent() {
        return persistentNs > 0;
    }

    long persistentNs() {
        return persistentNs;
    }

    /** @param data false for a keep-alive */
    void packetSent(boolean data, long nowNs, long jitterNs) {
        if (data && (long) NEW_HANDSHAKE.getOpaque(this) == UNSET) {
            NEW_HANDSHAKE.setOpaque(this, nowNs + KEEPALIVE_TIMEOUT_NS + REKEY_TIMEOUT_NS + jitterNs);
        }
        unset(KEEPALIVE);
        TRAVERSED.setOpaque(this, nowNs);
    }

    void packetReceived(boolean data, long nowNs) {
        unset(NEW_HANDSHAKE);
        if (data) {
            if ((long) KEEPALIVE.getOpaque(this) == UNSET) {
                KEEPALIVE.setOpaque(this, nowNs + KEEPALIVE_TIMEOUT_NS);
            } else if ((long) ANOTHER_KEEPALIVE.getOpaque(this) == UNSET) {
                ANOTHER_KEEPALIVE.setOpaque(this, nowNs);
            }
        }
        TRAVERSED.setOpaque(this, nowNs);
    }

    /** Traffic asks for the peer: the 90 s of attempts begin anew. */
    void handshakeAsked(long nowNs) {
        ATTEMPTS_SINCE.setOpaque(this, nowNs);
    }

    /** An initiation goes out. Peer locked. */
    void initiated(long nowNs, long jitterNs) {
        if ((long) ATTEMPTS_SINCE.getOpaque(this) == UNSET) {
            ATTEMPTS_SINCE.setOpaque(this, nowNs);
        }
        retransmitNs = nowNs + REKEY_TIMEOUT_NS + jitterNs;
        responded(nowNs);
    }

    /** A response goes out. */
    void responded(long nowNs) {
        unset(KEEPALIVE);
        TRAVERSED.setOpaque(this, nowNs);
    }

    /** This side's handshake was answered or the other's was confirmed. Peer locked. */
    void handshakeComplete() {
        retransmitNs = UNSET;
        unset(ATTEMPTS_SINCE);
    }

    /** Peer locked. */
    void sessionDerived(long nowNs) {
        zeroNs = nowNs + ZERO_AFTER_NS;
    }

    /** What has fallen due since the last call, as bits; each is answered once. Peer locked. */
    int due(long nowNs, boolean hasKeys) {
        int due = 0;
        if (isPast(retransmitNs, nowNs)) {
            retransmitNs = UNSET;
            long since = (long) ATTEMPTS_SINCE.getOpaque(this);
            if (since != UNSET && nowNs - since >= REKEY_ATTEMPT_TIME_NS) {
                unset(ATTEMPTS_SINCE);
                unset(KEEPALIVE);
                if (zeroNs == UNSET) {
                    zeroNs = nowNs + ZERO_AFTER_NS;
                }
                due |= GIVE_UP;
            } else {
                due |= RETRY_HANDSHAKE;
            }
        }
        if (take(NEW_HANDSHAKE, nowNs)) {
            due |= START_HANDSHAKE;
        }
        if (take(KEEPALIVE, nowNs)) {
            if ((long) ANOTHER_KEEPALIVE.getOpaque(this) != UNSET) {
                unset(ANOTHER_KEEPALIVE);
                KEEPALIVE.setOpaque(this, nowNs + KEEPALIVE_TIMEOUT_NS);
            }
            due |= hasKeys ? SEND_KEEPALIVE : 0;
        }
        if (persistentNs > 0 && isPersistentDue(nowNs)) {
            TRAVERSED.setOpaque(this, nowNs);
            due |= SEND_KEEPALIVE;
        }
        if (isPast(zeroNs, nowNs)) {
            zeroNs = UNSET;
            due |= ZERO_KEYS;
        }
        return due;
    }

    /** True if nothing will fall due. Peer locked. */
    boolean isIdle() {
        return retransmitNs == UNSET && zeroNs == UNSET && persistentNs == 0
                && (long) NEW_HANDSHAKE.getOpaque(this) == UNSET && (long) KEEPALIVE.getOpaque(this) == UNSET;
    }

    private boolean isPersistentDue(long nowNs) {
        long traversed = (long) TRAVERSED.getOpaque(this);
        return traversed == UNSET || nowNs - traversed >= persistentNs;
    }

    /** Ends all but the persistent keep-alive. Peer locked. */
    void stop() {
        unset(NEW_HANDSHAKE);
        unset(KEEPALIVE);
        unset(ANOTHER_KEEPALIVE);
        unset(ATTEMPTS_SINCE);
        retransmitNs = UNSET;
        zeroNs = UNSET;
    }

    private boolean take(VarHandle timer, long nowNs) {
        boolean past = isPast((long) timer.getOpaque(this), nowNs);
        if (past) {
            timer.setOpaque(this, UNSET);
        }
        return past;
    }

    private void unset(VarHandle timer) {
        if ((long) timer.getOpaque(this) != UNSET) {
            timer.setOpaque(this, UNSET);
        }
    }

    private static boolean isPast(long deadlineNs, long nowNs) {
        return deadlineNs != UNSET && nowNs - deadlineNs >= 0;
    }
}
