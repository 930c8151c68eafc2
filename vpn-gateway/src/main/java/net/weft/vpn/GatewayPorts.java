package net.weft.vpn;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.weft.vswitch.burst.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * Which port of the switch is which peer of a gateway. The configuration and the switch change it under the monitor of
 * {@link GatewayPeers}; workers look up without a lock.
 */
final class GatewayPorts {
    private final Map<String, Integer> indices = new HashMap<>();
    private volatile @Nullable GatewayPeer[] byPort = {};
    private volatile @Nullable DropReason[] unserved = {};
    private volatile int ownPort = GatewayPeer.NO_PORT;

    /** Sets which ports the switch has; {@link #map} must follow. */
    void serve(List<String> names, int[] ports) {
        indices.clear();
        for (int n = 0; n < ports.length; n++) {
            indices.put(names.get(n), ports[n]);
        }
    }

    /** Gives each peer its port. */
    void map(Map<String, GatewayPeer> peers, GatewaySpec spec) {
        int size = 1 + indices.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
        @Nullable
        GatewayPeer[] mapped = new @Nullable GatewayPeer[size];
        peers.forEach((port, peer) -> {
            Integer index = indices.get(port);
            peer.port = index == null ? GatewayPeer.NO_PORT : index;
            if (index != null) {
                mapped[index] = peer;
            }
        });
        Instant now = Instant.now();
        @Nullable
        DropReason[] reasons = new @Nullable DropReason[size];
        for (PeerSpec wished : spec.peers()) {
            Integer index = indices.get(wished.port());
            if (index != null && mapped[index] == null) {
                reasons[index] = wished.isExpired(now) ? DropReason.EXPIRED : DropReason.NO_SESSION;
            }
        }
        unserved = reasons;
        ownPort = indices.getOrDefault(spec.name(), GatewayPeer.NO_PORT);
        byPort = mapped;
    }

    /** Whether a port is the gateway's own, which is that of none of its peers. */
    boolean isOwn(int port) {
        return port == ownPort;
    }

    /** Why a port that belongs to a peer has none now: its time has ended, its key cannot be read, or it has just gone. */
    DropReason whyUnserved(int port) {
        @Nullable
        DropReason[] now = unserved;
        DropReason why = port < now.length ? now[port] : null;
        return why == null ? DropReason.PORT_DOWN : why;
    }

    /** The peer whose port has an index, or null: the gateway's own port, or none. */
    @Nullable
    GatewayPeer peer(int port) {
        @Nullable
        GatewayPeer[] now = byPort;
        return port < now.length ? now[port] : null;
    }
}
