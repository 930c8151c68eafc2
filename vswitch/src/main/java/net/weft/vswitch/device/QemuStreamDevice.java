package net.weft.vswitch.device;

import net.weft.linux.Epoll;
import net.weft.linux.Memory;
import net.weft.linux.Socket;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.PortReason;

/**
 * A connection to QEMU's {@code -netdev stream}: frames with a 4-byte big-endian length before each (QEMU {@code
 * net/stream.c}). Frames are parsed in place in the receive buffer; an incomplete frame waits at its end.
 */
final class QemuStreamDevice extends QemuDevice {
    /** QEMU's own limit of a frame on a socket ({@code NET_BUFSIZE}); a longer length means that the stream is broken. */
    private static final int MAX_LENGTH = 4096 + 65536;
    private static final int BUFFER_BYTES = 256 * 1024;

    private final Socket socket;
    private final long buffer = arena.allocate(BUFFER_BYTES, 64).address();
    private int start;
    private int end;

    /** Takes ownership of a connected socket. */
    QemuStreamDevice(String label, int port, Socket socket) {
        super(label, port);
        this.socket = socket;
        watch(socket, Epoll.IN);
    }

    @Override
    public int receive(Burst burst, int budget) {
        flushBacklog();
        int frames = parse(burst, budget);
        if (frames == 0 && failure() == null) {
            makeRoom();
            long got = socket.receive(buffer + end, BUFFER_BYTES - end, 0);
            if (got > 0) {
                end += (int) got;
                frames = parse(burst, budget);
            } else if (got == 0) {
                fail(PortReason.WAITING_FOR_GUEST, "QEMU closed the connection");
            } else {
                isBusy(got);
            }
        }
        return frames == 0 && failure() != null ? FAILED : frames;
    }

    private int parse(Burst burst, int budget) {
        int frames = 0;
        while (frames < budget && end - start >= Backlog.PREFIX) {
            int length = Memory.getIntBe(buffer + start);
            if (length < 0 || length > MAX_LENGTH) {
                fail(PortReason.GUEST_VIOLATION, "QEMU announced a frame of " + Integer.toUnsignedLong(length)
                        + " bytes (expected 0-" + MAX_LENGTH + "); the connection is closed");
                break;
            }
            if (end - start - Backlog.PREFIX < length) {
                break;
            }
            burst.add(buffer + start + Backlog.PREFIX, length, port, 0, 0);
            start += Backlog.PREFIX + length;
            frames++;
        }
        return frames;
    }

    /** Moves an incomplete frame to the front of the buffer. No frame of an earlier burst may be in use. */
    private void makeRoom() {
        if (start > 0) {
            Memory.copy(buffer + start, buffer, end - start);
            end -= start;
            start = 0;
        }
    }

    @Override
    public void release() {
    }

    @Override
    Socket sender() {
        return socket;
    }

    @Override
    void flush() {
        while (!backlog.isEmpty()) {
            long sent = socket.send(backlog.address(), backlog.bytes(), 0);
            if (sent < 0) {
                if (!isBusy(sent)) {
                    backlog.clear();
                }
                return;
            }
            backlog.consume((int) sent);
        }
    }

    @Override
    void backlogStarted() {
        interest(socket, Epoll.IN | Epoll.OUT);
    }

    @Override
    void backlogEmptied() {
        interest(socket, Epoll.IN);
    }

    @Override
    public void close() {
        super.close();
        socket.close();
    }
}
