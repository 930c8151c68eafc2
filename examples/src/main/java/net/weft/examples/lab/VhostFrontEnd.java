package net.weft.examples.lab;

import java.nio.file.Path;
import net.weft.linux.EventFd;
import net.weft.linux.Fd;
import net.weft.linux.Mapping;
import net.weft.linux.Memfd;
import net.weft.linux.Memory;
import net.weft.linux.Socket;
import net.weft.vswitch.device.vhost.FrontEndSocket;

/**
 * A guest without a machine: it speaks to a vhost-user back end as QEMU does, shares a memory of its own, and drives
 * one pair of split rings like a virtio driver that polls its receive ring. Between publishing and the switch there is
 * nothing but the ring and the kick, so its measurements are of the switch alone. One thread.
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

    private static final long PROTOCOL_FEATURES = 1L << 30;
    private static final long VERSION_1 = 1L << 32;

    private final FrontEndSocket socket;
    private final Mapping memory;
    private final EventFd[] kicks = {new EventFd(), new EventFd()};
    private final EventFd[] calls = {new EventFd(), new EventFd()};
    private final FrontEndRing receiving;
    private final FrontEndRing sending;

    /** Connects to the switch's socket and starts the rings; the port is up soon after. */
    public VhostFrontEnd(Path path) {
        this(FrontEndSocket.connect(path));
    }

    /** Takes ownership of a socket to the back end, and starts the rings. */
    public VhostFrontEnd(Socket socket) {
        this(new FrontEndSocket(socket));
    }

    private VhostFrontEnd(FrontEndSocket socket) {
        this.socket = socket;
        try (Fd file = Memfd.create("front-end", MEMORY_BYTES)) {
            memory = Mapping.populated(file, 0, MEMORY_BYTES);
            long at = memory.address();
            receiving = new FrontEndRing(at, 0, BUFFERS, WRITE, kicks[RECEIVE]);
            sending = new FrontEndRing(at, FrontEndRing.BYTES, BUFFERS + RING_BUFFERS, 0, kicks[TRANSMIT]);
            receiving.publish(FrontEndRing.SIZE);
            socket.own(PROTOCOL_FEATURES | VERSION_1);
            socket.protocolFeatures(0);
            socket.memory(file, MEMORY_BYTES, at);
        }
        for (int ring = RECEIVE; ring <= TRANSMIT; ring++) {
            long base = memory.address() + (long) ring * FrontEndRing.BYTES;
            socket.ring(ring, FrontEndRing.SIZE, base, base + FrontEndRing.USED, base + FrontEndRing.AVAILABLE,
                    calls[ring], kicks[ring]);
            socket.enable(ring);
        }
    }

    /** The receive ring; all its buffers are published. */
    public FrontEndRing receiving() {
        return receiving;
    }

    /** The transmit ring. */
    public FrontEndRing sending() {
        return sending;
    }

    /** Writes a frame, behind an empty header, into the buffer at a position of the transmit ring. */
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

    /** Receives a frame and returns its buffer to the ring; false when none has come. */
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
