package net.weft.vswitch.device.vhost;

import java.util.concurrent.atomic.AtomicBoolean;
import net.weft.linux.EventFd;
import net.weft.linux.FaultCalls;
import net.weft.linux.Fd;
import org.jspecify.annotations.Nullable;

/**
 * The eventfd that interrupts a guest. The hypervisor may replace it while the ring runs, so {@link #signal} and {@link
 * #replace} exclude each other: no thread writes to a descriptor number that was closed meanwhile.
 */
final class Notifier implements AutoCloseable {
    private final AtomicBoolean claimed = new AtomicBoolean();
    private @Nullable EventFd event;

    /** Interrupts the guest, if there is an eventfd. Any thread. */
    void signal() {
        FaultCalls.deliver(); // a pending fault of the ring, thrown after the claim, would leave it claimed forever
        claim();
        try {
            EventFd current = event;
            if (current != null) {
                current.signal();
            }
        } finally {
            claimed.setRelease(false);
        }
    }

    /**
     * Takes ownership of a new eventfd, or of none, and signals it, so that the guest checks for completions that it
     * missed in between.
     */
    void replace(@Nullable Fd next) {
        EventFd wrapped = next == null ? null : new EventFd(next);
        FaultCalls.deliver();
        claim();
        EventFd old = event;
        event = wrapped;
        claimed.setRelease(false);
        if (old != null) {
            old.close();
        }
        signal();
    }

    private void claim() {
        while (!claimed.compareAndSet(false, true)) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        replace(null);
    }
}
