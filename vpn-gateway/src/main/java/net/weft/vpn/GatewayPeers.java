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
import java.util.stream.Stream;
import net.weft.vswitch.burst.DropReason;
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
    private static final int VLANS = 4096;
    private final WireGuard wireGuard;
    private final LocalFrames frames;
    private final BiConsumer<String, PublicKey> rotated;
    private final PeerDrops lost;
    private final StagingLimit stagingLimit = new StagingLimit();
    private final Map<String, GatewayPeer> peers = new HashMap<>();
    private final GatewayPorts ports = new GatewayPorts();
    private volatile Map<Integer, GatewayNetwork> networks = Map.of();
    /** The same by VLAN ID: workers look them up for each frame, and box nothing. */
    private volatile @Nullable GatewayNetwork[] networkOfVlan = new @Nullable GatewayNetwork[VLANS];
    private volatile GatewaySpec spec;

    /**
     * @param rotated called with the port of a peer that was heard by its next key, and that key
     * @param lost counts the packets that waited for a peer when it ended
     */
    GatewayPeers(GatewaySpec spec, WireGuard wireGuard, LocalFrames frames, BiConsumer<String, PublicKey> rotated,
            PeerDrops lost) {
        this.lost = lost;
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

    /** Ends the peers and the next keys that the configuration does not name any more. Reads no key. */
    synchronized void withdraw(GatewaySpec wished) {
        spec = wished;
        Map<String, PeerSpec> named = named(wished);
        for (GatewayPeer peer : List.copyOf(peers.values())) {
            PeerSpec kept = named.get(peer.spec().port());
            PublicKey key = peer.wireGuard.publicKey();
            boolean isKept = kept != null && kept.vlan() == peer.spec().vlan()
                    && (key.equals(kept.publicKey()) || key.equals(kept.nextPublicKey()));
            if (kept == null || !isKept) {
                remove(peer);
            } else if (peer.next != null && !peer.next.wireGuard.publicKey().equals(kept.nextPublicKey())) {
                removeNext(peer);
            }
        }
        mapPorts();
    }

    private static Map<String, PeerSpec> named(GatewaySpec wished) {
        Instant now = Instant.now();
        Map<String, PeerSpec> named = new LinkedHashMap<>();
        wished.peers().stream().filter(peer -> !peer.isExpired(now))
                .forEach(peer -> named.put(peer.port(), peer.at(now)));
        return named;
    }

    /**
     * Makes peers and networks as the configuration wishes; peers that are gone end first. A peer with a fault, such as a preshared key
     * that cannot be read, is not served, unless it is served as wished already.
     *
     * @return the faults of peers; all others are as wished
     */
    synchronized List<RuntimeException> configure(GatewaySpec wished, byte[] privateKey, SecretStore secrets) {
        withdraw(wished);
        Identity identity = new Identity(privateKey);
        if (!identity.publicKey().equals(wireGuard.publicKey())) {
            wireGuard.identity(identity);
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
        @Nullable
        GatewayNetwork[] byVlan = new @Nullable GatewayNetwork[VLANS];
        changed.forEach((vlan, network) -> byVlan[vlan] = network);
        networkOfVlan = byVlan;
        List<RuntimeException> faults = new ArrayList<>();
        Instant now = Instant.now();
        wished.peers().stream().filter(peer -> peer.isKeyOver(now) && !peer.isExpired(now))
                .forEach(peer -> rotated.accept(peer.port(), peer.at(now).publicKey()));
        for (PeerSpec peer : named(wished).values()) {
            try {
                adopt(peer, secrets);
            } catch (RuntimeException e) {
                faults.add(e);
                GatewayPeer served = peers.get(peer.port());
                if (served != null && !served.spec().equals(peer)) {
                    remove(served);
                }
            }
        }
        mapPorts();
        return faults;
    }

    private void adopt(PeerSpec wished, SecretStore secrets) {
        String file = wished.presharedKey();
        byte[] presharedKey = file == null ? new byte[SecretStore.KEY_BYTES] : secrets.read(file);
        try {
            GatewayPeer peer = adopt(wished);
            secrets(peer, wished, presharedKey);
            adoptNext(peer, wished, presharedKey);
        } finally {
            Arrays.fill(presharedKey, (byte) 0);
        }
    }

    private GatewayPeer adopt(PeerSpec wished) {
        GatewayPeer peer = peers.get(wished.port());
        if (peer == null) {
            GatewayNetwork network = networks.get(wished.vlan());
            if (network == null) {
                throw new IllegalArgumentException(
                        "peer " + wished.port() + " is in VLAN " + wished.vlan() + ", which is no network of gateway "
                                + spec.name());
            }
            Peer added = wireGuard.addPeer(wished.publicKey(), network.routes);
            peer = new GatewayPeer(wished, added, network, stagingLimit, new PeerDrops());
            peers.put(wished.port(), peer);
            route(peer);
            return peer;
        }
        change(peer, wished);
        return peer;
    }

    /** A prefix that stays leads to the peer all the while. */
    private static void change(GatewayPeer peer, PeerSpec wished) {
        List<Prefix> before = prefixes(peer.spec());
        List<Prefix> after = prefixes(wished);
        peer.spec(wished);
        if (!before.equals(after)) {
            route(peer);
            before.stream().filter(prefix -> !after.contains(prefix)).forEach(prefix -> unroute(peer, prefix));
        }
    }

    private void secrets(GatewayPeer peer, PeerSpec wished, byte[] presharedKey) {
        wireGuard.persistentKeepalive(peer.wireGuard, wished.keepaliveSeconds());
        wireGuard.presharedKey(peer.wireGuard, presharedKey);
    }

    /** Lets the peer's next key shake hands, without addresses until it is heard; there is none any more once it has taken over. */
    private void adoptNext(GatewayPeer peer, PeerSpec wished, byte[] presharedKey) {
        PublicKey key = wished.nextPublicKey();
        if (key == null || key.equals(peer.wireGuard.publicKey())) {
            return;
        }
        GatewayPeer next = peer.next;
        if (next == null) {
            next = new GatewayPeer(wished, wireGuard.addPeer(key, peer.network.routes), peer.network, stagingLimit,
                    peer.drops);
            next.replaces = peer;
            peer.next = next;
        }
        next.spec(wished);
        secrets(next, wished, presharedKey);
    }

    /** The time of a peer's key is over: its next one takes over, heard or not. */
    synchronized void endKey(GatewayPeer peer) {
        GatewayPeer next = peer.next;
        if (next != null) {
            promote(next);
        }
    }

    /** A peer was heard by its next key: that takes over addresses and port, and the old one ends. */
    synchronized void promote(GatewayPeer next) {
        GatewayPeer old = next.replaces;
        String port = next.spec().port();
        if (old == null || old.next != next || peers.get(port) != old) {
            return;
        }
        route(next);
        next.replaces = null;
        old.next = null;
        peers.put(port, next);
        end(old);
        mapPorts();
        rotated.accept(port, next.wireGuard.publicKey());
    }

    private static List<Prefix> prefixes(PeerSpec spec) {
        return Stream.concat(spec.allowedIps().stream(), spec.ips().stream()).toList();
    }

    private static void unroute(GatewayPeer peer, Prefix prefix) {
        if (prefix.isIpv4()) {
            peer.network.routes.removeIpv4((int) prefix.low(), prefix.bits() - 96, peer.wireGuard);
        } else {
            peer.network.routes.removeIpv6(prefix.high(), prefix.low(), prefix.bits(), peer.wireGuard);
        }
    }

    private static void route(GatewayPeer peer) {
        for (Prefix prefix : prefixes(peer.spec())) {
            if (prefix.isIpv4()) {
                peer.network.routes.putIpv4((int) prefix.low(), prefix.bits() - 96, peer.wireGuard);
            } else {
                peer.network.routes.putIpv6(prefix.high(), prefix.low(), prefix.bits(), peer.wireGuard);
            }
        }
    }

    /** Ends a peer and its next key at once: keys, routes, waiting packets, which are counted. */
    private void remove(GatewayPeer peer) {
        peers.remove(peer.spec().port());
        removeNext(peer);
        end(peer);
        peer.drops.leaveTo(lost);
    }

    /** Ends a peer's next key, if it has one; that takes over no more, whoever is about to promote it. */
    private void removeNext(GatewayPeer peer) {
        GatewayPeer next = peer.next;
        if (next != null) {
            next.replaces = null;
            peer.next = null;
            end(next);
        }
    }

    private void end(GatewayPeer peer) {
        peer.port = GatewayPeer.NO_PORT;
        wireGuard.removePeer(peer.wireGuard);
        lost.add(DropReason.NO_SESSION, peer.staging.takeAll().size() + peer.network.neighbors.forget(peer));
    }

    /** Sets which ports the switch has for the peers. */
    synchronized void serve(List<String> names, int[] indices) {
        ports.serve(names, indices);
        mapPorts();
    }

    private void mapPorts() {
        ports.map(peers, spec);
    }

    /** The ports of the switch that are the peers'. */
    GatewayPorts ports() {
        return ports;
    }

    @Nullable
    GatewayNetwork network(int vlan) {
        return networkOfVlan[vlan];
    }
}
