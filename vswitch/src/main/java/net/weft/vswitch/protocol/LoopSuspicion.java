package net.weft.vswitch.protocol;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * A loop that one returned probe suggests, until it is confirmed: {@value #PROBES} more probes leave {@value
 * #INTERVAL_NS} ns apart, each with a nonce of its own, and all of them must come back by the same port within {@value
 * #WITHIN_NS} ns. So a probe that was recorded shuts no port, and neither does a frame that came back once by chance.
 */
final class LoopSuspicion {
    static final int PROBES = 3;
    static final long INTERVAL_NS = 50_000_000L;
    static final long WITHIN_NS = 1_000_000_000L;

    final ProtocolPort sender;
    final ProtocolPort receiver;
    /** The VLAN in which the probe left. */
    final int sentVid;
    /** The VLAN in which the probe came back. */
    final int receivedVid;
    private final long[] nonces = new long[PROBES];
    private final long sinceNs;
    private int sent;
    private int returned;

    LoopSuspicion(ProtocolPort sender, int sentVid, ProtocolPort receiver, int receivedVid, RandomGenerator random,
            long nowNs) {
        this.sender = sender;
        this.sentVid = sentVid;
        this.receiver = receiver;
        this.receivedVid = receivedVid;
        sinceNs = nowNs;
        Arrays.setAll(nonces, _ -> random.nextLong() | 1);
    }

    /** Returns the nonce of the confirmation that is due, {@link LoopProbe#SEARCHING} if none is. */
    long takeDue(long nowNs) {
        return sent < PROBES && nowNs - sinceNs >= sent * INTERVAL_NS ? nonces[sent++] : LoopProbe.SEARCHING;
    }

    /** Records a returned confirmation; returns whether all have come back now. Each nonce counts once. */
    boolean confirms(long nonce, int vid) {
        for (int n = 0; n < sent; n++) {
            if (nonces[n] == nonce && vid == receivedVid) {
                int before = returned;
                returned |= 1 << n;
                return before != returned && returned == (1 << PROBES) - 1;
            }
        }
        return false;
    }

    boolean isOver(long nowNs) {
        return nowNs - sinceNs > WITHIN_NS;
    }

    /** Returns whether confirmations are still to be sent. */
    boolean isSending() {
        return sent < PROBES;
    }

    /** Returns the loop in words. */
    String words() {
        return "the switch's own probes left by " + sender.spec().name() + " in VLAN " + sentVid + " and came back by "
                + receiver.spec().name() + " in VLAN " + receivedVid;
    }
}
