package net.weft.vswitch.device.vhost;

import java.util.List;

/** A guest's side of one virtqueue, written without a look at the device's. */
sealed interface TestDriver permits SplitDriver, PackedDriver {
    int NEXT = 1;
    int WRITE = 2;
    int INDIRECT = 4;

    /** A descriptor as the guest writes it; {@code NEXT} is added where one follows. */
    record Buffer(long address, int bytes, int flags) {
    }

    /** A chain that came back. */
    record Returned(int id, int bytes) {
    }

    /** Makes a chain available; its id. */
    int offer(Buffer... chain);

    /** All chains that have come back so far. */
    List<Returned> returned();

    /** Wants interrupts, or none; without event index. */
    void interrupts(boolean wanted);

    /** Wants an interrupt for the {@code n}-th chain (counted from 0, each of one descriptor) that comes back from now on. */
    void interruptAt(int n);

    /** Whether the guest would kick had it just made a chain of one descriptor available. */
    boolean wouldKick(boolean eventIndex);
}
