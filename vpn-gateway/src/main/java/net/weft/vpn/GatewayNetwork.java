package net.weft.vpn;

import java.lang.foreign.MemorySegment;
import java.util.List;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;
import net.weft.vpn.packet.MulticastService;
import net.weft.wireguard.CryptokeyRoutes;
import net.weft.wireguard.Peer;
import net.weft.zone.Prefix;
import org.jspecify.annotations.Nullable;

/** A network of a gateway: which peer has which addresses there, and who the neighbours on the link are. */
final class GatewayNetwork {
    private static final int ERRORS_PER_SECOND = 100;
    private static final int HANDSHAKES_PER_SECOND = 50;
    private static final int MULTICAST_PER_SECOND = 20;

    final int vlan;
    final CryptokeyRoutes<Peer> routes = new CryptokeyRoutes<>();
    final Neighbors neighbors;
    /** ICMP errors about packets of and for peers. */
    final Budget errors = new Budget(ERRORS_PER_SECOND, ERRORS_PER_SECOND);
    /** Handshakes that packets for peers without a session begin. */
    final Budget handshakes = new Budget(HANDSHAKES_PER_SECOND, HANDSHAKES_PER_SECOND);
    /** Multicast packets from and for peers. */
    private final Budget multicast = new Budget(MULTICAST_PER_SECOND, MULTICAST_PER_SECOND);
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

    /** Whether a multicast packet belongs to a service that peers take part in. @param length bytes that are there */
    boolean takesMulticast(MemorySegment packet, long at, int length) {
        return MulticastService.isAny(spec.multicast(), packet, at, length);
    }

    /** Takes one of the multicast packets that may pass now. */
    boolean mayMulticast(long nowNs) {
        return multicast.take(nowNs);
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

    /** The peer whose address a packet comes from, or null. */
    @Nullable
    GatewayPeer sender(byte[] packet) {
        MemorySegment segment = MemorySegment.ofArray(packet);
        return Ipv4.version(segment, 0) == 4
                ? peer(0, Prefix.ipv4(Ipv4.source(segment, 0)))
                : peer(Ipv6.sourceHigh(segment, 0), Ipv6.sourceLow(segment, 0));
    }

    /** The peer that has an address; IPv4 as {@code ::ffff:a.b.c.d}. */
    @Nullable
    GatewayPeer peer(long high, long low) {
        Peer found = high == 0 && low >>> 32 == 0xffff ? routes.findIpv4((int) low) : routes.findIpv6(high, low);
        return found == null ? null : GatewayPeer.of(found);
    }
}
