package net.weft.vpn;

import net.weft.wireguard.Peer;
import net.weft.zone.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * A peer as the gateway serves it: the WireGuard peer, the port that it is, and the packets that wait for its session. The index of the
 * port comes and goes with the switch's device; without one nothing is forwarded for the peer.
 */
final class GatewayPeer {
    /** Value of {@link #port} while the peer has no port. */
    static final int NO_PORT = -1;
    private static final int ERRORS_PER_SECOND = 20;

    final Peer wireGuard;
    final GatewayNetwork network;
    final Staging staging;
    final PeerDrops drops;
    private final Budget errors = new Budget(ERRORS_PER_SECOND, ERRORS_PER_SECOND);
    volatile int port = NO_PORT;
    /** Since when packets wait for a handshake; 0 if none do. */
    volatile long waitingSinceNs;
    /** Until when packets are refused at once, because the peer did not answer; 0 if they are not. */
    volatile long silentUntilNs;
    /** The peer by its next key, which has not been heard yet; gateway's monitor. */
    @Nullable
    GatewayPeer next;
    /** The peer whose place this one takes with its first packet. */
    volatile @Nullable GatewayPeer replaces;
    private volatile PeerSpec spec;
    private volatile long mac;

    /** @param drops counters of the port, which the peer by the next key continues */
    GatewayPeer(PeerSpec spec, Peer wireGuard, GatewayNetwork network, StagingLimit limit, PeerDrops drops) {
        this.drops = drops;
        this.spec = spec;
        this.mac = spec.mac().value();
        this.wireGuard = wireGuard;
        this.network = network;
        this.staging = new Staging(limit);
        wireGuard.attachment(this);
    }

    static GatewayPeer of(Peer peer) {
        if (peer.attachment() instanceof GatewayPeer served) {
            return served;
        }
        throw new IllegalStateException("peer " + peer.publicKey() + " was not added by a gateway");
    }

    PeerSpec spec() {
        return spec;
    }

    void spec(PeerSpec changed) {
        spec = changed;
        mac = changed.mac().value();
    }

    /** The MAC address that the peer has in its network. */
    long mac() {
        return mac;
    }

    /** Takes one of the ICMP errors about packets of or for the peer that may leave now (RFC 1812, 4.3.2.8; RFC 4443, 2.4 f). */
    boolean mayAnswer(long nowNs) {
        return errors.take(nowNs) && network.errors.take(nowNs);
    }

    /** Returns whether packets for the peer are refused at once, because it has not answered lately. */
    boolean isSilent(long nowNs) {
        long until = silentUntilNs;
        return until != 0 && nowNs - until < 0;
    }

    /** An address of the peer from which it can ask for another one: in the same subnet if there is one, or null. */
    @Nullable
    Prefix address(boolean isIpv4) {
        for (Prefix ip : spec.ips()) {
            if (ip.isIpv4() == isIpv4) {
                return ip;
            }
        }
        return null;
    }
}
