package net.weft.examples.lab;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.weft.linux.EventFd;
import net.weft.linux.Fd;
import net.weft.linux.FdPassing;
import net.weft.linux.Mapping;
import net.weft.linux.Memory;
import net.weft.linux.Socket;
import net.weft.linux.SocketAddress;

/**
 * A vhost-user master and a virtio driver that may do anything: messages are sent one by one, with any payload and any descriptors. Its memory is
 * two files of {@value #FILE_BYTES} bytes, one after the other in the guest's address space, so that either can be taken away alone: the first has
 * descriptors, available rings and the buffers that frames are sent from, the second the used rings and the buffers to be received into. One thread.
 */
public final class HostileFrontEnd implements AutoCloseable {
    /** Bytes of each file of its memory. */
    public static final int FILE_BYTES = 8 << 20;
    /** Offset, in the second file, of the used rings: each has a page of its own. */
    public static final int USED = 0;
    /** Offset, in either file, of the buffers. */
    public static final int BUFFERS = 1 << 20;
    public static final int RECEIVE = 0;
    public static final int TRANSMIT = 1;
    public static final int ENTRIES = 256;
    /** Flags of a descriptor. */
    public static final int NEXT = 1;
    public static final int WRITE = 2;
    public static final int INDIRECT = 4;

    public static final int GET_FEATURES = 1;
    public static final int SET_FEATURES = 2;
    public static final int SET_OWNER = 3;
    public static final int SET_MEM_TABLE = 5;
    public static final int SET_LOG_BASE = 6;
    public static final int SET_VRING_NUM = 8;
    public static final int SET_VRING_ADDR = 9;
    public static final int SET_VRING_BASE = 10;
    public static final int SET_VRING_KICK = 12;
    public static final int SET_VRING_CALL = 13;
    public static final int SET_PROTOCOL_FEATURES = 16;
    public static final int SET_VRING_ENABLE = 18;
    public static final int ADD_MEM_REG = 37;
    public static final long MERGEABLE = 1L << 15;
    public static final long INDIRECT_DESC = 1L << 28;
    public static final long PROTOCOL_FEATURES = 1L << 30;
    public static final long VERSION_1 = 1L << 32;
    public static final long LOG_SHMFD = 1L << 1;
    public static final long CONFIGURE_MEM_SLOTS = 1L << 15;

    private static final int TABLE = 0x10000;
    private static final int AVAILABLE = 0x8000;
    private static final int USED_STRIDE = 0x4000;

    private final Socket socket = Socket.open(Socket.AF_UNIX, Socket.SOCK_STREAM, 0);
    private final List<AutoCloseable> held = new ArrayList<>();
    private final int[] published = new int[2];
    private long first;
    private long second;

    /** Connects, and sends nothing. */
    public HostileFrontEnd(Path path) {
        socket.connect(SocketAddress.unix(path.toString()));
    }

    /** Registers a resource that is closed together with this front end. */
    public <T extends AutoCloseable> T closing(T resource) {
        held.add(resource);
        return resource;
    }

    public Socket socket() {
        return socket;
    }

    // ---- the front end ---------------------------------------------------------------------------------------------

    /** Sends a message; returns false when it could not be sent whole, as the other side is gone or does not read. */
    public boolean send(int request, List<Fd> files, long... words) {
        ByteBuffer message = ByteBuffer.allocate(12 + 8 * words.length).order(ByteOrder.nativeOrder());
        message.putInt(request).putInt(1).putInt(8 * words.length);
        for (long word : words) {
            message.putLong(word);
        }
        return sendBytes(message.array(), files);
    }

    public boolean sendBytes(byte[] bytes, List<Fd> files) {
        try (Arena arena = Arena.ofConfined()) {
            long address = arena.allocate(bytes.length, 8).address();
            Memory.copy(bytes, 0, address, bytes.length);
            socket.fd().poll(Fd.POLLOUT, 1000);
            return FdPassing.send(socket, address, bytes.length, files) == bytes.length;
        }
    }

    /** Receives an answer of at most 64 bytes, waiting for a second at most; returns its length in bytes. */
    public int answer() {
        try (Arena arena = Arena.ofConfined()) {
            socket.fd().poll(Fd.POLLIN, 1000);
            FdPassing.Received answer = FdPassing.receive(socket, arena.allocate(64, 8).address(), 64, 8);
            answer.files().forEach(Fd::close);
            return answer.bytes();
        }
    }

    /** Sends the first messages of every front end: features, protocol features, owner. */
    public void hello(long features, long protocolFeatures) {
        send(SET_OWNER, List.of());
        send(SET_FEATURES, List.of(), VERSION_1 | PROTOCOL_FEATURES | features);
        send(SET_PROTOCOL_FEATURES, List.of(), protocolFeatures);
    }

    /** Shares its memory, two files of {@link #FILE_BYTES}, which stay the caller's. */
    public void memory(Fd one, Fd other) {
        first = closing(Mapping.shared(one, 0, FILE_BYTES)).address();
        second = closing(Mapping.shared(other, 0, FILE_BYTES)).address();
        send(SET_MEM_TABLE, List.of(one, other), 2, 0, FILE_BYTES, first, 0, FILE_BYTES, FILE_BYTES, second, 0);
    }

    /** Starts both rings, with one eventfd for the interrupts of both, and one for both kicks. */
    public void rings(Fd call, Fd kick) {
        for (int ring = RECEIVE; ring <= TRANSMIT; ring++) {
            long table = first + (long) ring * TABLE;
            send(SET_VRING_NUM, List.of(), state(ring, ENTRIES));
            send(SET_VRING_BASE, List.of(), state(ring, 0));
            send(SET_VRING_ADDR, List.of(), ring, table, second + USED + (long) ring * USED_STRIDE, table + AVAILABLE,
                    0);
            send(SET_VRING_CALL, List.of(call), ring);
            send(SET_VRING_KICK, List.of(kick), ring);
            send(SET_VRING_ENABLE, List.of(), state(ring, 1));
        }
    }

    /**
     * Does everything that a well-behaved front end does, with memory of its own and one eventfd for both kicks, which
     * it returns.
     */
    public EventFd start(long features, Fd one, Fd other) {
        EventFd kick = closing(new EventFd());
        hello(features, 0);
        memory(one, other);
        rings(closing(new EventFd()).fd(), kick.fd());
        return kick;
    }

    public static long state(int ring, int value) {
        return ring | (long) value << 32;
    }

    // ---- the driver ------------------------------------------------------------------------------------------------

    /**
     * Address, in this process, of a guest address: a byte of the first file or, from {@link #FILE_BYTES} on, of the
     * second.
     */
    public long at(long guest) {
        return guest < FILE_BYTES ? first + guest : second + guest - FILE_BYTES;
    }

    public void descriptor(int ring, int n, long guest, int bytes, int flags, int next) {
        descriptor(first + (long) ring * TABLE + 16L * n, guest, bytes, flags, next);
    }

    /** Writes a descriptor at any address of this process. */
    public static void descriptor(long here, long guest, int bytes, int flags, int next) {
        Memory.putLong(here, guest);
        Memory.putInt(here + 8, bytes);
        Memory.putShort(here + 12, (short) flags);
        Memory.putShort(here + 14, (short) next);
    }

    /** Makes the chain that starts at a descriptor available. */
    public void publish(int ring, int head) {
        long available = first + (long) ring * TABLE + AVAILABLE;
        Memory.putShort(available + 4 + 2L * (published[ring] % ENTRIES), (short) head);
        Memory.putShortRelease(available + 2, (short) ++published[ring]);
    }

    /** Offers as many receive buffers as the ring has entries, of {@code bytes} each. */
    public void offerBuffers(int bytes) {
        for (int n = 0; n < ENTRIES; n++) {
            descriptor(RECEIVE, n, FILE_BYTES + BUFFERS + 2048L * n, bytes, WRITE, 0);
            publish(RECEIVE, n);
        }
    }

    /**
     * Sends a frame that lies in one piece at a guest address, behind a virtio-net header, and requests an interrupt.
     */
    public void sendFrame(long guest, byte[] frame) {
        Memory.fill(at(guest), 12, (byte) 0);
        Memory.copy(frame, 0, at(guest) + 12, frame.length);
        sendPiece(guest, 12 + frame.length);
    }

    /** Publishes bytes at a guest address unchanged. */
    public void sendPiece(long guest, int bytes) {
        int n = published[TRANSMIT] % ENTRIES;
        descriptor(TRANSMIT, n, guest, bytes, 0, 0);
        publish(TRANSMIT, n);
    }

    @Override
    public void close() throws Exception {
        socket.close();
        for (AutoCloseable resource : held.reversed()) {
            resource.close();
        }
        held.clear();
    }
}
