package net.weft.wireguard;

import org.jspecify.annotations.Nullable;

/**
 * The key pairs of one peer and the handshake that waits for an answer. They move as the whitepaper says: an answered initiation of this
 * side becomes {@code current} and moves {@code current} to {@code previous}; an initiation of the other side becomes {@code next} and
 * moves nothing, until a packet under its keys proves that the other side has them. In particular a replayed initiation ends no session.
 *
 * <p>Workers read without a lock; whoever changes something holds the peer's monitor. A pair that leaves is zeroed and its index freed.
 */
final class Sessions {
    private final IndexTable indices;
    private volatile @Nullable KeyPair previous;
    private volatile @Nullable KeyPair current;
    private volatile @Nullable KeyPair next;
    private volatile @Nullable InitiatorHandshake pending;

    Sessions(IndexTable indices) {
        this.indices = indices;
    }

    @Nullable
    KeyPair previous() {
        return previous;
    }

    @Nullable
    KeyPair next() {
        return next;
    }

    @Nullable
    InitiatorHandshake pending() {
        return pending;
    }

    /** The pair to seal with, or null if there is none that may be used any more. */
    @Nullable
    KeyPair current(long nowNs) {
        KeyPair pair = current;
        return pair != null && pair.isAlive() && pair.ageNs(nowNs) < PeerTimers.REJECT_AFTER_TIME_NS ? pair : null;
    }

    /** Puts a handshake of this side in place of the one that waits. */
    void pending(@Nullable InitiatorHandshake handshake) {
        InitiatorHandshake before = pending;
        pending = handshake;
        if (before != null && before != handshake) {
            indices.remove(before.entry().index());
            before.zero();
        }
    }

    /** The other side began a handshake and was answered: the pair waits until it is confirmed. */
    void answered(KeyPair pair) {
        end(next);
        next = pair;
    }

    /** This side's handshake was answered; its index is the pair's now. */
    void begun(KeyPair pair) {
        InitiatorHandshake done = pending;
        pending = null;
        if (done != null) {
            done.zero();
        }
        end(previous);
        if (next != null) {
            end(current);
            previous = next;
            next = null;
        } else {
            previous = current;
        }
        current = pair;
    }

    /** A packet under the pair's keys came: true if the pair waited for that and is the current one now. */
    boolean confirm(KeyPair pair) {
        if (next != pair) {
            return false;
        }
        end(previous);
        previous = current;
        current = pair;
        next = null;
        pair.confirm();
        return true;
    }

    /** Ends all pairs and the handshake. */
    void zero() {
        pending(null);
        end(previous);
        end(current);
        end(next);
        previous = null;
        current = null;
        next = null;
    }

    private void end(@Nullable KeyPair pair) {
        if (pair != null) {
            indices.remove(pair.localIndex());
            pair.zero();
        }
    }
}
