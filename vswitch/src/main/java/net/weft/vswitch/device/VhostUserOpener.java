package net.weft.vswitch.device;

import net.weft.linux.Socket;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.device.vhost.VhostConnection;
import net.weft.vswitch.device.vhost.VhostUserDevice;
import org.jspecify.annotations.Nullable;

/**
 * Listens for a vhost-user front end or connects to one, and opens a device for each set of rings that the front end
 * starts. After a protocol violation the front end is not served for {@value #HOLD_OFF_NS} ns.
 */
final class VhostUserOpener implements DeviceOpener {
    private static final long HOLD_OFF_NS = 3_000_000_000L;

    /** The longest wait in ns for a guest's link to come up: several times what an emulated guest needs. */
    private static final long COMING_UP_NS = 100_000_000L;

    /** Backlog of the listening socket. A connection that sends nothing is replaced by the next one. */
    private static final int BACKLOG = 16;

    private final DeviceSpec.VhostUser spec;
    private final int port;
    private final int mtu;
    private final Runnable changed;
    private @Nullable Socket listener;
    private @Nullable VhostConnection connection;
    private @Nullable DeviceFailure violation;
    private long violatedAtNs;
    private boolean unshared;

    /** @param changed called when the supervisor should check this port soon */
    VhostUserOpener(DeviceSpec.VhostUser spec, int port, int mtu, Runnable changed) {
        this.spec = spec;
        this.port = port;
        this.mtu = mtu;
        this.changed = changed;
    }

    @Override
    public Device open() throws DeviceUnavailableException {
        VhostConnection current = openConnection();
        if (current == null) {
            current = connect();
            connection = current;
        } else if (!current.isNegotiating()) {
            current = replacement(current);
        }
        VhostUserDevice device = current.takeDevice();
        if (device == null) {
            String obstacle = current.obstacle();
            throw new DeviceUnavailableException(PortReason.WAITING_FOR_GUEST, spec.socket() + ": "
                    + (obstacle == null ? "connected; the guest's driver has not set up its rings yet" : obstacle));
        }
        device.awaitGuest(COMING_UP_NS);
        return device;
    }

    @Override
    public boolean hasDevice() {
        VhostConnection current = connection;
        return current != null && current.hasDevice();
    }

    /** Returns the open connection, or null. Closes an ended connection and records its violation. */
    private @Nullable VhostConnection openConnection() {
        VhostConnection current = connection;
        DeviceFailure ended = current == null ? null : current.ended();
        if (current != null && ended != null) {
            current.close();
            connection = null;
            if (ended.reason() == PortReason.GUEST_VIOLATION) {
                violation = ended;
                violatedAtNs = System.nanoTime();
                unshared = current.isUnshared();
            }
        }
        return connection;
    }

    /** Replaces a connection that has sent nothing yet by a waiting one, if there is one. */
    private VhostConnection replacement(VhostConnection silent) {
        Socket listening = listener;
        Socket next = listening == null ? null : listening.accept();
        if (next == null) {
            return silent;
        }
        silent.close();
        VhostConnection replacement = connected(next);
        connection = replacement;
        return replacement;
    }

    private VhostConnection connected(Socket socket) {
        return new VhostConnection(spec.socket(), socket, port, spec.queues(), mtu, spec.memory(), unshared, changed);
    }

    private VhostConnection connect() throws DeviceUnavailableException {
        DeviceFailure broken = violation;
        if (broken != null && System.nanoTime() - violatedAtNs < HOLD_OFF_NS) {
            throw new DeviceUnavailableException(broken.reason(), broken.message());
        }
        Socket socket = spec.listen() ? accept(broken) : UnixSockets.connect(Socket.SOCK_STREAM, spec.socket());
        violation = null;
        return connected(socket);
    }

    private Socket accept(@Nullable DeviceFailure broken) throws DeviceUnavailableException {
        Socket listening = listener;
        if (listening == null) {
            listening = UnixSockets.bind(Socket.SOCK_STREAM, spec.socket(), spec.access());
            listening.listen(BACKLOG);
            listener = listening;
        }
        Socket accepted = listening.accept();
        if (accepted != null) {
            return accepted;
        }
        if (broken != null) {
            throw new DeviceUnavailableException(broken.reason(), broken.message());
        }
        throw new DeviceUnavailableException(PortReason.WAITING_FOR_GUEST,
                spec.socket() + ": listening; QEMU has not connected yet");
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public void close() {
        VhostConnection current = connection;
        if (current != null) {
            current.close();
            connection = null;
        }
        Socket listening = listener;
        if (listening != null) {
            listening.close();
            UnixSockets.unlink(spec.socket());
            listener = null;
        }
    }
}
