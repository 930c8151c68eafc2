package net.weft.vswitch.device.udp;

import java.lang.foreign.Arena;
import java.util.List;
import net.weft.linux.Errno;
import net.weft.linux.FaultCalls;
import net.weft.linux.Fd;
import net.weft.linux.MessageVector;
import net.weft.linux.Socket;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;
import org.jspecify.annotations.Nullable;

/**
 * A connected UDP socket whose datagrams are Ethernet frames. The kernel takes datagrams of the other end's address and port only; who can
 * forge these can send any frame, so that whoever uses the device must authenticate what comes. Datagrams are never fragmented by IP.
 * <p>
 * Errors that ICMP reports (nobody listens there, no route) are transient: the frame is lost, and the next one is tried.
 */
public final class UdpDevice implements Device, ReceiveQueue {
    private static final int SLOT_BYTES = Burst.AREA_STRIDE;

    private final String label;
    private final int port;
    private final Socket socket;
    private final Arena arena = Arena.ofShared();
    private final MessageVector messages = new MessageVector(arena, Burst.CAPACITY, 1, 0);
    private volatile @Nullable DeviceFailure failure;

    /**
     * @param label both ends, for messages
     * @param port index that received frames carry
     * @param socket bound and connected; the device owns it from now on
     */
    public UdpDevice(String label, int port, Socket socket) {
        this.label = label;
        this.port = port;
        this.socket = socket;
    }

    @Override
    public int offloads() {
        return 0;
    }

    @Override
    public List<ReceiveQueue> receiveQueues() {
        return List.of(this);
    }

    @Override
    public int receive(Burst burst, int budget) {
        for (int i = 0; i < budget; i++) {
            messages.segment(i, 0, burst.area(i), SLOT_BYTES);
        }
        int got = messages.receive(socket, 0, budget, 0);
        if (got < 0) {
            return isTransient(-got) ? 0 : failed(-got);
        }
        for (int i = 0; i < got; i++) {
            burst.add(burst.area(i), messages.length(i), port, 0, 0);
        }
        return got;
    }

    private int failed(int errno) {
        failure = new DeviceFailure(PortReason.NO_DEVICE, label + ": " + Errno.strerror(errno));
        return FAILED;
    }

    private static boolean isTransient(int errno) {
        return switch (errno) {
            case Errno.EAGAIN, Errno.EINTR, Errno.ENOBUFS, Errno.ENOMEM, Errno.ECONNREFUSED, Errno.EHOSTUNREACH,
                    Errno.ENETUNREACH, Errno.ENETDOWN, Errno.EPERM, Errno.EMSGSIZE, Errno.EPROTO ->
                true;
            default -> false;
        };
    }

    @Override
    public void release() {
        // frames lie in the burst's own memory
    }

    @Override
    public int transmit(Burst burst, TransmitList list, int from, Scratch scratch) {
        int count = list.count - from;
        for (int n = 0; n < count; n++) {
            var unused = scratch.gather(n, burst, list.frame[from + n], list.tag[from + n], 0);
        }
        FaultCalls.deliver();
        int done = 0;
        while (done < count) {
            int sent = scratch.messages().send(socket, done, count - done, 0);
            if (sent <= 0) {
                refuse(-sent, scratch);
                return done;
            }
            done += sent;
        }
        return done;
    }

    private void refuse(int errno, Scratch scratch) {
        switch (errno) {
            case Errno.EAGAIN, Errno.EINTR, Errno.ENOBUFS, Errno.ENOMEM -> {
                // no room now
            }
            case Errno.EMSGSIZE -> {
                scratch.refuse(DropReason.OVERSIZE);
                failure = new DeviceFailure(PortReason.PEER_UNREACHABLE,
                        label + ": the path carries shorter datagrams than before; opened again with these");
            }
            default -> {
                scratch.refuse();
                if (!isTransient(errno)) {
                    var unused = failed(errno);
                }
            }
        }
    }

    @Override
    public Fd fd() {
        return socket.fd();
    }

    /** Returns false: readiness is level-triggered, so pending datagrams make the descriptor readable at once. */
    @Override
    public boolean arm() {
        return false;
    }

    @Override
    public void disarm() {
        // nothing is armed
    }

    @Override
    public @Nullable DeviceFailure failure() {
        return failure;
    }

    @Override
    public void close() {
        if (socket.fd().isOpen()) {
            socket.close();
            arena.close();
        }
    }
}
