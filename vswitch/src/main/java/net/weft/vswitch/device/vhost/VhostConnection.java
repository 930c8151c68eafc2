package net.weft.vswitch.device.vhost;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.weft.linux.Epoll;
import net.weft.linux.Errno;
import net.weft.linux.EventFd;
import net.weft.linux.FaultCalls;
import net.weft.linux.Fd;
import net.weft.linux.FdPassing;
import net.weft.linux.Memory;
import net.weft.linux.Socket;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.PortReason;
import org.jspecify.annotations.Nullable;

/**
 * The connection to one front end, with its own thread: it reads messages with their descriptors, passes them to the
 * session, and sends the replies. It ends when the front end closes the socket or violates the protocol, or when {@link
 * #close} is called; then it releases everything that the front end passed.
 */
public final class VhostConnection implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(VhostConnection.class.getName());
    /** Largest number of descriptors of one message. */
    private static final int MAX_FILES = VhostUser.TABLE_REGIONS;
    private static final int SEND_MILLIS = 1000;
    /**
     * Time limit for the first message, ns. A front end sends it as soon as it is connected; a silent one would keep
     * others out.
     */
    private static final long FIRST_MESSAGE_NS = 10_000_000_000L;
    /** Time limit from the first byte of a message to the last, ns. */
    private static final long MESSAGE_NS = 5_000_000_000L;
    private static final int MILLION = 1_000_000;
    /** Longest wait of {@link #close} for the thread. */
    private static final int CLOSE_MILLIS = 100;

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
    private final long connectedNs = System.nanoTime();
    private int received;
    private long startedNs;
    private volatile boolean negotiating;
    /** True once the descriptors are closed. Guarded by {@link #wakeUp}. */
    private boolean over;
    private volatile boolean closing;
    private volatile boolean unshared;
    private volatile @Nullable DeviceFailure ended;

    /**
     * Takes ownership of a connected socket and starts the thread.
     *
     * @param label the socket's path
     * @param port port number that received frames carry
     * @param pairs largest number of queue pairs of the guest
     * @param mtu largest layer-3 packet of the port
     * @param rules which files may be the guest's memory
     * @param lastUnshared whether the previous connection {@link #isUnshared}
     * @param changed called when the results of {@link #hasDevice} or {@link #ended} may have changed; any thread, must
     *     not block
     */
    public VhostConnection(String label, Socket socket, int port, int pairs, int mtu, MemoryRules rules,
            boolean lastUnshared, Runnable changed) {
        this.label = label;
        this.socket = socket;
        this.changed = changed;
        session = new VhostSession(label, port, pairs, mtu, rules, lastUnshared, () -> {
            wake();
            changed.run();
        });
        session.frontEnd(socket.peerProcess());
        epoll.add(wakeUp.fd(), Epoll.IN, 0);
        epoll.add(socket.fd(), Epoll.IN, 1);
        thread = new Thread(this::run, "weft-vhost-" + port);
        thread.setDaemon(true);
        thread.start();
    }

    /** Takes the offered device into use; the caller must close it. Null if there is none, or it was taken before. */
    public @Nullable VhostUserDevice takeDevice() {
        VhostUserDevice device = session.device();
        return device != null && device.take() ? device : null;
    }

    /** Returns why the guest's rings do not run although they are set up; null if nothing prevents it. */
    public @Nullable String obstacle() {
        return session.obstacle();
    }

    /** Returns whether there is a device that was not taken yet. */
    public boolean hasDevice() {
        VhostUserDevice device = session.device();
        return device != null && device.isOffered();
    }

    /** Returns why the connection has ended; null while it is open. */
    public @Nullable DeviceFailure ended() {
        return ended;
    }

    /** Returns whether the front end has sent at least one complete message. */
    public boolean isNegotiating() {
        return negotiating;
    }

    /** Returns whether there is guest memory and all of it is sealed against shrinking. */
    public boolean isMemorySealed() {
        return session.isMemorySealed();
    }

    /** Returns whether the connection {@link #ended} because the guest's memory is not shared. */
    public boolean isUnshared() {
        return unshared;
    }

    /** Serves the connection and then releases all resources. Only this thread may be blocked by a front end. */
    private void run() {
        DeviceFailure end;
        try {
            end = serve();
        } catch (VhostViolationException e) {
            end = new DeviceFailure(e.reason(), label + ": " + e.sentence());
        } catch (InternalError e) {
            end = new DeviceFailure(PortReason.GUEST_VIOLATION, label + ": " + Virtqueue.MEMORY_GONE);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, label + ": the connection is given up", e);
            end = new DeviceFailure(PortReason.WAITING_FOR_GUEST, label + ": " + e.getMessage());
        }
        unshared = session.isUnshared();
        closeSession();
        files.forEach(Fd::close);
        socket.close();
        synchronized (wakeUp) {
            over = true;
            epoll.close();
            wakeUp.close();
            arena.close();
        }
        ended = end;
        changed.run();
    }

    private void closeSession() {
        try {
            session.close();
            FaultCalls.deliver();
        } catch (InternalError e) { // the memory is gone; the rest of the closing must still run
            session.close();
        }
    }

    /** Any thread. */
    private void wake() {
        synchronized (wakeUp) {
            if (!over) {
                wakeUp.signal();
            }
        }
    }

    private DeviceFailure serve() throws VhostViolationException {
        while (!closing) {
            epoll.await(patienceMillis());
            wakeUp.drain();
            VhostUserDevice device = session.device();
            DeviceFailure failure = device == null ? null : device.failure();
            if (failure != null && failure.reason() == PortReason.GUEST_VIOLATION) {
                return failure;
            }
            boolean alive = read();
            if (alive && patienceMillis() == 0) {
                return new DeviceFailure(PortReason.WAITING_FOR_GUEST, label + ": what is connected there has sent no "
                        + (negotiating ? "end of a message for 5 s" : "whole message for 10 s")
                        + "; is it a hypervisor?");
            }
            if (!alive) {
                return new DeviceFailure(PortReason.WAITING_FOR_GUEST, label + ": the front end closed the connection");
            }
        }
        return new DeviceFailure(PortReason.WAITING_FOR_GUEST, label + ": closed");
    }

    /**
     * Returns how long to wait for the next part of a message, ms; -1: without limit, 0: the time limit is exceeded.
     */
    private int patienceMillis() {
        if (negotiating && received == 0) {
            return -1;
        }
        long nowNs = System.nanoTime();
        long leftNs = negotiating ? Long.MAX_VALUE : FIRST_MESSAGE_NS - (nowNs - connectedNs);
        if (received > 0) {
            leftNs = Math.min(leftNs, MESSAGE_NS - (nowNs - startedNs));
        }
        return leftNs <= 0 ? 0 : (int) (leftNs / MILLION) + 1;
    }

    /**
     * Reads the available part of the next message, and handles the message when it is complete. False at the end of
     * the stream.
     */
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
            if (received == 0) {
                startedNs = System.nanoTime();
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
        negotiating = true;
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

    /**
     * Ends the connection. The device that was taken must be closed before. Waits only briefly for the thread to
     * release its resources, because the front end's files can block that thread, and the calling control thread must
     * not wait.
     */
    @Override
    public void close() {
        closing = true;
        wake();
        try {
            if (!thread.join(Duration.ofMillis(CLOSE_MILLIS))) {
                LOG.log(System.Logger.Level.WARNING, label + ": what the front end has passed is not given back yet, as"
                        + " the kernel keeps thread " + thread.getName() + " waiting for it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
