package net.weft.vswitch.forward;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import org.jspecify.annotations.Nullable;

/**
 * The ports of each VLAN that a flooded frame is sent to. The table is compiled by groups of ports with equal
 * membership and shared by VLANs with the same groups, so that it takes no more than O(ports + VLANs) memory. It
 * includes ports that are down: {@link LinkState} excludes them when a frame is flooded. Immutable.
 */
public final class FloodTable {
    private static final int VLANS = 4096;
    private static final int[] NONE = {};

    private final int[][] ports;

    private FloodTable(int[][] ports) {
        this.ports = ports;
    }

    /**
     * Returns the indices of the ports of a VLAN in ascending order. The array must not be changed.
     * @param vid {@code 0..4095}
     */
    public int[] ports(int vid) {
        return ports[vid];
    }

    /**
     * Compiles the table.
     * @param membership by port index; null if no port has the index
     */
    public static FloodTable of(@Nullable VlanMembership[] membership) {
        Map<VlanSet, List<Integer>> groups = new LinkedHashMap<>();
        for (int port = 0; port < membership.length; port++) {
            VlanMembership member = membership[port];
            if (member != null) {
                groups.computeIfAbsent(member.members(), _ -> new ArrayList<>()).add(port);
            }
        }
        List<int[]> portsOfGroup = new ArrayList<>();
        List<List<Integer>> groupsOfVlan = new ArrayList<>(VLANS);
        for (int vid = 0; vid < VLANS; vid++) {
            groupsOfVlan.add(new ArrayList<>());
        }
        groups.forEach((vlans, members) -> {
            int group = portsOfGroup.size();
            portsOfGroup.add(members.stream().mapToInt(Integer::intValue).toArray());
            vlans.vids().forEach(vid -> groupsOfVlan.get(vid).add(group));
        });
        Map<List<Integer>, int[]> shared = new HashMap<>();
        int[][] ports = new int[VLANS][];
        for (int vid = 0; vid < VLANS; vid++) {
            List<Integer> ids = groupsOfVlan.get(vid);
            ports[vid] = ids.isEmpty() ? NONE : shared.computeIfAbsent(ids, key -> merge(key, portsOfGroup));
        }
        return new FloodTable(ports);
    }

    private static int[] merge(List<Integer> groups, List<int[]> portsOfGroup) {
        if (groups.size() == 1) {
            return portsOfGroup.get(groups.getFirst());
        }
        int[] merged = groups.stream().flatMapToInt(group -> Arrays.stream(portsOfGroup.get(group))).toArray();
        Arrays.sort(merged);
        return merged;
    }
}
