package net.weft.vswitch.device.vhost;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import net.weft.linux.Epoll;
import net.weft.linux.Errno;
import net.weft.linux.EventFd;
import net.weft.linux.Fd;
import net.weft.linux.FdPassing;
import net.weft.linux.Memory;
import net.weft.linux.Socket;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.PortReason;
import org.jspecify.annotations.Nullable;

/**
 * One connected front end, on a thread of its own: reads a message with its descriptors, has the session carry it out, sends
 * the answer. It ends when the front end closes the socket, breaks a rule, or {@link #close} is called, and then lets go of
 * everything the front end gave it.
 */
public final class VhostConnection implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(VhostConnection.class.getName());
    /** Descriptors of one message at most. */
    private static final int MAX_FILES = VhostUser.TABLE_REGIONS;
    private static final int SEND_MILLIS = 1000;

    private final String label;
    private final Socket socket;
    private final Runnable changed;
    private final VhostSession session;
    private final Epoll epoll = new Epoll(2);
    private final EventFd wakeUp = new EventFd();
    private final Arena arena = Arena.ofShared();
    private final long inbox = arena.allocate(VhostUser.HEADER_BYTES + VhostUser.MAX_PAYLOAD, 8).address();
    private final long outbox = arena.allocate(64, 8).address();
    private final List<Fd> files = new ArrayList<>();
    private final Thread thread;
    private int received;
    private volatile boolean closing;
    private volatile boolean unshared;
    private volatile @Nullable DeviceFailure ended;

    /**
     * Takes ownership of a connected socket and starts.
     *
     * @param label the socket's path
     * @param port number that received frames carry
     * @param pairs queue pairs the guest may have
     * @param mtu largest layer-3 packet of the port
     * @param doubted the connection before this one {@link #isUnshared}
     * @param changed called when {@link #device} or {@link #ended} may answer anew; any thread, must not block
     */
    public VhostConnection(String label, Socket socket, int port, int pairs, int mtu, boolean doubted,
            Runnable changed) {
        this.label = label;
        this.socket = socket;
        this.changed = changed;
        session = new VhostSession(label, port, pairs, mtu, doubted, () -> {
            wakeUp.signal();
            changed.run();
        });
        epoll.add(wakeUp.fd(), Epoll.IN, 0);
        epoll.add(socket.fd(), Epoll.IN, 1);
        thread = new Thread(this::run, "weft-vhost-" + port);
        thread.setDaemon(true);
        thread.start();
    }

    /** A device to be used from now on, which the caller must close; null when there is none, or it was taken before. */
    public @Nullable VhostUserDevice takeDevice() {
        VhostUserDevice device = session.device();
        return device != null && device.take() ? device : null;
    }

    /** Why the guest's rings do not run though they are set up; null when nothing is in the way. */
    public @Nullable String obstacle() {
        return session.obstacle();
    }

    /** Whether there is a device that nobody has taken yet. */
    public boolean hasDevice() {
        VhostUserDevice device = session.device();
        return device != null && device.isOffered();
    }

    /** Why the connection is over; null while it lives. */
    public @Nullable DeviceFailure ended() {
        return ended;
    }

    /** Whether it {@link #ended} because the guest's memory is not shared. */
    public boolean isUnshared() {
        return unshared;
    }

    private void run() {
        DeviceFailure end;
        try {
            end = serve();
        } catch (VhostViolationException e) {
            end = new DeviceFailure(PortReason.GUEST_VIOLATION, label + ": " + e.sentence());
        } catch (RuntimeException | InternalError e) { // the latter: memory that it had shared is gone
            LOG.log(System.Logger.Level.WARNING, label + ": the connection is given up", e);
            end = new DeviceFailure(PortReason.WAITING_FOR_GUEST, label + ": " + e.getMessage());
        }
        unshared = session.isUnshared();
        session.close();
        files.forEach(Fd::close);
        socket.close();
        ended = end;
        changed.run();
    }

    private DeviceFailure serve() throws VhostViolationException {
        while (!closing) {
            epoll.await(-1);
            wakeUp.drain();
            VhostUserDevice device = session.device();
            DeviceFailure failure = device == null ? null : device.failure();
            if (failure != null && failure.reason() == PortReason.GUEST_VIOLATION) {
                return failure;
            }
            if (!read()) {
                return new DeviceFailure(PortReason.WAITING_FOR_GUEST, label + ": the front end closed the connection");
            }
        }
        return new DeviceFailure(PortReason.WAITING_FOR_GUEST, label + ": closed");
    }

    /** Reads what is there of the next message, and carries it out when complete. False at the end of the stream. */
    private boolean read() throws VhostViolationException {
        int wanted = VhostUser.HEADER_BYTES;
        if (received >= VhostUser.HEADER_BYTES) {
            wanted += payloadBytes();
        }
        if (received < wanted) {
            FdPassing.Received piece = FdPassing.receive(socket, inbox + received, wanted - received, MAX_FILES);
            files.addAll(piece.files());
            if (piece.truncated() || files.size() > MAX_FILES) {
                throw new VhostViolationException("more than " + MAX_FILES + " descriptors with one message");
            }
            if (piece.bytes() < 0) {
                return piece.bytes() == -Errno.EAGAIN || piece.bytes() == -Errno.EINTR;
            }
            if (piece.bytes() == 0) {
                return false;
            }
            received += piece.bytes();
        }
        if (received >= VhostUser.HEADER_BYTES && received == VhostUser.HEADER_BYTES + payloadBytes()) {
            carryOut();
        }
        return true;
    }

    private int payloadBytes() throws VhostViolationException {
        int bytes = Memory.getInt(inbox + 8);
        if (bytes < 0 || bytes > VhostUser.MAX_PAYLOAD) {
            throw new VhostViolationException(
                    "a message of " + Integer.toUnsignedString(bytes) + " bytes; expected at most "
                            + VhostUser.MAX_PAYLOAD);
        }
        return bytes;
    }

    private void carryOut() throws VhostViolationException {
        int request = Memory.getInt(inbox);
        int flags = Memory.getInt(inbox + 4);
        byte[] payload = new byte[payloadBytes()];
        Memory.copy(inbox + VhostUser.HEADER_BYTES, payload, 0, payload.length);
        List<Fd> theirs = List.copyOf(files);
        files.clear();
        received = 0;
        VhostSession.Answer answer = session.handle(request, flags,
                ByteBuffer.wrap(payload).order(ByteOrder.nativeOrder()),
                theirs);
        if (answer != null) {
            try (Fd file = answer.file()) {
                send(request, answer.payload(), file == null ? List.of() : List.of(file));
            }
        }
    }

    private void send(int request, ByteBuffer answer, List<Fd> enclosed) throws VhostViolationException {
        int bytes = VhostUser.HEADER_BYTES + answer.remaining();
        Memory.putInt(outbox, request);
        Memory.putInt(outbox + 4, VhostUser.VERSION | VhostUser.REPLY);
        Memory.putInt(outbox + 8, answer.remaining());
        Memory.copy(answer.array(), 0, outbox + VhostUser.HEADER_BYTES, answer.remaining());
        int sent = 0;
        while (sent < bytes && !closing) {
            long result = FdPassing.send(socket, outbox + sent, bytes - sent, sent == 0 ? enclosed : List.of());
            if (result > 0) {
                sent += (int) result;
            } else if (result != -Errno.EAGAIN || socket.fd().poll(Fd.POLLOUT, SEND_MILLIS) == 0) {
                throw new VhostViolationException("it does not take its answers");
            }
        }
    }

    /** Ends the connection and waits until it has ended. The device that was taken has been closed. */
    @Override
    public void close() {
        closing = true;
        wakeUp.signal();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        epoll.close();
        wakeUp.close();
        arena.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
