package net.weft.vswitch.device;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import net.weft.linux.Epoll;
import net.weft.linux.Errno;
import net.weft.linux.FaultCalls;
import net.weft.linux.Fd;
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
 * The common part of QEMU's stream and dgram netdevs: no offloads, a {@link Backlog} of frames, and an epoll descriptor
 * that becomes readable when frames wait <em>or</em> when the backlog can be sent, so that a slow guest causes neither
 * busy polling nor lost frames.
 */
abstract class QemuDevice implements Device, ReceiveQueue {
    final String label;
    final int port;
    final Arena arena = Arena.ofShared();
    final Backlog backlog = new Backlog(arena);
    private final Epoll readiness = new Epoll(2);
    private final AtomicBoolean claimed = new AtomicBoolean();
    private volatile @Nullable DeviceFailure failure;

    QemuDevice(String label, int port) {
        this.label = label;
        this.port = port;
    }

    /** Sends as much of the backlog as the socket accepts. The caller must hold the claim. */
    abstract void flush();

    /** The socket to which the backlog is sent. */
    abstract Socket sender();

    void watch(Socket socket, int interest) {
        readiness.add(socket.fd(), interest, 0);
    }

    final void fail(PortReason reason, String message) {
        if (failure == null) {
            failure = new DeviceFailure(reason, label + ": " + message);
        }
    }

    /** Returns whether a send error means that the socket is full. On any other error the device fails. */
    final boolean isBusy(long result) {
        int errno = (int) -result;
        if (errno == Errno.EAGAIN || errno == Errno.ENOBUFS || errno == Errno.EINTR || errno == Errno.ENOMEM) {
            return true;
        }
        fail(PortReason.WAITING_FOR_GUEST, "QEMU went away (" + Errno.strerror(errno) + ")");
        return false;
    }

    /** Continues to send the backlog, if there is one. Called by the polling worker. */
    final void flushBacklog() {
        if (!backlog.isEmpty() && claimed.compareAndSet(false, true)) {
            try {
                flush();
                if (backlog.isEmpty()) {
                    backlogEmptied();
                }
            } finally {
                claimed.set(false);
            }
        }
    }

    abstract void backlogStarted();

    abstract void backlogEmptied();

    final void interest(Socket socket, int events) {
        if (failure == null) {
            readiness.modify(socket.fd(), events, 0);
        }
    }

    @Override
    public final int offloads() {
        return 0;
    }

    @Override
    public final List<ReceiveQueue> receiveQueues() {
        return List.of(this);
    }

    @Override
    public final int transmit(Burst burst, TransmitList list, int from, Scratch scratch) {
        if (failure != null) {
            return 0;
        }
        FaultCalls.deliver();
        while (!claimed.compareAndSet(false, true)) {
            Thread.onSpinWait();
        }
        try {
            return transmitClaimed(burst, list, from);
        } finally {
            claimed.set(false);
        }
    }

    private int transmitClaimed(Burst burst, TransmitList list, int from) {
        boolean wasEmpty = backlog.isEmpty();
        int n = from;
        while (n < list.count && backlog.append(burst, list.frame[n], list.tag[n])) {
            n++;
        }
        flush();
        if (wasEmpty != backlog.isEmpty()) {
            if (wasEmpty) {
                backlogStarted();
            } else {
                backlogEmptied();
            }
        }
        return n - from;
    }

    @Override
    public final @Nullable DropReason refusal(int bytes) {
        return backlog.isFull() ? DropReason.RING_FULL : null;
    }

    @Override
    public final Fd fd() {
        return readiness.fd();
    }

    /** Returns false: readiness is level-triggered, so pending frames make the descriptor readable at once. */
    @Override
    public final boolean arm() {
        return false;
    }

    @Override
    public final void disarm() {
    }

    @Override
    public final @Nullable DeviceFailure failure() {
        return failure;
    }

    @Override
    public void close() {
        fail(PortReason.WAITING_FOR_GUEST, "closed");
        readiness.close();
        arena.close();
    }
}
