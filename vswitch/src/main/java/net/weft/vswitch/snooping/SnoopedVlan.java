package net.weft.vswitch.snooping;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is known of the multicast of one VLAN and family.
 *
 * @param vid 1-4094
 * @param snooped whether groups go to those ports only that want them; else all multicast is flooded
 * @param routers numbers of the ports that queriers and multicast routers are behind
 * @param groups numbers of the ports that want each group, in ascending order of addresses
 * @param refused memberships that were not kept since the VLAN was first spoken in, because a port had
 *            {@link Snooping#GROUPS_OF_PORT} already
 */
public record SnoopedVlan(int vid, boolean ipv6, boolean snooped, List<Integer> routers,
        Map<InetAddress, List<Integer>> groups, long refused) {
    public SnoopedVlan {
        routers = List.copyOf(routers);
        groups = Collections.unmodifiableMap(ordered(groups));
    }

    private static Map<InetAddress, List<Integer>> ordered(Map<InetAddress, List<Integer>> groups) {
        Map<InetAddress, List<Integer>> ordered = new TreeMap<>(
                (one, other) -> Arrays.compareUnsigned(one.getAddress(), other.getAddress()));
        ordered.putAll(groups);
        return ordered;
    }
}
