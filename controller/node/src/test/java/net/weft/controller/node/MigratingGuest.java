package net.weft.controller.node;

import java.nio.file.Path;

import net.weft.linux.EventFd;
import net.weft.linux.Fd;
import net.weft.linux.Memfd;
import net.weft.vswitch.device.vhost.FrontEndSocket;

/** As much of a QEMU as a migration shows to the switch: rings that run, and the wish to have the guest announced. */
final class MigratingGuest implements AutoCloseable {
    private static final int MEMORY_BYTES = 1 << 20;
    private static final long USER = 0x7f00_0000_0000L;
    private static final int RING_BYTES = 0x10000;
    private static final int RING_SIZE = 256;
    private static final long VERSION_1 = 1L << 32;

    private final FrontEndSocket socket;
    private final Fd memory = Memfd.create("migrating-guest", MEMORY_BYTES);
    private final EventFd event = new EventFd();

    /** Connects where Weft listens, and sets up a card's two rings. */
    MigratingGuest(Path path) {
        socket = FrontEndSocket.connect(path);
        socket.own(VERSION_1);
        socket.memory(memory, MEMORY_BYTES, USER);
        for (int ring = 0; ring < 2; ring++) {
            long base = USER + (long) ring * RING_BYTES;
            socket.ring(ring, RING_SIZE, base, base + 0x4000, base + 0x2000, event, event);
        }
    }

    /** Has the switch make it heard: QEMU does that for a guest that has arrived. */
    void announce() {
        socket.announce(0x0100_0000_0002L);
    }

    @Override
    public void close() {
        socket.close();
        memory.close();
        event.close();
    }
}
