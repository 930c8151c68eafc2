package net.weft.wireguard;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import net.weft.crypto.AeadProvider;

/**
 * A whole WireGuard node in one thread: what the gateway will do around the protocol, with packets as byte arrays. Datagrams go to a
 * {@link Wire}; packets that come out are collected.
 */
final class TestNode {
    /** Takes a datagram. */
    interface Wire {
        void send(TestNode from, Endpoint to, byte[] datagram);
    }

    static final int MTU = 1420;

    final WireGuard wireGuard;
    final CryptokeyRoutes<Peer> routes = new CryptokeyRoutes<>();
    final List<byte[]> delivered = new ArrayList<>();
    final List<Peer> deliveredFrom = new ArrayList<>();
    final List<Endpoint> moves = new ArrayList<>();
    int unreachable;
    int handshakesBegun;
    boolean underLoad;
    long unixOffsetNs;

    private final PacketPath path;
    private final Handshakes handshakes;
    private final Wire wire;
    private final Deque<byte[]> staged = new ArrayDeque<>();
    private final Deque<Runnable> wanted = new ArrayDeque<>();
    private final MemorySegment memory = Arena.ofAuto().allocate(70_000, 64);
    private long nowNs;

    TestNode(byte[] privateKey, Random random, PeerState state, Wire wire) {
        this.wire = wire;
        wireGuard = new WireGuard(new Identity(privateKey), random::nextBytes, state, new WireGuardEvents() {
            @Override
            public void handshakeWanted(Peer peer) {
                wanted.add(() -> initiate(peer));
            }

            @Override
            public void sessionReady(Peer peer, boolean mustConfirm) {
                wanted.add(() -> flush(peer, mustConfirm));
            }

            @Override
            public void keepaliveWanted(Peer peer) {
                wanted.add(() -> keepalive(peer));
            }

            @Override
            public void endpointMoved(Peer peer, Endpoint endpoint) {
                moves.add(endpoint);
            }

            @Override
            public void unreachable(Peer peer) {
                unreachable++;
                staged.clear();
            }
        });
        path = new PacketPath(wireGuard, AeadProvider.openBest());
        handshakes = new Handshakes(wireGuard, AeadProvider.openBest());
    }

    PublicKey publicKey() {
        return wireGuard.publicKey();
    }

    void advance(long toNs) {
        nowNs = toNs;
        wireGuard.tick(nowNs);
        runWanted();
    }

    private void runWanted() {
        for (Runnable next = wanted.poll(); next != null; next = wanted.poll()) {
            next.run();
        }
    }

    /** Sends an IP packet to a peer, or stages it until there is a session. */
    void send(Peer peer, byte[] packet) {
        if (!seal(peer, packet)) {
            staged.add(packet);
        }
        runWanted();
    }

    private boolean seal(Peer peer, byte[] packet) {
        MemorySegment.copy(packet, 0, memory, ValueLayout.JAVA_BYTE, PacketPath.HEADER_BYTES, packet.length);
        return out(peer, path.seal(peer, memory, 0, packet.length, MTU, nowNs));
    }

    private void keepalive(Peer peer) {
        out(peer, path.keepalive(peer, memory, 0, nowNs));
    }

    private boolean out(Peer peer, int length) {
        Endpoint endpoint = peer.endpoint();
        if (length <= 0 || endpoint == null) {
            return false;
        }
        wire.send(this, endpoint, memory.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
        return true;
    }

    private void flush(Peer peer, boolean mustConfirm) {
        boolean any = false;
        for (byte[] packet = staged.poll(); packet != null; packet = staged.poll()) {
            any |= seal(peer, packet);
        }
        if (!any && mustConfirm) {
            keepalive(peer);
        }
    }

    void initiate(Peer peer) {
        byte[] message = new byte[Handshakes.MESSAGE_BYTES];
        int length = handshakes.initiate(peer, nowNs, nowNs + unixOffsetNs, message);
        Endpoint endpoint = peer.endpoint();
        if (length > 0 && endpoint != null) {
            handshakesBegun++;
            wire.send(this, endpoint, Arrays.copyOf(message, length));
        }
    }

    /** What {@link PacketPath#open} answered. */
    int receive(byte[] datagram, Endpoint from) {
        Source source = new Source();
        source.set(from);
        MemorySegment.copy(datagram, 0, memory, ValueLayout.JAVA_BYTE, 0, datagram.length);
        int result = path.open(memory, 0, datagram.length, source, nowNs);
        if (result > 0) {
            delivered.add(memory.asSlice(PacketPath.HEADER_BYTES, result).toArray(ValueLayout.JAVA_BYTE));
            deliveredFrom.add(path.peer());
        } else if (result == PacketPath.HANDSHAKE) {
            byte[] reply = new byte[Handshakes.MESSAGE_BYTES];
            int length = handshakes.receive(datagram, datagram.length, source, nowNs, underLoad, reply);
            if (length > 0) {
                wire.send(this, from, Arrays.copyOf(reply, length));
            }
        }
        runWanted();
        return result;
    }
}
