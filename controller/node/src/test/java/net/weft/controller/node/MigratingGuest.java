package net.weft.controller.node;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;

import net.weft.linux.EventFd;
import net.weft.linux.Fd;
import net.weft.linux.FdPassing;
import net.weft.linux.Memfd;
import net.weft.linux.Memory;
import net.weft.linux.Socket;
import net.weft.linux.SocketAddress;

/** As much of a QEMU as a migration shows to the switch: rings that run, and the wish to have the guest announced. */
final class MigratingGuest implements AutoCloseable {
    private static final int MEMORY_BYTES = 1 << 20;
    private static final long USER = 0x7f00_0000_0000L;
    private static final int RING_BYTES = 0x10000;
    private static final int RING_SIZE = 256;
    private static final int SET_FEATURES = 2;
    private static final int SET_OWNER = 3;
    private static final int SET_MEM_TABLE = 5;
    private static final int SET_VRING_NUM = 8;
    private static final int SET_VRING_ADDR = 9;
    private static final int SET_VRING_BASE = 10;
    private static final int SET_VRING_KICK = 12;
    private static final int SET_VRING_CALL = 13;
    private static final int SEND_RARP = 19;
    private static final long VERSION_1 = 1L << 32;

    private final Socket socket = Socket.open(Socket.AF_UNIX, Socket.SOCK_STREAM, 0);
    private final Fd memory = Memfd.create("migrating-guest", MEMORY_BYTES);
    private final EventFd event = new EventFd();

    /** Connects where Weft listens, and sets up a card's two rings. */
    MigratingGuest(Path path) {
        socket.connect(SocketAddress.unix(path.toString()));
        send(SET_OWNER, List.of());
        send(SET_FEATURES, List.of(), VERSION_1);
        send(SET_MEM_TABLE, List.of(memory), 1, 0, MEMORY_BYTES, USER, 0);
        for (int ring = 0; ring < 2; ring++) {
            long base = USER + (long) ring * RING_BYTES;
            send(SET_VRING_NUM, List.of(), ring | (long) RING_SIZE << 32);
            send(SET_VRING_BASE, List.of(), ring);
            send(SET_VRING_ADDR, List.of(), ring, base, base + 0x4000, base + 0x2000, 0);
            send(SET_VRING_CALL, List.of(event.fd()), ring);
            send(SET_VRING_KICK, List.of(event.fd()), ring);
        }
    }

    /** Has the switch make it heard: QEMU does that for a guest that has arrived. */
    void announce() {
        send(SEND_RARP, List.of(), 0x0100_0000_0002L);
    }

    private void send(int request, List<Fd> files, long... words) {
        ByteBuffer message = ByteBuffer.allocate(12 + 8 * words.length).order(ByteOrder.nativeOrder());
        message.putInt(request).putInt(1).putInt(8 * words.length);
        for (long word : words) {
            message.putLong(word);
        }
        try (Arena arena = Arena.ofConfined()) {
            long address = arena.allocate(message.capacity(), 8).address();
            Memory.copy(message.array(), 0, address, message.capacity());
            if (FdPassing.send(socket, address, message.capacity(), files) != message.capacity()) {
                throw new IllegalStateException("the switch does not take message " + request);
            }
        }
    }

    @Override
    public void close() {
        socket.close();
        memory.close();
        event.close();
    }
}
