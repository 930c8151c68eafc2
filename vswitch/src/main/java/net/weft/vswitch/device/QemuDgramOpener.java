package net.weft.vswitch.device;

import net.weft.linux.Socket;
import net.weft.vswitch.burst.Device;
import org.jspecify.annotations.Nullable;

/** Keeps Weft's receiving datagram socket bound, and connects the sending socket when QEMU is running. */
final class QemuDgramOpener implements DeviceOpener {
    private static final int SOCKET_BUFFER_BYTES = 1 << 20;

    private final DeviceSpec.QemuDgram spec;
    private final int port;
    private final int mtu;
    private @Nullable Socket receiver;

    QemuDgramOpener(DeviceSpec.QemuDgram spec, int port, int mtu) {
        this.spec = spec;
        this.port = port;
        this.mtu = mtu;
    }

    @Override
    public Device open() throws DeviceUnavailableException {
        Socket bound = receiver;
        if (bound == null) {
            bound = UnixSockets.bind(Socket.SOCK_DGRAM, spec.local(), spec.access());
            bound.bufferBytes(SOCKET_BUFFER_BYTES, SOCKET_BUFFER_BYTES);
            receiver = bound;
        }
        Socket sender = UnixSockets.connect(Socket.SOCK_DGRAM, spec.remote());
        sender.bufferBytes(SOCKET_BUFFER_BYTES, SOCKET_BUFFER_BYTES);
        return new QemuDgramDevice(spec.local(), port, bound, sender);
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public void close() {
        Socket bound = receiver;
        if (bound != null) {
            bound.close();
            UnixSockets.unlink(spec.local());
            receiver = null;
        }
    }
}
