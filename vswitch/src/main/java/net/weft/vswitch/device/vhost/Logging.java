package net.weft.vswitch.device.vhost;

import java.util.ArrayList;
import java.util.List;
import net.weft.linux.Fd;
import org.jspecify.annotations.Nullable;

/**
 * The dirty logs of one front end: the current one, and replaced ones to which a worker may still write because the
 * device was not withdrawn since. Owned by the connection's thread.
 */
final class Logging implements AutoCloseable {
    /** Largest number of replaced logs kept before the device is withdrawn to free them. */
    private static final int MAX_RETIRED = 4;

    private final Notifier written = new Notifier();
    private final List<DirtyLog> retired = new ArrayList<>();
    private @Nullable DirtyLog log;

    /** Returns whether one more log may be replaced while the device runs. */
    boolean hasRoom() {
        return retired.size() < MAX_RETIRED;
    }

    void base(DirtyLog next) {
        retire();
        log = next;
    }

    /** Takes ownership of the eventfd that is signalled after pages were logged. */
    void written(@Nullable Fd event) {
        written.replace(event);
    }

    /** Starts or stops logging on every ring of a device. */
    void apply(VhostUserDevice device, long features, Vring[] rings, GuestMemory memory)
            throws VhostViolationException {
        DirtyLog current = VirtioNet.has(features, VirtioNet.LOG_ALL) ? log : null;
        if (current != null) {
            current.requireCovers(memory.end(), "the guest's memory");
        }
        for (int n = 0; n < 2 * device.pairs(); n++) {
            device.log(n, current == null ? null : rings[n].log(current, memory, features, written));
        }
    }

    private void retire() {
        DirtyLog old = log;
        log = null;
        if (old != null) {
            retired.add(old);
        }
    }

    /** Unmaps the replaced logs. No device may be running. */
    void free() {
        retired.forEach(DirtyLog::close);
        retired.clear();
    }

    /** Unmaps all logs. No device may be running or use these logs later. */
    @Override
    public void close() {
        retire();
        free();
        written.close();
    }
}
