package net.weft.vswitch.stack;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The live state of a stack, beside the snapshot: ways and keys. The stack protocol stores, workers read; a failing link or member costs
 * one store, whatever the number of ports and MAC entries.
 */
public final class StackLinks {
    private volatile StackRoutes routes = StackRoutes.NONE;
    private final AtomicReferenceArray<@Nullable StackSession> sessions = new AtomicReferenceArray<>(
            StackRoutes.MAX_LINKS);

    private final AtomicIntegerArray cut = new AtomicIntegerArray(StackRoutes.MAX_LINKS);

    /** Uses these ways from the next burst on. */
    public void routes(StackRoutes now) {
        routes = now;
    }

    public StackRoutes routes() {
        return routes;
    }

    /** Uses the keys of another session from now on, or none. */
    public void session(int slot, @Nullable StackSession now) {
        sessions.setRelease(slot, now);
    }

    /** Returns the number of the next frame that is cut for a link. */
    int nextCut(int slot) {
        return cut.getAndIncrement(slot);
    }

    @Nullable
    StackSession session(int slot) {
        return sessions.getAcquire(slot);
    }
}
