package net.weft.vswitch.device;

import net.weft.linux.Socket;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.device.vhost.VhostConnection;
import net.weft.vswitch.device.vhost.VhostUserDevice;
import org.jspecify.annotations.Nullable;

/**
 * Listens for a vhost-user front end or connects to one, and hands out the device of each set of rings that it brings to
 * life. A front end that broke a rule is not served again for {@value #HOLD_OFF_NS} ns.
 */
final class VhostUserOpener implements DeviceOpener {
    private static final long HOLD_OFF_NS = 3_000_000_000L;

    /** Several times what a guest's link takes under emulation. */
    private static final long COMING_UP_NS = 100_000_000L;

    /** Connections that wait; those who say nothing are taken out of the way one by one. */
    private static final int BACKLOG = 16;

    private final DeviceSpec.VhostUser spec;
    private final int port;
    private final int mtu;
    private final Runnable changed;
    private @Nullable Socket listener;
    private @Nullable VhostConnection connection;
    private @Nullable DeviceFailure violation;
    private long violatedAtNs;
    private boolean doubted;

    /** @param changed makes the supervisor look at this port soon */
    VhostUserOpener(DeviceSpec.VhostUser spec, int port, int mtu, Runnable changed) {
        this.spec = spec;
        this.port = port;
        this.mtu = mtu;
        this.changed = changed;
    }

    @Override
    public Device open() throws DeviceUnavailableException {
        VhostConnection current = living();
        if (current == null) {
            current = connect();
            connection = current;
        } else if (!current.isNegotiating()) {
            current = successor(current);
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

    /** The connection, unless it has ended. */
    private @Nullable VhostConnection living() {
        VhostConnection current = connection;
        DeviceFailure ended = current == null ? null : current.ended();
        if (current != null && ended != null) {
            current.close();
            connection = null;
            if (ended.reason() == PortReason.GUEST_VIOLATION) {
                violation = ended;
                violatedAtNs = System.nanoTime();
                doubted = current.isUnshared();
            }
        }
        return connection;
    }

    /** Whoever connects takes the place of one who has said nothing yet. */
    private VhostConnection successor(VhostConnection silent) {
        Socket listening = listener;
        Socket next = listening == null ? null : listening.accept();
        if (next == null) {
            return silent;
        }
        silent.close();
        VhostConnection successor = connected(next);
        connection = successor;
        return successor;
    }

    private VhostConnection connected(Socket socket) {
        return new VhostConnection(spec.socket(), socket, port, spec.queues(), mtu, spec.memory(), doubted, changed);
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
