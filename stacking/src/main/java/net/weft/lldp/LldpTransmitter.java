package net.weft.lldp;

import static net.weft.lldp.LldpPort.SECOND_NS;

/** When a port sends: the transmit timer machine of IEEE 802.1AB-2016, 9.2.10, with its credit of five frames. */
final class LldpTransmitter {
    static final int FAST_FRAMES = 4;
    static final int MOST_CREDIT = 5;
    static final long FAST_INTERVAL_NS = SECOND_NS;
    /** A port that has taken back what it said is silent for so long (reinitDelay). */
    static final long REINITIALIZATION_NS = 2 * SECOND_NS;

    private boolean running;
    private boolean due;
    private int fastLeft;
    private int credit = MOST_CREDIT;
    private long creditSinceNs;
    private long nextNs;
    private boolean silenced;
    private long silentUntilNs;

    /** Sends at once, or when the silence after {@link #silence} is over, and from then on. */
    void start(long nowNs) {
        if (!running) {
            running = true;
            due = true;
            fastLeft = 0;
            credit = MOST_CREDIT;
            creditSinceNs = nowNs;
            nextNs = nowNs + silenceNs(nowNs);
        }
    }

    void stop() {
        running = false;
        due = false;
    }

    /** Stops, and does not start again for a while. */
    void silence(long nowNs) {
        stop();
        silenced = true;
        silentUntilNs = nowNs + REINITIALIZATION_NS;
    }

    private long silenceNs(long nowNs) {
        silenced = silenced && silentUntilNs - nowNs > 0;
        return silenced ? silentUntilNs - nowNs : 0;
    }

    boolean running() {
        return running;
    }

    /** What is said has changed. */
    void changed() {
        due = running;
    }

    /** A new neighbour is there: a few frames follow quickly, so that it does not wait for the interval. */
    void hurry(long nowNs) {
        if (running && fastLeft == 0) {
            fastLeft = FAST_FRAMES;
            nextNs = nowNs;
        }
    }

    /** Whether a frame leaves now; then it is accounted for. */
    boolean admit(long nowNs, long intervalNs) {
        if (!running || silenceNs(nowNs) > 0) {
            return false;
        }
        refill(nowNs);
        if (nowNs - nextNs >= 0) {
            due = true;
            fastLeft = Math.max(fastLeft - 1, 0);
            nextNs = nowNs + (fastLeft > 0 ? FAST_INTERVAL_NS : intervalNs);
        }
        if (!due || credit == 0) {
            return false;
        }
        due = false;
        credit--;
        return true;
    }

    /** Nanoseconds until a frame leaves, {@link Long#MAX_VALUE} when none will. */
    long remainingNs(long nowNs) {
        if (!running) {
            return Long.MAX_VALUE;
        }
        long silence = silenceNs(nowNs);
        if (silence > 0) {
            return silence;
        }
        long untilCredit = Math.max(creditSinceNs + SECOND_NS - nowNs, 0);
        return due ? (credit > 0 ? 0 : untilCredit) : Math.max(nextNs - nowNs, 0);
    }

    private void refill(long nowNs) {
        long earned = (nowNs - creditSinceNs) / SECOND_NS;
        creditSinceNs += earned * SECOND_NS;
        credit = (int) Math.min(MOST_CREDIT, credit + earned);
    }
}
