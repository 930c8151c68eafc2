package net.weft.examples.lab;

import java.lang.foreign.Arena;
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
 * A guest without a machine: speaks to a vhost-user back end as QEMU does, shares a memory of its own, and drives one pair of
 * split rings like a virtio driver that polls for what it receives. Between publishing and the switch there is nothing but the
 * ring and the kick, so what it measures is the switch's. One thread.
 */
public final class VhostFrontEnd implements AutoCloseable {
    /** Bytes of the virtio-net header before each frame. */
    public static final int HEADER_BYTES = 12;
    private static final int BUFFERS = 2 * FrontEndRing.BYTES;
    private static final int RING_BUFFERS = FrontEndRing.SIZE * FrontEndRing.BUFFER_BYTES;
    private static final int MEMORY_BYTES = BUFFERS + 2 * RING_BUFFERS;
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

    private final Socket socket;
    private final Mapping memory;
    private final EventFd[] kicks = {new EventFd(), new EventFd()};
    private final EventFd[] calls = {new EventFd(), new EventFd()};
    private final FrontEndRing receiving;
    private final FrontEndRing sending;

    /** Connects to the switch's socket and starts the rings; the port is up soon after. */
    public VhostFrontEnd(Path path) {
        this(connected(path));
    }

    /** Takes ownership of a socket to the back end, and starts the rings. */
    public VhostFrontEnd(Socket socket) {
        this.socket = socket;
        try (Fd file = Memfd.create("front-end", MEMORY_BYTES)) {
            memory = Mapping.populated(file, 0, MEMORY_BYTES);
            long at = memory.address();
            receiving = new FrontEndRing(at, 0, BUFFERS, WRITE, kicks[RECEIVE]);
            sending = new FrontEndRing(at, FrontEndRing.BYTES, BUFFERS + RING_BUFFERS, 0, kicks[TRANSMIT]);
            receiving.publish(FrontEndRing.SIZE);
            send(SET_OWNER, List.of());
            send(SET_FEATURES, List.of(), PROTOCOL_FEATURES | VERSION_1);
            send(SET_PROTOCOL_FEATURES, List.of(), 0);
            send(SET_MEM_TABLE, List.of(file), 1, 0, MEMORY_BYTES, at, 0);
        }
        for (int ring = RECEIVE; ring <= TRANSMIT; ring++) {
            long base = memory.address() + (long) ring * FrontEndRing.BYTES;
            send(SET_VRING_NUM, List.of(), state(ring, FrontEndRing.SIZE));
            send(SET_VRING_BASE, List.of(), state(ring, 0));
            send(SET_VRING_ADDR, List.of(), ring, base, base + FrontEndRing.USED, base + FrontEndRing.AVAILABLE, 0);
            send(SET_VRING_CALL, List.of(calls[ring].fd()), ring);
            send(SET_VRING_KICK, List.of(kicks[ring].fd()), ring);
            send(SET_VRING_ENABLE, List.of(), state(ring, 1));
        }
    }

    private static Socket connected(Path path) {
        Socket socket = Socket.open(Socket.AF_UNIX, Socket.SOCK_STREAM, 0);
        socket.connect(SocketAddress.unix(path.toString()));
        return socket;
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

    /** The ring that frames come in by; all its buffers are published. */
    public FrontEndRing receiving() {
        return receiving;
    }

    /** The ring that frames leave by. */
    public FrontEndRing sending() {
        return sending;
    }

    /** Puts a frame, behind an empty header, into the buffer at a position of the ring of what is sent. */
    public void write(int position, byte[] frame) {
        long buffer = sending.buffer(position);
        Memory.fill(buffer, HEADER_BYTES, (byte) 0);
        Memory.copy(frame, 0, buffer + HEADER_BYTES, frame.length);
        sending.length(position, HEADER_BYTES + frame.length);
    }

    /**
     * Sends a frame: publishes it, and kicks if the switch asks for it.
     *
     * @return whether it kicked
     */
    public boolean send(byte[] frame) {
        write(sending.published(), frame);
        sending.publish(1);
        return sending.kick();
    }

    /** Whether a frame has come; takes it, and gives its buffer back. */
    public boolean receive() {
        if (receiving.waiting() == 0) {
            return false;
        }
        receiving.take(1);
        receiving.publish(1);
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
