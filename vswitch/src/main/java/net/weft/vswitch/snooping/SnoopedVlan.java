package net.weft.vswitch.snooping;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

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

    /** The same with other numbers for the ports. */
    public SnoopedVlan renumbered(IntUnaryOperator number) {
        Map<InetAddress, List<Integer>> others = new TreeMap<>(
                (one, other) -> Arrays.compareUnsigned(one.getAddress(), other.getAddress()));
        groups.forEach((group, ports) -> others.put(group, renumbered(ports, number)));
        return new SnoopedVlan(vid, ipv6, snooped, renumbered(routers, number), others, refused);
    }

    private static List<Integer> renumbered(List<Integer> ports, IntUnaryOperator number) {
        return ports.stream().map(number::applyAsInt).filter(port -> port >= 0).toList();
    }

    private static Map<InetAddress, List<Integer>> ordered(Map<InetAddress, List<Integer>> groups) {
        Map<InetAddress, List<Integer>> ordered = new TreeMap<>(
                (one, other) -> Arrays.compareUnsigned(one.getAddress(), other.getAddress()));
        ordered.putAll(groups);
        return ordered;
    }
}
