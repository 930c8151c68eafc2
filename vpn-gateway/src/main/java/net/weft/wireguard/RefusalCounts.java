package net.weft.wireguard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** One counter for each {@link Refusal}, raised by any thread. */
public final class RefusalCounts {
    private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] counts = new long[Refusal.values().length];

    void add(Refusal refusal) {
        long unused = (long) COUNT.getAndAdd(counts, refusal.ordinal(), 1L);
    }

    public long count(Refusal refusal) {
        return (long) COUNT.getVolatile(counts, refusal.ordinal());
    }

    public long total() {
        long total = 0;
        for (Refusal refusal : Refusal.values()) {
            total += count(refusal);
        }
        return total;
    }
}
