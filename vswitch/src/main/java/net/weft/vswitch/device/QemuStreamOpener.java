package net.weft.vswitch.device;

import net.weft.linux.Socket;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.PortReason;
import org.jspecify.annotations.Nullable;

/** Connects to QEMU or listens for it. The listening socket outlives every connection. */
final class QemuStreamOpener implements DeviceOpener {
    private static final int SOCKET_BUFFER_BYTES = 1 << 20;

    private final DeviceSpec.QemuStream spec;
    private final int port;
    private final int mtu;
    private @Nullable Socket listener;

    QemuStreamOpener(DeviceSpec.QemuStream spec, int port, int mtu) {
        this.spec = spec;
        this.port = port;
        this.mtu = mtu;
    }

    @Override
    public Device open() throws DeviceUnavailableException {
        Socket socket = spec.listen() ? accept() : UnixSockets.connect(Socket.SOCK_STREAM, spec.socket());
        socket.bufferBytes(SOCKET_BUFFER_BYTES, SOCKET_BUFFER_BYTES);
        return new QemuStreamDevice(spec.socket(), port, socket);
    }

    private Socket accept() throws DeviceUnavailableException {
        Socket listening = listener;
        if (listening == null) {
            listening = UnixSockets.bind(Socket.SOCK_STREAM, spec.socket(), spec.access());
            listening.listen(1);
            listener = listening;
        }
        Socket accepted = listening.accept();
        if (accepted == null) {
            throw new DeviceUnavailableException(PortReason.WAITING_FOR_GUEST,
                    spec.socket() + ": listening; QEMU has not connected yet");
        }
        return accepted;
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public void close() {
        Socket listening = listener;
        if (listening != null) {
            listening.close();
            UnixSockets.unlink(spec.socket());
            listener = null;
        }
    }
}
