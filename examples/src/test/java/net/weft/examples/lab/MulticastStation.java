package net.weft.examples.lab;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import net.weft.linux.Socket;
import net.weft.linux.SocketAddress;

/** A UDP socket of a host's kernel that sends to one multicast group and joins it: the kernel then speaks IGMP or MLD for it. */
public final class MulticastStation implements AutoCloseable {
    private static final int PORT = 5007;
    private static final int IPPROTO_IP = 0;
    private static final int IP_MULTICAST_IF = 32;
    private static final int IP_ADD_MEMBERSHIP = 35;
    private static final int IP_DROP_MEMBERSHIP = 36;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_MULTICAST_IF = 17;
    private static final int IPV6_JOIN_GROUP = 20;
    private static final int IPV6_LEAVE_GROUP = 21;

    private final Socket socket;
    private final InetAddress group;
    private final int device;
    private final boolean ipv6;

    public MulticastStation(Host host, InetAddress group) {
        this.group = group;
        ipv6 = group.getAddress().length == 16;
        device = Integer.parseInt(
                host.namespace().run("cat", "/sys/class/net/eth0/ifindex").orThrow().out().strip());
        socket = host.namespace()
                .call(() -> Socket.open(ipv6 ? Socket.AF_INET6 : Socket.AF_INET, Socket.SOCK_DGRAM, 0));
        if (ipv6) {
            socket.option(IPPROTO_IPV6, IPV6_MULTICAST_IF, device);
        } else {
            membership(IPPROTO_IP, IP_MULTICAST_IF);
        }
        socket.connect(SocketAddress.inet(new InetSocketAddress(group, PORT)));
    }

    public void send(String mark) {
        try (Arena arena = Arena.ofConfined()) {
            byte[] bytes = mark.getBytes(StandardCharsets.US_ASCII);
            MemorySegment payload = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            long sent = socket.send(payload.address(), bytes.length, 0);
            if (sent < 0) {
                throw new IllegalStateException("sending to " + group + ": errno " + -sent);
            }
        }
    }

    public void join() {
        membership(ipv6 ? IPPROTO_IPV6 : IPPROTO_IP, ipv6 ? IPV6_JOIN_GROUP : IP_ADD_MEMBERSHIP);
    }

    public void leave() {
        membership(ipv6 ? IPPROTO_IPV6 : IPPROTO_IP, ipv6 ? IPV6_LEAVE_GROUP : IP_DROP_MEMBERSHIP);
    }

    /** With {@code struct ip_mreqn} or {@code struct ipv6_mreq}. */
    private void membership(int level, int option) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(ipv6 ? 20 : 12, 4);
            byte[] address = group.getAddress();
            MemorySegment.copy(address, 0, request, ValueLayout.JAVA_BYTE, 0, address.length);
            request.set(ValueLayout.JAVA_INT, ipv6 ? 16 : 8, device);
            socket.option(level, option, request);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
