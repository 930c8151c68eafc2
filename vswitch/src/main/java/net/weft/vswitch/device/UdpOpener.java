package net.weft.vswitch.device;

import java.net.Inet6Address;
import net.weft.linux.Errno;
import net.weft.linux.LinuxException;
import net.weft.linux.Socket;
import net.weft.linux.SocketAddress;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.device.udp.UdpDevice;

/**
 * Opens the socket of a stack link over UDP, and measures what it carries: the kernel knows the MTU of the path, first from the interface and
 * the route, later from ICMP. When that becomes less the device fails once and is opened again.
 */
final class UdpOpener implements DeviceOpener {
    private static final int SOCKET_BUFFER_BYTES = 4 << 20;
    private static final int IPPROTO_IP = 0;
    private static final int IP_MTU_DISCOVER = 10;
    private static final int IP_MTU = 14;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_MTU_DISCOVER = 23;
    private static final int IPV6_MTU = 24;
    /** Datagrams that are too long are refused, not fragmented. */
    private static final int PMTUDISC_DO = 2;
    private static final int IPV4_AND_UDP_BYTES = 28;
    private static final int IPV6_AND_UDP_BYTES = 48;
    private static final int ETHERNET_BYTES = 14;
    /** The MTU of a path of 1500 bytes, until it is measured. */
    private static final int USUAL = 1500 - IPV4_AND_UDP_BYTES - ETHERNET_BYTES;

    private final DeviceSpec.Udp spec;
    private final int port;
    private int mtu = USUAL;

    UdpOpener(DeviceSpec.Udp spec, int port) {
        this.spec = spec;
        this.port = port;
    }

    private boolean isIpv6() {
        return spec.local().getAddress() instanceof Inet6Address;
    }

    @Override
    public Device open() throws DeviceUnavailableException {
        Socket socket = null;
        try {
            socket = Socket.open(isIpv6() ? Socket.AF_INET6 : Socket.AF_INET, Socket.SOCK_DGRAM, 0);
            socket.bufferBytes(SOCKET_BUFFER_BYTES, SOCKET_BUFFER_BYTES);
            socket.option(isIpv6() ? IPPROTO_IPV6 : IPPROTO_IP, isIpv6() ? IPV6_MTU_DISCOVER : IP_MTU_DISCOVER,
                    PMTUDISC_DO);
            socket.bind(SocketAddress.inet(spec.local()));
            boolean isConnected = socket.connect(SocketAddress.inet(spec.remote()));
            mtu = measured(socket);
            if (!isConnected || mtu < DeviceSpec.Udp.LEAST_MTU) {
                throw new LinuxException(Errno.EMSGSIZE, "connect", spec.label() + ": MTU " + mtu);
            }
            return new UdpDevice(spec.label(), port, socket);
        } catch (LinuxException e) {
            if (socket != null) {
                socket.close();
            }
            throw unavailable(e);
        }
    }

    /** Returns the bytes of a layer-3 packet whose Ethernet frame fits into a datagram on this path. */
    private int measured(Socket connected) {
        return isIpv6()
                ? connected.option(IPPROTO_IPV6, IPV6_MTU) - IPV6_AND_UDP_BYTES - ETHERNET_BYTES
                : connected.option(IPPROTO_IP, IP_MTU) - IPV4_AND_UDP_BYTES - ETHERNET_BYTES;
    }

    private DeviceUnavailableException unavailable(LinuxException e) {
        return switch (e.errno()) {
            case Errno.EADDRNOTAVAIL -> new DeviceUnavailableException(PortReason.NO_DEVICE,
                    spec.local() + ": this host does not have this address");
            case Errno.EADDRINUSE -> new DeviceUnavailableException(PortReason.DEVICE_IN_USE,
                    spec.local() + ": another program uses this UDP port");
            case Errno.EACCES, Errno.EPERM -> new DeviceUnavailableException(PortReason.NO_PERMISSION,
                    spec.local() + ": " + e.getMessage());
            default -> new DeviceUnavailableException(PortReason.PEER_UNREACHABLE,
                    spec.remote() + ": " + e.getMessage());
        };
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public void close() {
        // the device owns the socket
    }
}
