package net.weft.vpn;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import net.weft.crypto.Aead;
import net.weft.crypto.AeadProvider;
import net.weft.linux.Errno;
import net.weft.linux.Fd;
import net.weft.linux.Memory;
import net.weft.linux.MessageVector;
import net.weft.packet.EtherType;
import net.weft.vpn.packet.Ecn;
import net.weft.vpn.packet.MssClamp;
import net.weft.vpn.packet.TcpCoalescer;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.wireguard.PacketPath;
import net.weft.wireguard.Source;

/**
 * Receives the datagrams of a gateway's socket. What happens to each, in this order:
 * <ol>
 * <li>A handshake message is copied to the {@link HandshakeThreads}.
 * <li>A data message is opened in place, by {@link PacketPath}, and its packet's source checked.
 * <li>{@link Router} finds the next hop of the packet; where that is not known yet, the packet waits for the neighbour's answer.
 * <li>An Ethernet header takes the place of WireGuard's, and the frame goes into the burst as one of the peer's port; a TCP segment that
 * continues the one before it is joined to that instead ({@link TcpCoalescer}).
 * </ol>
 * The kernel may join datagrams of one sender (UDP GRO); they are taken apart here. One worker at a time; nothing is allocated for a
 * packet that is forwarded.
 */
final class SocketQueue implements ReceiveQueue, AutoCloseable {
    /** Datagrams, joined or not, of one system call. */
    private static final int BATCH = 32;
    private static final int SLOT_BYTES = 65_536;
    /** Distance of two slots: an odd number of cache lines more, so that they spread over all cache sets. */
    private static final int SLOT_STRIDE = SLOT_BYTES + 27 * 64;

    private final Gateway gateway;
    private final UdpSocket socket;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment area = arena.allocate((long) BATCH * SLOT_STRIDE, 4096);
    private final MessageVector messages = new MessageVector(arena, BATCH, 1, UdpSocket.CONTROL_BYTES);
    private final Aead aead = AeadProvider.openBest();
    private final PacketPath path;
    private final Router router;
    private final TcpCoalescer tcp = new TcpCoalescer(area);
    private final Source source = new Source();
    private int received;
    private int message;
    private int position;
    private int segment;

    SocketQueue(Gateway gateway, UdpSocket socket) {
        this.gateway = gateway;
        this.socket = socket;
        path = new PacketPath(gateway.wireGuard(), aead);
        router = new Router(gateway);
        for (int n = 0; n < BATCH; n++) {
            messages.segment(n, 0, area.address() + (long) n * SLOT_STRIDE, SLOT_BYTES);
        }
        boolean unused = socket.coalesce();
    }

    @Override
    public int receive(Burst burst, int budget) {
        if (message == received) {
            int got = messages.receiveAddresses(socket.socket(), 0, BATCH, 0);
            if (got <= 0) {
                return got == -Errno.EBADF ? FAILED : 0;
            }
            received = got;
            message = 0;
            position = 0;
        }
        long nowNs = System.nanoTime();
        while (message < received && burst.count < budget && !burst.isFull()) {
            int length = messages.length(message);
            if (position == 0) {
                segment = socket.read(messages, message, source);
            }
            int until = segment == 0 ? length : Math.min(length, position + segment);
            datagram(burst, (long) message * SLOT_STRIDE + position, until - position, nowNs);
            position = until;
            if (until == length) {
                message++;
                position = 0;
            }
        }
        tcp.finish(burst);
        return burst.count;
    }

    private void datagram(Burst burst, long at, int length, long nowNs) {
        int packet = path.open(area, at, length, source, nowNs);
        if (packet == PacketPath.HANDSHAKE) {
            gateway.handshakes().offer(area, at, length, source);
        } else if (packet > 0) {
            forward(burst, GatewayPeer.of(path.peer()), at + PacketPath.HEADER_BYTES, packet, nowNs);
        }
    }

    private void forward(Burst burst, GatewayPeer peer, long at, int length, long nowNs) {
        int port = peer.port;
        if (port < 0) {
            peer.drops.add(DropReason.PORT_DOWN);
            return;
        }
        long next = router.nextHop(peer, area, at, length, nowNs);
        if (next == Router.DROPPED) {
            return;
        }
        MssClamp.clamp(area, at, length, gateway.mtu());
        if (source.ecn() == Ecn.CONGESTED) {
            Ecn.mark(area, at);
        }
        if (tcp.join(burst, at, length, port, next)) {
            return;
        }
        long frame = area.address() + at - LocalFrames.ETHERNET_BYTES;
        boolean isIpv4 = Memory.getByte(area.address() + at) >>> 4 == 4;
        Memory.putIntBe(frame, (int) (next >>> 16));
        Memory.putIntBe(frame + 4, (int) next << 16 | (int) (peer.mac() >>> 32));
        Memory.putIntBe(frame + 8, (int) peer.mac());
        Memory.putShortBe(frame + 12, (short) (isIpv4 ? EtherType.IPV4 : EtherType.IPV6));
        tcp.finish(burst);
        burst.add(frame, LocalFrames.ETHERNET_BYTES + length, port, 0, 0);
        tcp.begin(burst, at, length, port, next);
    }

    @Override
    public void release() {
    }

    @Override
    public Fd fd() {
        return socket.socket().fd();
    }

    @Override
    public boolean arm() {
        return message < received;
    }

    @Override
    public void disarm() {
    }

    @Override
    public void close() {
        aead.close();
        area.fill((byte) 0); // it has held packets
        arena.close();
    }
}
