package net.weft.vswitch.device.vhost;

import java.util.ArrayList;
import java.util.List;
import net.weft.linux.Fd;
import org.jspecify.annotations.Nullable;

/**
 * The logs of one front end: the one in use, and those that a worker may still write to because its device has not been
 * withdrawn since. Owned by the connection's thread.
 */
final class Logging implements AutoCloseable {
    /** So many replaced logs are kept before a device is withdrawn for them. */
    private static final int MAX_RETIRED = 4;

    private final Notifier written = new Notifier();
    private final List<DirtyLog> retired = new ArrayList<>();
    private @Nullable DirtyLog log;

    /** Whether one more may be replaced while the device runs. */
    boolean hasRoom() {
        return retired.size() < MAX_RETIRED;
    }

    void base(DirtyLog next) {
        retire();
        log = next;
    }

    /** Takes ownership of the eventfd that is signalled when something was logged. */
    void written(@Nullable Fd event) {
        written.replace(event);
    }

    /** Has every ring of a device log what it writes from now on, or cease to. */
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

    /** No device runs: what was replaced is unmapped. */
    void free() {
        retired.forEach(DirtyLog::close);
        retired.clear();
    }

    /** No device runs, and none will with these logs. */
    @Override
    public void close() {
        retire();
        free();
        written.close();
    }
}
