package net.weft.vpn;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import net.weft.vswitch.burst.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * Packets of one port that the gateway dropped before they were frames of the switch, by reason. When the port goes, an heir counts what
 * was not reported yet and what is still to come. Any thread.
 */
final class PeerDrops {
    private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] counts = new long[DropReason.COUNT];
    private volatile @Nullable PeerDrops heir;
    private volatile boolean fresh;

    void add(DropReason reason) {
        add(reason, 1);
    }

    void add(DropReason reason, long packets) {
        if (packets == 0) {
            return;
        }
        long unused = (long) COUNT.getAndAdd(counts, reason.ordinal(), packets);
        if (!fresh) {
            fresh = true; // after the addition, so that whoever clears it sees that in the counts
        }
        PeerDrops to = heir;
        if (to != null) {
            to.add(reason, take(reason)); // after the addition, so that whoever moves the counts sees it, or this does
        }
    }

    /** Returns whether packets may have been dropped since the last call; the counts are to be taken then. */
    boolean takeFresh() {
        boolean was = fresh;
        if (was) {
            fresh = false;
        }
        return was;
    }

    /** Returns the packets dropped for a reason since the last call. */
    long take(DropReason reason) {
        boolean isNone = (long) COUNT.getVolatile(counts, reason.ordinal()) == 0; // almost always, and asked for each port
        return isNone ? 0 : (long) COUNT.getAndSet(counts, reason.ordinal(), 0L);
    }

    /** Lets another count what this has not reported, now and from now on. */
    void leaveTo(PeerDrops other) {
        heir = other;
        for (DropReason reason : DropReason.values()) {
            other.add(reason, take(reason));
        }
    }
}
