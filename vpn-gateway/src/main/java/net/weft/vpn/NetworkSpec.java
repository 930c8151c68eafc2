package net.weft.vpn;

import java.util.List;
import java.util.Set;
import net.weft.vpn.packet.MulticastService;
import net.weft.zone.Prefix;

/**
 * A network that peers of a gateway belong to.
 *
 * @param vlan VLAN ID, 1-4094
 * @param subnets prefixes whose addresses are on the link
 * @param nextHops addresses of the routers for everything else, at most one of each IP version
 * @param multicast services by which devices of the link find each other, and which peers take part in
 */
public record NetworkSpec(int vlan, List<Prefix> subnets, List<Prefix> nextHops,
        Set<MulticastService> multicast) {
    public NetworkSpec {
        subnets = List.copyOf(subnets);
        nextHops = List.copyOf(nextHops);
        multicast = Set.copyOf(multicast);
    }

    /** A network whose peers send and receive unicast only. */
    public NetworkSpec(int vlan, List<Prefix> subnets, List<Prefix> nextHops) {
        this(vlan, subnets, nextHops, Set.of());
    }
}
