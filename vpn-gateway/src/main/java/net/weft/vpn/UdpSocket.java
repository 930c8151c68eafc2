package net.weft.vpn;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import net.weft.linux.Errno;
import net.weft.linux.LinuxException;
import net.weft.linux.Memory;
import net.weft.linux.MessageVector;
import net.weft.linux.Socket;
import net.weft.linux.SocketAddress;
import net.weft.vpn.packet.Ecn;
import net.weft.wireguard.Endpoint;
import net.weft.wireguard.Source;

/**
 * The UDP socket of a gateway: IPv6 and IPv4 at once, or IPv4 alone on a host without IPv6. It tells to which local address a datagram
 * was sent, so that the answer leaves from there, and lets the network fragment its datagrams, as the kernel's WireGuard does.
 */
final class UdpSocket implements AutoCloseable {
    /** Bytes of ancillary data for each datagram: local address, segment size and ECN bits, with room to spare. */
    static final int CONTROL_BYTES = 128;

    private static final int IPPROTO_IP = 0;
    private static final int IP_TOS = 1;
    private static final int IP_PKTINFO = 8;
    private static final int IP_MTU_DISCOVER = 10;
    private static final int IP_RECVTOS = 13;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_MTU_DISCOVER = 23;
    private static final int IPV6_V6ONLY = 26;
    private static final int IPV6_RECVPKTINFO = 49;
    private static final int IPV6_PKTINFO = 50;
    private static final int IPV6_RECVTCLASS = 66;
    private static final int IPV6_TCLASS = 67;
    private static final int BUFFER_BYTES = 4 << 20;

    /** {@code struct cmsghdr}: length (8), level (4), type (4). */
    private static final int CMSG_HEADER = 16;
    private static final int PKTINFO6_BYTES = 20;
    private static final int PKTINFO4_BYTES = 12;
    /** {@code struct sockaddr_in6}: family (2), port (2), flow (4), address (16), scope (4). */
    private static final int SOCKADDR6_BYTES = 28;
    private static final int SOCKADDR4_BYTES = 16;

    private final Socket socket;
    private final boolean isIpv6;

    private UdpSocket(Socket socket, boolean isIpv6) {
        this.socket = socket;
        this.isIpv6 = isIpv6;
    }

    /** @throws LinuxException if the port is taken or the kernel refuses otherwise */
    static UdpSocket open(int port) {
        try {
            return bound(Socket.open(Socket.AF_INET6, Socket.SOCK_DGRAM, 0), port, true);
        } catch (LinuxException e) {
            if (e.errno() != Errno.EAFNOSUPPORT && e.errno() != Errno.EADDRNOTAVAIL) {
                throw e;
            }
            return bound(Socket.open(Socket.AF_INET, Socket.SOCK_DGRAM, 0), port, false);
        }
    }

    private static UdpSocket bound(Socket socket, int port, boolean isIpv6) {
        try {
            if (isIpv6) {
                socket.option(IPPROTO_IPV6, IPV6_V6ONLY, 0);
                socket.option(IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
                socket.option(IPPROTO_IPV6, IPV6_RECVTCLASS, 1);
                socket.option(IPPROTO_IPV6, IPV6_MTU_DISCOVER, 0);
            } else {
                socket.option(IPPROTO_IP, IP_PKTINFO, 1);
            }
            socket.option(IPPROTO_IP, IP_RECVTOS, 1);
            socket.option(IPPROTO_IP, IP_MTU_DISCOVER, 0);
            socket.bufferBytes(BUFFER_BYTES, BUFFER_BYTES);
            socket.bind(SocketAddress.inet(new InetSocketAddress(any(isIpv6), port)));
            return new UdpSocket(socket, isIpv6);
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static InetAddress any(boolean isIpv6) {
        try {
            return InetAddress.getByAddress(new byte[isIpv6 ? 16 : 4]);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("zeros are an address", e);
        }
    }

    Socket socket() {
        return socket;
    }

    /** Lets the kernel join datagrams of one sender; false if it cannot. */
    boolean coalesce() {
        return socket.setOption(Socket.SOL_UDP, Socket.UDP_GRO, 1) == 0;
    }

    /**
     * Reads where a received datagram came from and went to, and what its ECN bits are; returns the segment size if the kernel joined
     * several, else 0.
     */
    int read(MessageVector messages, int message, Source source) {
        long name = messages.addressOf(message);
        int port = Short.toUnsignedInt(Memory.getShortBe(name + 2));
        if (isIpv6) {
            source.remote(Memory.getLongBe(name + 8), Memory.getLongBe(name + 16), port, Memory.getInt(name + 24));
        } else {
            source.remoteIpv4(Memory.getIntBe(name + 4), port);
        }
        source.local(0, 0);
        source.ecn(0);
        return control(messages, message, source);
    }

    private static int control(MessageVector messages, int message, Source source) {
        int segment = 0;
        long at = messages.controlOf(message);
        long end = at + messages.controlBytes(message);
        while (end - at >= CMSG_HEADER) {
            long bytes = Memory.getLong(at);
            if (bytes < CMSG_HEADER || bytes > end - at) {
                break;
            }
            int level = Memory.getInt(at + 8);
            int type = Memory.getInt(at + 12);
            long data = at + CMSG_HEADER;
            if (level == IPPROTO_IPV6 && type == IPV6_PKTINFO) {
                source.local(Memory.getLongBe(data), Memory.getLongBe(data + 8));
            } else if (level == IPPROTO_IP && type == IP_PKTINFO) {
                source.local(0, 0xffffL << 32 | Integer.toUnsignedLong(Memory.getIntBe(data + 4)));
            } else if (level == IPPROTO_IP && type == IP_TOS) {
                source.ecn(Memory.getByte(data) & Ecn.MASK);
            } else if (level == IPPROTO_IPV6 && type == IPV6_TCLASS) {
                source.ecn(Memory.getInt(data) & Ecn.MASK);
            } else if (level == Socket.SOL_UDP && type == Socket.UDP_GRO) {
                segment = Memory.getInt(data);
            }
            at += bytes + 7 & -8;
        }
        return segment;
    }

    /**
     * Writes where a datagram goes to and leaves from.
     *
     * @param segmentBytes size at which the kernel cuts it into datagrams; 0: it is one
     * @param ecn ECN bits of its IP header
     * @return false if this socket cannot send there (IPv6 on a host without it)
     */
    boolean write(MessageVector messages, int message, Endpoint to, int segmentBytes, int ecn) {
        long name = messages.addressOf(message);
        long control = messages.controlOf(message);
        int controlBytes = 0;
        boolean hasLocal = to.localHigh() != 0 || to.localLow() != 0;
        if (isIpv6) {
            Memory.putShort(name, (short) Socket.AF_INET6);
            Memory.putShortBe(name + 2, (short) to.port());
            Memory.putInt(name + 4, 0);
            Memory.putLongBe(name + 8, to.high());
            Memory.putLongBe(name + 16, to.low());
            Memory.putInt(name + 24, to.scope());
            messages.addressBytes(message, SOCKADDR6_BYTES);
            if (hasLocal) {
                header(control, PKTINFO6_BYTES, IPPROTO_IPV6, IPV6_PKTINFO);
                Memory.putLongBe(control + CMSG_HEADER, to.localHigh());
                Memory.putLongBe(control + CMSG_HEADER + 8, to.localLow());
                Memory.putInt(control + CMSG_HEADER + 16, to.scope());
                controlBytes = CMSG_HEADER + PKTINFO6_BYTES + 7 & -8;
            }
        } else {
            if (!to.isIpv4()) {
                return false;
            }
            Memory.putShort(name, (short) Socket.AF_INET);
            Memory.putShortBe(name + 2, (short) to.port());
            Memory.putIntBe(name + 4, (int) to.low());
            Memory.putLong(name + 8, 0);
            messages.addressBytes(message, SOCKADDR4_BYTES);
            if (hasLocal) {
                header(control, PKTINFO4_BYTES, IPPROTO_IP, IP_PKTINFO);
                Memory.putInt(control + CMSG_HEADER, 0);
                Memory.putIntBe(control + CMSG_HEADER + 4, (int) to.localLow());
                Memory.putInt(control + CMSG_HEADER + 8, 0);
                controlBytes = CMSG_HEADER + PKTINFO4_BYTES + 7 & -8;
            }
        }
        if (ecn != 0) {
            boolean mapped = to.isIpv4();
            header(control + controlBytes, Integer.BYTES, mapped ? IPPROTO_IP : IPPROTO_IPV6,
                    mapped ? IP_TOS : IPV6_TCLASS);
            Memory.putInt(control + controlBytes + CMSG_HEADER, ecn);
            controlBytes += CMSG_HEADER + 8;
        }
        if (segmentBytes != 0) {
            header(control + controlBytes, Short.BYTES, Socket.SOL_UDP, Socket.UDP_SEGMENT);
            Memory.putShort(control + controlBytes + CMSG_HEADER, (short) segmentBytes);
            controlBytes += CMSG_HEADER + 8;
        }
        messages.controlBytes(message, controlBytes);
        return true;
    }

    private static void header(long at, int dataBytes, int level, int type) {
        Memory.putLong(at, CMSG_HEADER + dataBytes);
        Memory.putInt(at + 8, level);
        Memory.putInt(at + 12, type);
    }

    @Override
    public void close() {
        socket.close();
    }
}
