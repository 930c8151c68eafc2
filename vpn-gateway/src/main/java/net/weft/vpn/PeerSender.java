package net.weft.vpn;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import net.weft.crypto.Aead;
import net.weft.crypto.AeadProvider;
import net.weft.linux.Errno;
import net.weft.linux.Memory;
import net.weft.linux.MessageVector;
import net.weft.vpn.packet.Ecn;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import net.weft.wireguard.Endpoint;
import net.weft.wireguard.PacketPath;
import org.jspecify.annotations.Nullable;

/**
 * Seals packets for peers and sends them with one system call a batch. Messages lie one behind the other; a run of them to one peer that
 * are equally long, but for the last, goes out as one, which the kernel or the network card cuts (UDP segmentation offload), where the
 * kernel can. One instance belongs to one thread; nothing is allocated for a packet.
 */
final class PeerSender implements AutoCloseable {
    /** Most packets of a batch. */
    static final int BATCH = Burst.CAPACITY;
    private static final int SPARE = PacketPath.OVERHEAD_BYTES + 32;
    /** Most bytes and datagrams that the kernel cuts from one message. */
    private static final int RUN_BYTES = 65_000;
    private static final int RUN_SEGMENTS = 64;

    private final Gateway gateway;
    private final UdpSocket socket;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment out = arena.allocate((long) BATCH * (GatewaySpec.MAX_MTU + SPARE), 64);
    private final MessageVector messages = new MessageVector(arena, BATCH, 1, UdpSocket.CONTROL_BYTES);
    private final Aead aead = AeadProvider.openBest();
    private final PacketPath path;
    private final @Nullable GatewayPeer[] peer = new @Nullable GatewayPeer[BATCH];
    private final int[] firstEntry = new int[BATCH];
    private final int[] offset = new int[BATCH];
    private final int[] bytes = new int[BATCH];
    private final int[] segment = new int[BATCH];
    private final int[] segments = new int[BATCH];
    private final int[] ecn = new int[BATCH];
    private int runs;
    private int end;
    private long nowNs;
    private boolean cuts = true;

    PeerSender(Gateway gateway, UdpSocket socket) {
        this.gateway = gateway;
        this.socket = socket;
        path = new PacketPath(gateway.wireGuard(), aead);
    }

    /** Begins a batch. */
    void begin(long now) {
        nowNs = now;
        runs = 0;
        end = 0;
    }

    long nowNs() {
        return nowNs;
    }

    /** Memory of the next packet, at {@link #packetOffset}. */
    MemorySegment memory() {
        return out;
    }

    /** The address at which the next packet is written before {@link #seal}. */
    long packetOffset() {
        return end + PacketPath.HEADER_BYTES;
    }

    long packetAddress() {
        return out.address() + packetOffset();
    }

    /**
     * Seals the packet that was written at {@link #packetOffset}.
     *
     * @param entry what {@link #flush} names if the packet was not sent
     * @return false if there is no session; the packet is still there
     */
    boolean seal(GatewayPeer to, int length, int entry) {
        int bits = Ecn.outer(out, packetOffset());
        return append(to, path.seal(to.wireGuard, out, end, length, gateway.mtu(), nowNs), entry, bits);
    }

    /** Seals an empty packet. */
    boolean keepalive(GatewayPeer to, int entry) {
        return append(to, path.keepalive(to.wireGuard, out, end, nowNs), entry, 0);
    }

    private boolean append(GatewayPeer to, int sealed, int entry, int bits) {
        if (sealed <= 0) {
            return false;
        }
        int last = runs - 1;
        boolean joins = cuts && last >= 0 && peer[last] == to && ecn[last] == bits && sealed <= segment[last]
                && segments[last] < RUN_SEGMENTS
                && bytes[last] + sealed <= RUN_BYTES && bytes[last] == segments[last] * segment[last];
        if (joins) {
            bytes[last] += sealed;
            segments[last]++;
        } else {
            peer[runs] = to;
            firstEntry[runs] = entry;
            offset[runs] = end;
            bytes[runs] = sealed;
            segment[runs] = sealed;
            ecn[runs] = bits;
            segments[runs++] = 1;
        }
        end += sealed;
        return true;
    }

    /**
     * Sends the batch.
     *
     * @param all returned if nothing is left
     * @return the entry of the first packet that the socket had no room for
     */
    int flush(int all) {
        int sent = send();
        return sent < runs ? firstEntry[sent] : all;
    }

    /** Sends the batch; packets that the socket has no room for are counted at their peers. */
    void finish() {
        for (int n = send(); n < runs; n++) {
            lost(n, DropReason.RING_FULL);
        }
    }

    private void lost(int n, DropReason reason) {
        GatewayPeer to = peer[n];
        if (to != null) {
            to.drops.add(reason, segments[n]);
        }
    }

    /** Returns the number of runs that were sent, or refused and counted. */
    private int send() {
        for (int n = 0; n < runs; n++) {
            address(n);
        }
        int sent = 0;
        while (sent < runs) {
            int result = messages.send(socket.socket(), sent, runs - sent, 0);
            if (result > 0) {
                sent += result;
            } else if (result == -Errno.EAGAIN || result == -Errno.ENOBUFS) {
                return sent;
            } else {
                failed(sent, result);
                sent++;
            }
        }
        return sent;
    }

    private void address(int n) {
        GatewayPeer to = peer[n];
        Endpoint endpoint = to == null ? null : to.wireGuard.endpoint();
        messages.segment(n, 0, out.address() + offset[n], bytes[n]);
        if (endpoint == null || !socket.write(messages, n, endpoint, segments[n] > 1 ? segment[n] : 0, ecn[n])) {
            messages.addressBytes(n, 0);
            messages.controlBytes(n, 0);
        }
    }

    /** The kernel refused a run: without cutting, then without local address, which may be gone, it is tried once more. */
    private void failed(int n, int result) {
        GatewayPeer to = peer[n];
        Endpoint endpoint = to == null ? null : to.wireGuard.endpoint();
        if (to == null || endpoint == null) {
            lost(n, DropReason.NO_SESSION);
            return;
        }
        if (segments[n] > 1) {
            cuts &= result != -Errno.EIO;
        }
        Endpoint any = new Endpoint(endpoint.high(), endpoint.low(), endpoint.port(), endpoint.scope(), 0, 0);
        for (int at = 0; at < bytes[n]; at += segment[n]) {
            messages.segment(n, 0, out.address() + offset[n] + at, Math.min(segment[n], bytes[n] - at));
            if (!socket.write(messages, n, any, 0, ecn[n]) || messages.send(socket.socket(), n, 1, 0) <= 0) {
                to.drops.add(DropReason.REFUSED);
            }
        }
    }

    /** Sends a datagram that is sealed already: a handshake message. */
    void datagram(byte[] message, int length, Endpoint to) {
        Memory.copy(message, 0, out.address(), length);
        messages.segment(0, 0, out.address(), length);
        if (socket.write(messages, 0, to, 0, 0) && messages.send(socket.socket(), 0, 1, 0) < 0) {
            Endpoint any = new Endpoint(to.high(), to.low(), to.port(), to.scope(), 0, 0);
            boolean unused = socket.write(messages, 0, any, 0, 0) && messages.send(socket.socket(), 0, 1, 0) > 0;
        }
    }

    /** Frees the memory, which is zeroed first: it has held packets. No thread may use the sender then. */
    @Override
    public void close() {
        aead.close();
        out.fill((byte) 0);
        arena.close();
    }
}
