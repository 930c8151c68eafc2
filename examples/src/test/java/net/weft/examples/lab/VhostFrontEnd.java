package net.weft.examples.lab;

import java.lang.foreign.Arena;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import net.weft.linux.EventFd;
import net.weft.linux.Fd;
import net.weft.linux.FdPassing;
import net.weft.linux.Mapping;
import net.weft.linux.Memfd;
import net.weft.linux.Memory;
import net.weft.linux.Socket;
import net.weft.linux.SocketAddress;

/**
 * A guest without a machine: connects to a vhost-user socket as QEMU does, shares a memory of its own, and drives one pair of
 * split rings like a virtio driver that polls for what it receives. Between publishing and the switch there is nothing but the
 * ring and the kick, so what it measures is the switch's. One thread.
 */
public final class VhostFrontEnd implements AutoCloseable {
    private static final int SIZE = 256;
    private static final int BUFFER_BYTES = 2048;
    private static final int RING_BYTES = 0x4000;
    private static final int AVAILABLE = 0x1000;
    private static final int USED = 0x2000;
    private static final int BUFFERS = 2 * RING_BYTES;
    private static final int MEMORY_BYTES = BUFFERS + 2 * SIZE * BUFFER_BYTES;
    private static final int HEADER_BYTES = 12;
    private static final int WRITE = 2;
    private static final int RECEIVE = 0;
    private static final int TRANSMIT = 1;

    private static final int SET_FEATURES = 2;
    private static final int SET_OWNER = 3;
    private static final int SET_MEM_TABLE = 5;
    private static final int SET_VRING_NUM = 8;
    private static final int SET_VRING_ADDR = 9;
    private static final int SET_VRING_BASE = 10;
    private static final int SET_VRING_KICK = 12;
    private static final int SET_VRING_CALL = 13;
    private static final int SET_PROTOCOL_FEATURES = 16;
    private static final int SET_VRING_ENABLE = 18;
    private static final long PROTOCOL_FEATURES = 1L << 30;
    private static final long VERSION_1 = 1L << 32;

    private final Socket socket = Socket.open(Socket.AF_UNIX, Socket.SOCK_STREAM, 0);
    private final Mapping memory;
    private final long at;
    private final EventFd[] kicks = {new EventFd(), new EventFd()};
    private final EventFd[] calls = {new EventFd(), new EventFd()};
    private final int[] published = new int[2];
    private int received;

    /** Connects to the switch's socket and starts the rings; the port is up soon after. */
    public VhostFrontEnd(Path path) {
        socket.connect(SocketAddress.unix(path.toString()));
        try (Fd file = Memfd.create("front-end", MEMORY_BYTES)) {
            memory = Mapping.populated(file, 0, MEMORY_BYTES);
            at = memory.address();
            send(SET_OWNER, List.of());
            send(SET_FEATURES, List.of(), PROTOCOL_FEATURES | VERSION_1);
            send(SET_PROTOCOL_FEATURES, List.of(), 0);
            send(SET_MEM_TABLE, List.of(file), 1, 0, MEMORY_BYTES, at, 0);
        }
        for (int n = 0; n < SIZE; n++) {
            descriptor(RECEIVE, n, BUFFER_BYTES, WRITE);
            publish(RECEIVE, n);
        }
        for (int ring = RECEIVE; ring <= TRANSMIT; ring++) {
            long base = at + (long) ring * RING_BYTES;
            send(SET_VRING_NUM, List.of(), state(ring, SIZE));
            send(SET_VRING_BASE, List.of(), state(ring, 0));
            send(SET_VRING_ADDR, List.of(), ring, base, base + USED, base + AVAILABLE, 0);
            Memory.putShort(base + AVAILABLE, (short) 1);
            send(SET_VRING_CALL, List.of(calls[ring].fd()), ring);
            send(SET_VRING_KICK, List.of(kicks[ring].fd()), ring);
            send(SET_VRING_ENABLE, List.of(), state(ring, 1));
        }
    }

    private static long state(int ring, int value) {
        return ring | (long) value << 32;
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

    private long buffer(int ring, int n) {
        return BUFFERS + ((long) ring * SIZE + n) * BUFFER_BYTES;
    }

    private void descriptor(int ring, int n, int bytes, int flags) {
        long descriptor = at + (long) ring * RING_BYTES + 16L * n;
        Memory.putLong(descriptor, buffer(ring, n));
        Memory.putInt(descriptor + 8, bytes);
        Memory.putShort(descriptor + 12, (short) flags);
    }

    private void publish(int ring, int descriptor) {
        long available = at + (long) ring * RING_BYTES + AVAILABLE;
        Memory.putShort(available + 4 + 2L * (published[ring] % SIZE), (short) descriptor);
        published[ring]++;
        Memory.putShortRelease(available + 2, (short) published[ring]);
    }

    /**
     * Sends a frame: publishes it, and kicks if the switch asks for it.
     *
     * @return whether it kicked
     */
    public boolean send(byte[] frame) {
        int n = published[TRANSMIT] % SIZE;
        Memory.fill(at + buffer(TRANSMIT, n), HEADER_BYTES, (byte) 0);
        Memory.copy(frame, 0, at + buffer(TRANSMIT, n) + HEADER_BYTES, frame.length);
        descriptor(TRANSMIT, n, HEADER_BYTES + frame.length, 0);
        publish(TRANSMIT, n);
        VarHandle.fullFence();
        boolean kick = (Memory.getShort(at + RING_BYTES + USED) & 1) == 0;
        if (kick) {
            kicks[TRANSMIT].signal();
        }
        return kick;
    }

    /** Whether a frame has come; takes it, and gives its buffer back. */
    public boolean receive() {
        int used = Memory.getShortAcquire(at + USED + 2) & 0xFFFF;
        if (used == (received & 0xFFFF)) {
            return false;
        }
        publish(RECEIVE, Memory.getInt(at + USED + 4 + 8L * (received % SIZE)));
        received++;
        return true;
    }

    @Override
    public void close() {
        socket.close();
        for (int ring = RECEIVE; ring <= TRANSMIT; ring++) {
            kicks[ring].close();
            calls[ring].close();
        }
        memory.close();
    }
}
