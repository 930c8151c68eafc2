package net.weft.vpn;

import java.util.List;
import net.weft.zone.Prefix;

/**
 * A network that peers of a gateway belong to.
 *
 * @param vlan VLAN ID, 1-4094
 * @param subnets prefixes whose addresses are on the link
 * @param nextHops addresses of the routers for everything else, at most one of each IP version
 */
public record NetworkSpec(int vlan, List<Prefix> subnets, List<Prefix> nextHops) {
    public NetworkSpec {
        subnets = List.copyOf(subnets);
        nextHops = List.copyOf(nextHops);
    }
}
