package net.weft.controller.member;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import net.weft.controller.model.NetworkConfig;
import net.weft.v1.MulticastGroup;
import net.weft.vswitch.snooping.SnoopedVlan;

/** Reads the state of multicast snooping for the API. Any thread. */
final class MulticastInspection {
    private MulticastInspection() {
    }

    /**
     * Returns the groups of the switch.
     *
     * @param vlan VLAN of the groups; 0 for all VLANs
     */
    static List<MulticastGroup> groups(MemberAgent agent, int vlan) {
        Map<Integer, String> names = new HashMap<>();
        agent.vswitch().ports().forEach(port -> names.put(port.spec().number(), port.spec().name()));
        List<MulticastGroup> rows = new ArrayList<>();
        for (SnoopedVlan snooped : agent.vswitch().multicast()) {
            if (vlan == 0 || vlan == snooped.vid()) {
                MulticastGroup common = MulticastGroup.newBuilder().setVlan(snooped.vid())
                        .setNetwork(agent.desired().config().networkOf(snooped.vid()).map(NetworkConfig::name)
                                .map(Object::toString).orElse(""))
                        .setFamily(snooped.ipv6() ? "ipv6" : "ipv4")
                        .setState(snooped.snooped() ? "snooped" : "flooded").build();
                rows.add(common.toBuilder().setGroup("*").addAllPorts(named(snooped.routers(), names))
                        .setRefused(snooped.refused()).build());
                snooped.groups().forEach((group, ports) -> rows.add(common.toBuilder().setGroup(group.getHostAddress())
                        .addAllPorts(named(ports, names)).build()));
            }
        }
        return rows;
    }

    private static List<String> named(List<Integer> ports, Map<Integer, String> names) {
        return ports.stream().map(names::get).filter(Objects::nonNull).toList();
    }
}
