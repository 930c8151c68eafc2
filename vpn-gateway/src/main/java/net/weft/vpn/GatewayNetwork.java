package net.weft.vpn;

import java.util.List;
import net.weft.wireguard.CryptokeyRoutes;
import net.weft.wireguard.Peer;
import net.weft.zone.Prefix;
import org.jspecify.annotations.Nullable;

/** A network of a gateway: which peer has which addresses there, and who the neighbours on the link are. */
final class GatewayNetwork {
    private static final int ERRORS_PER_SECOND = 100;
    private static final int HANDSHAKES_PER_SECOND = 50;

    final int vlan;
    final CryptokeyRoutes<Peer> routes = new CryptokeyRoutes<>();
    final Neighbors neighbors;
    /** ICMP errors about packets of and for peers. */
    final Budget errors = new Budget(ERRORS_PER_SECOND, ERRORS_PER_SECOND);
    /** Handshakes that packets for peers without a session begin. */
    final Budget handshakes = new Budget(HANDSHAKES_PER_SECOND, HANDSHAKES_PER_SECOND);
    private volatile NetworkSpec spec;

    GatewayNetwork(NetworkSpec spec, LocalFrames frames) {
        this.spec = spec;
        this.vlan = spec.vlan();
        this.neighbors = new Neighbors(frames);
    }

    /** The same VLAN with other subnets or routers. */
    void spec(NetworkSpec changed) {
        spec = changed;
    }

    /** Whether an address is on the link. */
    boolean isOnLink(long high, long low) {
        List<Prefix> subnets = spec.subnets();
        for (int n = 0; n < subnets.size(); n++) {
            if (subnets.get(n).contains(high, low)) {
                return true;
            }
        }
        return false;
    }

    /** The router for what is not on the link, or null. */
    @Nullable
    Prefix nextHop(boolean isIpv4) {
        List<Prefix> hops = spec.nextHops();
        for (int n = 0; n < hops.size(); n++) {
            if (hops.get(n).isIpv4() == isIpv4) {
                return hops.get(n);
            }
        }
        return null;
    }

    /** The peer that has an address; IPv4 as {@code ::ffff:a.b.c.d}. */
    @Nullable
    GatewayPeer peer(long high, long low) {
        Peer found = high == 0 && low >>> 32 == 0xffff ? routes.findIpv4((int) low) : routes.findIpv6(high, low);
        return found == null ? null : GatewayPeer.of(found);
    }
}
