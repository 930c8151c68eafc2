package net.weft.vswitch.attach;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import net.weft.vswitch.burst.Burst;
import org.jspecify.annotations.Nullable;

/**
 * What the workers tell of a guest on its way to another attachment: that a frame came in by the new one, which is the moment
 * from which frames for the port go there, and that the guest was given its first. Any thread; times are
 * {@link System#nanoTime()}.
 */
final class Switchover {
    /** How and when the guest announced itself. */
    record Announced(GuestAnnouncement by, long atNs) {
    }

    private final Runnable onAnnounced;
    private final AtomicReference<@Nullable Announced> announced = new AtomicReference<>();
    private final AtomicLong readyNs = new AtomicLong();
    private final AtomicLong firstFrameNs = new AtomicLong();

    /** @param onAnnounced called once, by the worker that saw the announcement; must not block */
    Switchover(Runnable onAnnounced) {
        this.onAnnounced = onAnnounced;
    }

    /** The guest can take frames by the new attachment. */
    void ready(long atNs) {
        if (firstFrameNs.get() == 0) {
            readyNs.set(atNs);
        }
    }

    /** A burst of at least one frame came in by the new attachment. */
    void received(Burst burst) {
        if (announced.get() == null
                && announced.compareAndSet(null, new Announced(GuestAnnouncement.of(burst), System.nanoTime()))) {
            onAnnounced.run();
        }
    }

    /** A frame was put into the guest's memory by the new attachment. */
    void delivered() {
        if (firstFrameNs.get() == 0) {
            firstFrameNs.compareAndSet(0, System.nanoTime());
        }
    }

    /** Whether frames go to the new attachment, whatever the old one does. */
    boolean isAnnounced() {
        return announced.get() != null;
    }

    @Nullable
    Announced announced() {
        return announced.get();
    }

    /** When the guest could first take frames by the new attachment; 0 before. */
    long readyNs() {
        return readyNs.get();
    }

    /** When the first was given to it; 0 before. */
    long firstFrameNs() {
        return firstFrameNs.get();
    }
}
