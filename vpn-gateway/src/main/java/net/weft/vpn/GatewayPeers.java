package net.weft.vpn;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import net.weft.wireguard.Identity;
import net.weft.wireguard.Peer;
import net.weft.wireguard.PublicKey;
import net.weft.wireguard.WireGuard;
import net.weft.zone.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * The peers and networks of one gateway, as its configuration wishes them. Changes hold the monitor; workers find peers by port and
 * networks by VLAN without it.
 */
final class GatewayPeers {
    private final WireGuard wireGuard;
    private final LocalFrames frames;
    private final BiConsumer<String, PublicKey> rotated;
    private final StagingLimit stagingLimit = new StagingLimit();
    private final Map<String, GatewayPeer> peers = new HashMap<>();
    private final Map<String, Integer> ports = new HashMap<>();
    private volatile Map<Integer, GatewayNetwork> networks = Map.of();
    private volatile @Nullable GatewayPeer[] byPort = {};
    private volatile GatewaySpec spec;

    /** @param rotated called with the port of a peer that was heard by its next key, and that key */
    GatewayPeers(GatewaySpec spec, WireGuard wireGuard, LocalFrames frames, BiConsumer<String, PublicKey> rotated) {
        this.spec = spec;
        this.wireGuard = wireGuard;
        this.frames = frames;
        this.rotated = rotated;
    }

    GatewaySpec spec() {
        return spec;
    }

    /** The peers that are served now. */
    synchronized List<GatewayPeer> all() {
        return List.copyOf(peers.values());
    }

    /** The peer of a port, or null if it is not served. */
    synchronized @Nullable GatewayPeer named(String port) {
        return peers.get(port);
    }

    Collection<GatewayNetwork> networks() {
        return networks.values();
    }

    /** Ends a peer whose time has come. */
    synchronized void expire(GatewayPeer peer) {
        if (peers.get(peer.spec().port()) == peer) {
            remove(peer);
            mapPorts();
        }
    }

    /** Makes peers and networks as the configuration wishes; peers that are gone end first. */
    synchronized void configure(GatewaySpec wished, byte[] privateKey, SecretStore secrets) {
        Identity identity = new Identity(privateKey);
        if (!identity.publicKey().equals(wireGuard.publicKey())) {
            wireGuard.identity(identity);
        }
        spec = wished;
        Instant now = Instant.now();
        Map<String, PeerSpec> named = new LinkedHashMap<>();
        wished.peers().stream().filter(peer -> !peer.isExpired(now)).forEach(peer -> named.put(peer.port(), peer));
        for (GatewayPeer peer : List.copyOf(peers.values())) {
            PeerSpec next = named.get(peer.spec().port());
            PublicKey key = peer.wireGuard.publicKey();
            boolean isKept = next != null && next.vlan() == peer.spec().vlan()
                    && (key.equals(next.publicKey()) || key.equals(next.nextPublicKey()));
            if (!isKept) {
                remove(peer);
            }
        }
        Map<Integer, GatewayNetwork> changed = new HashMap<>();
        wished.networks().forEach(network -> {
            GatewayNetwork before = networks.get(network.vlan());
            if (before != null) {
                before.spec(network);
            }
            changed.put(network.vlan(), before == null ? new GatewayNetwork(network, frames) : before);
        });
        networks = Map.copyOf(changed);
        named.values().forEach(peer -> adopt(peer, secrets));
        mapPorts();
    }

    private void adopt(PeerSpec wished, SecretStore secrets) {
        GatewayPeer peer = peers.get(wished.port());
        if (peer == null) {
            GatewayNetwork network = networks.get(wished.vlan());
            if (network == null) {
                throw new IllegalArgumentException(
                        "peer " + wished.port() + " is in VLAN " + wished.vlan() + ", which is no network of gateway "
                                + spec.name());
            }
            Peer added = wireGuard.addPeer(wished.publicKey(), network.routes);
            peer = new GatewayPeer(wished, added, network, stagingLimit);
            peers.put(wished.port(), peer);
            route(peer);
        } else if (!peer.spec().equals(wished)) {
            peer.spec(wished);
            peer.network.routes.remove(peer.wireGuard);
            route(peer);
        }
        secrets(peer, wished, secrets);
        adoptNext(peer, wished, secrets);
    }

    private void secrets(GatewayPeer peer, PeerSpec wished, SecretStore secrets) {
        wireGuard.persistentKeepalive(peer.wireGuard, wished.keepaliveSeconds());
        byte[] presharedKey = wished.presharedKey() == null
                ? new byte[SecretStore.KEY_BYTES]
                : secrets.read(wished.presharedKey());
        wireGuard.presharedKey(peer.wireGuard, presharedKey);
        Arrays.fill(presharedKey, (byte) 0);
    }

    /** Lets the peer's next key shake hands, without addresses until it is heard; there is none any more once it has taken over. */
    private void adoptNext(GatewayPeer peer, PeerSpec wished, SecretStore secrets) {
        PublicKey key = wished.nextPublicKey();
        GatewayPeer before = peer.next;
        if (before != null && !before.wireGuard.publicKey().equals(key)) {
            wireGuard.removePeer(before.wireGuard);
            peer.next = null;
        }
        if (key == null || key.equals(peer.wireGuard.publicKey())) {
            return;
        }
        GatewayPeer next = peer.next;
        if (next == null) {
            next = new GatewayPeer(wished, wireGuard.addPeer(key, peer.network.routes), peer.network, stagingLimit);
            next.replaces = peer;
            peer.next = next;
        }
        next.spec(wished);
        secrets(next, wished, secrets);
    }

    /** A peer was heard by its next key: that takes over addresses and port, and the old one ends. */
    synchronized void promote(GatewayPeer next) {
        GatewayPeer old = next.replaces;
        String port = next.spec().port();
        if (old == null || peers.get(port) != old) {
            return;
        }
        route(next);
        next.replaces = null;
        old.next = null;
        remove(old);
        peers.put(port, next);
        mapPorts();
        rotated.accept(port, next.wireGuard.publicKey());
    }

    private static void route(GatewayPeer peer) {
        List<Prefix> all = new ArrayList<>(peer.spec().allowedIps());
        all.addAll(peer.spec().ips());
        for (Prefix prefix : all) {
            if (prefix.isIpv4()) {
                peer.network.routes.putIpv4((int) prefix.low(), prefix.bits() - 96, peer.wireGuard);
            } else {
                peer.network.routes.putIpv6(prefix.high(), prefix.low(), prefix.bits(), peer.wireGuard);
            }
        }
    }

    /** Ends a peer at once: keys, routes, waiting packets. */
    private void remove(GatewayPeer peer) {
        peers.remove(peer.spec().port());
        peer.port = GatewayPeer.NO_PORT;
        GatewayPeer next = peer.next;
        if (next != null) {
            wireGuard.removePeer(next.wireGuard);
        }
        wireGuard.removePeer(peer.wireGuard);
        peer.staging.takeAll();
        peer.network.neighbors.forget(peer);
    }

    /** Sets which ports the switch has for the peers. */
    synchronized void serve(List<String> names, int[] indices) {
        ports.clear();
        for (int n = 0; n < indices.length; n++) {
            ports.put(names.get(n), indices[n]);
        }
        mapPorts();
    }

    private void mapPorts() {
        int size = 1 + ports.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
        @Nullable
        GatewayPeer[] mapped = new @Nullable GatewayPeer[size];
        peers.forEach((port, peer) -> {
            Integer index = ports.get(port);
            peer.port = index == null ? GatewayPeer.NO_PORT : index;
            if (index != null) {
                mapped[index] = peer;
            }
        });
        byPort = mapped;
    }

    /** The peer whose port has an index, or null: the gateway's own port, or none. */
    @Nullable
    GatewayPeer peerAt(int port) {
        @Nullable
        GatewayPeer[] now = byPort;
        return port < now.length ? now[port] : null;
    }

    @Nullable
    GatewayNetwork network(int vlan) {
        return networks.get(vlan);
    }
}
