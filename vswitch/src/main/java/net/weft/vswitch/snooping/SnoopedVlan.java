package net.weft.vswitch.snooping;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

/**
 * The snooping state of one VLAN and address family.
 * @param vid 1-4094
 * @param snooped whether groups are forwarded to member and router ports only; else all multicast is flooded
 * @param routers numbers of the router ports, which lead to queriers and multicast routers
 * @param groups numbers of the member ports of each group, in ascending order of group addresses
 * @param refused number of memberships refused because a port already had {@link Snooping#GROUPS_OF_PORT}, since the
 *            first message in the VLAN
 */
public record SnoopedVlan(int vid, boolean ipv6, boolean snooped, List<Integer> routers,
        Map<InetAddress, List<Integer>> groups, long refused) {
    public SnoopedVlan {
        routers = List.copyOf(routers);
        groups = Collections.unmodifiableMap(ordered(groups));
    }

    /** Returns a copy with other port numbers; ports with a negative new number are omitted. */
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
