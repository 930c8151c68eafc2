package net.weft.examples.attack;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import net.weft.examples.lab.HostileFrontEnd;
import net.weft.linux.EventFd;
import net.weft.linux.Fd;
import net.weft.linux.Memory;

/** The place and duration of an attack: {@value #LIMIT_MILLIS} ms at most. */
final class Scene {
    static final int FRAME_BYTES = 1400;
    private static final long LIMIT_MILLIS = 1500;
    private static final long FULL = -2;

    private final Path socket;
    private final long startNs = System.nanoTime();

    Scene(Path socket) {
        this.socket = socket;
    }

    Path socket() {
        return socket;
    }

    boolean goesOn() {
        LockSupport.parkNanos(1_000_000);
        return System.nanoTime() - startNs < TimeUnit.MILLISECONDS.toNanos(LIMIT_MILLIS);
    }

    void pause(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** Sends frames to an innocent machine, one a millisecond, all from one place of the guest's memory. */
    void send(HostileFrontEnd guest, EventFd kick, int frames, long at) {
        byte[] frame = Innocents.frame(0, Innocents.ATTACKER, Innocents.HOSTILE_TYPE, FRAME_BYTES);
        for (int n = 0; n < frames && goesOn(); n++) {
            guest.sendFrame(at, frame);
            kick.signal();
        }
    }

    /** Raises the counter of an eventfd to its maximum. */
    static void fill(Fd event) {
        try (Arena arena = Arena.ofConfined()) {
            long at = arena.allocate(8, 8).address();
            Memory.putLong(at, FULL);
            event.write(at, 8);
        }
    }
}
