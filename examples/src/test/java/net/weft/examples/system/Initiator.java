package net.weft.examples.system;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;
import net.weft.crypto.Aead;
import net.weft.crypto.AeadProvider;
import net.weft.wireguard.CryptokeyRoutes;
import net.weft.wireguard.Endpoint;
import net.weft.wireguard.Handshakes;
import net.weft.wireguard.Identity;
import net.weft.wireguard.PacketPath;
import net.weft.wireguard.Peer;
import net.weft.wireguard.PeerState;
import net.weft.wireguard.PublicKey;
import net.weft.wireguard.Source;
import net.weft.wireguard.WireGuard;
import net.weft.wireguard.WireGuardEvents;

/** Shakes hands with a gateway as thousands of clients that share a socket, one after the other. */
final class Initiator implements WireGuardEvents, AutoCloseable {
    private final DatagramSocket socket;
    private final InetSocketAddress to;
    private final PublicKey gateway;
    private final Aead aead = AeadProvider.openBest();

    Initiator(DatagramSocket socket, InetSocketAddress to, PublicKey gateway) {
        this.socket = socket;
        this.to = to;
        this.gateway = gateway;
    }

    /** An initiation of a client. */
    byte[] initiation(byte[] privateKey) {
        try (WireGuard client = client(privateKey)) {
            return initiated(client, new Handshakes(client, aead));
        }
    }

    private WireGuard client(byte[] privateKey) {
        return new WireGuard(new Identity(privateKey), new SecureRandom()::nextBytes, PeerState.NONE, this);
    }

    private byte[] initiated(WireGuard client, Handshakes handshakes) {
        Peer peer = client.addPeer(gateway, new CryptokeyRoutes<>());
        peer.endpoint(Endpoint.of(to.getAddress().getAddress(), to.getPort()));
        byte[] message = new byte[Handshakes.MESSAGE_BYTES];
        int length = handshakes.initiate(peer, System.nanoTime(), System.currentTimeMillis() * 1_000_000, message);
        return Arrays.copyOf(message, length);
    }

    /** Makes a session of a client, which it then forgets. */
    void connect(byte[] privateKey) throws IOException {
        try (WireGuard client = client(privateKey); Arena arena = Arena.ofConfined()) {
            Handshakes handshakes = new Handshakes(client, aead);
            byte[] message = initiated(client, handshakes);
            socket.send(new DatagramPacket(message, message.length, to));
            DatagramPacket answer = new DatagramPacket(new byte[2048], 2048);
            socket.receive(answer);
            Source source = new Source();
            source.remoteIpv4(0x0a00_0001, to.getPort());
            int none = handshakes.receive(answer.getData(), answer.getLength(), source, System.nanoTime(), false,
                    new byte[Handshakes.MESSAGE_BYTES]);
            MemorySegment datagram = arena.allocate(128, 64);
            Peer peer = Objects.requireNonNull(client.peer(gateway));
            int length = new PacketPath(client, aead).keepalive(peer, datagram, 0, System.nanoTime());
            if (none != 0 || length <= 0) {
                throw new AssertionError("no session: " + none + ", " + length);
            }
            byte[] bytes = datagram.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
            socket.send(new DatagramPacket(bytes, bytes.length, to));
        }
    }

    @Override
    public void handshakeWanted(Peer peer) {
    }

    @Override
    public void sessionReady(Peer peer, boolean mustConfirm) {
    }

    @Override
    public void keepaliveWanted(Peer peer) {
    }

    @Override
    public void endpointMoved(Peer peer, Endpoint endpoint) {
    }

    @Override
    public void unreachable(Peer peer) {
    }

    @Override
    public void close() {
        aead.close();
    }
}
