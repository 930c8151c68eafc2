package net.weft.vpn;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import net.weft.vswitch.burst.DropReason;

/** Packets of one peer that the gateway dropped before they were frames of the switch, by reason. Any thread. */
final class PeerDrops {
    private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] counts = new long[DropReason.COUNT];
    private final long[] taken = new long[DropReason.COUNT];

    void add(DropReason reason) {
        add(reason, 1);
    }

    void add(DropReason reason, int packets) {
        long unused = (long) COUNT.getAndAdd(counts, reason.ordinal(), (long) packets);
    }

    /** Returns the packets dropped for a reason since the last call. Control thread. */
    long take(DropReason reason) {
        long now = (long) COUNT.getOpaque(counts, reason.ordinal());
        long fresh = now - taken[reason.ordinal()];
        taken[reason.ordinal()] = now;
        return fresh;
    }
}
