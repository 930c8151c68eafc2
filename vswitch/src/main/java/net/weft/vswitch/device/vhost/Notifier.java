package net.weft.vswitch.device.vhost;

import java.util.concurrent.atomic.AtomicBoolean;
import net.weft.linux.EventFd;
import net.weft.linux.FaultCalls;
import net.weft.linux.Fd;
import org.jspecify.annotations.Nullable;

/**
 * The eventfd by which a guest is interrupted. The hypervisor changes it while the ring runs, so signalling and changing
 * exclude each other: nobody writes to a descriptor number that was closed meanwhile.
 */
final class Notifier implements AutoCloseable {
    private final AtomicBoolean claimed = new AtomicBoolean();
    private @Nullable EventFd event;

    /** Interrupts the guest if it gave a way to. Any thread. */
    void signal() {
        FaultCalls.deliver(); // one of the ring's, thrown behind the claim, would leave it claimed for ever
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

    /** Takes ownership of a new eventfd, or of none, and signals it: what was missed in between is looked for. */
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
