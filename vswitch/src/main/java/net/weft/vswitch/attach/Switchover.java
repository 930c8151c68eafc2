package net.weft.vswitch.attach;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import net.weft.vswitch.burst.Burst;
import org.jspecify.annotations.Nullable;

/**
 * The moment at which the workers switch a migrating guest over to its new attachment: when the first frame is received
 * there. From then on, frames for the port go to the new attachment. Also records when the guest was ready and when its
 * first frame was delivered. Any thread; times are {@link System#nanoTime()}.
 */
final class Switchover {
    /** How and when the guest announced itself. */
    record Announced(GuestAnnouncement by, long atNs) {
    }

    private final Runnable onAnnounced;
    private final AtomicReference<@Nullable Announced> announced = new AtomicReference<>();
    private final AtomicLong readyNs = new AtomicLong();
    private final AtomicLong firstFrameNs = new AtomicLong();

    /** @param onAnnounced called once, by the worker that received the announcement; must not block */
    Switchover(Runnable onAnnounced) {
        this.onAnnounced = onAnnounced;
    }

    /** Records when the guest could receive frames at the new attachment. */
    void ready(long atNs) {
        if (firstFrameNs.get() == 0) {
            readyNs.set(atNs);
        }
    }

    /** Handles a non-empty burst that was received from the new attachment; the first one is the announcement. */
    void received(Burst burst) {
        if (announced.get() == null
                && announced.compareAndSet(null, new Announced(GuestAnnouncement.of(burst), System.nanoTime()))) {
            onAnnounced.run();
        }
    }

    /** Records that a frame was delivered to the guest at the new attachment. */
    void delivered() {
        if (firstFrameNs.get() == 0) {
            firstFrameNs.compareAndSet(0, System.nanoTime());
        }
    }

    /** Returns whether the guest has announced itself, so that frames go to the new attachment in any case. */
    boolean isAnnounced() {
        return announced.get() != null;
    }

    @Nullable
    Announced announced() {
        return announced.get();
    }

    /** When the guest could first receive frames at the new attachment; 0 before. */
    long readyNs() {
        return readyNs.get();
    }

    /** When the first frame was delivered at the new attachment; 0 before. */
    long firstFrameNs() {
        return firstFrameNs.get();
    }
}
