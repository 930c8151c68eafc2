package net.weft.vswitch.device.vhost;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import net.weft.linux.EventFd;
import net.weft.linux.Fd;
import net.weft.linux.FdPassing;
import net.weft.linux.Memory;
import net.weft.linux.Socket;
import net.weft.linux.SocketAddress;

/**
 * The front end's side of a vhost-user connection, as QEMU speaks it: the requests by which a guest's memory and rings are given to
 * the switch. Sends only, without asking for replies. One thread.
 */
public final class FrontEndSocket implements AutoCloseable {
    private final Socket socket;

    /** @param socket to the back end; closed with this object */
    public FrontEndSocket(Socket socket) {
        this.socket = socket;
    }

    /** Connects to the socket at which the switch listens. */
    public static FrontEndSocket connect(Path path) {
        Socket socket = Socket.open(Socket.AF_UNIX, Socket.SOCK_STREAM, 0);
        socket.connect(SocketAddress.unix(path.toString()));
        return new FrontEndSocket(socket);
    }

    /** Becomes the owner of the session and acknowledges features. */
    public void own(long features) {
        send(VhostUser.SET_OWNER, List.of());
        send(VhostUser.SET_FEATURES, List.of(), features);
    }

    /** Acknowledges features of the protocol. */
    public void protocolFeatures(long features) {
        send(VhostUser.SET_PROTOCOL_FEATURES, List.of(), features);
    }

    /** Shares a file as the guest's memory from guest address 0, which the front end has mapped at an address of its own. */
    public void memory(Fd file, long bytes, long userAddress) {
        send(VhostUser.SET_MEM_TABLE, List.of(file), 1, 0, bytes, userAddress, 0);
    }

    /**
     * Sets up a split ring and starts it.
     *
     * @param ring index: 0 for what the guest receives, 1 for what it sends
     * @param size number of descriptors, a power of two
     * @param descriptors front end's address of the table, as are the next two
     */
    public void ring(int ring, int size, long descriptors, long used, long available, EventFd call, EventFd kick) {
        send(VhostUser.SET_VRING_NUM, List.of(), state(ring, size));
        send(VhostUser.SET_VRING_BASE, List.of(), state(ring, 0));
        send(VhostUser.SET_VRING_ADDR, List.of(), ring, descriptors, used, available, 0);
        send(VhostUser.SET_VRING_CALL, List.of(call.fd()), ring);
        send(VhostUser.SET_VRING_KICK, List.of(kick.fd()), ring);
    }

    /** Enables a ring, which is needed once protocol features were negotiated. */
    public void enable(int ring) {
        send(VhostUser.SET_VRING_ENABLE, List.of(), state(ring, 1));
    }

    /** Asks the switch to announce a guest that has arrived, as QEMU does after a migration. */
    public void announce(long mac) {
        send(VhostUser.SEND_RARP, List.of(), mac);
    }

    private static long state(int ring, int value) {
        return ring | (long) value << 32;
    }

    private void send(int request, List<Fd> files, long... words) {
        ByteBuffer message = ByteBuffer.allocate(VhostUser.HEADER_BYTES + 8 * words.length)
                .order(ByteOrder.nativeOrder());
        message.putInt(request).putInt(VhostUser.VERSION).putInt(8 * words.length);
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
    }
}
