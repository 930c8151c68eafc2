package net.weft.controller.member;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import net.weft.controller.model.NetworkConfig;
import net.weft.v1.MulticastGroup;
import net.weft.vswitch.snooping.SnoopedVlan;

/** What the switch knows of multicast, in the words of the API. Any thread. */
final class MulticastInspection {
    private MulticastInspection() {
    }

    /** @param vlan only this one; 0 for all */
    static List<MulticastGroup> groups(MemberAgent agent, int vlan) {
        Map<Integer, String> names = new HashMap<>();
        agent.vswitch().ports().forEach(port -> names.put(port.spec().number(), port.spec().name()));
        List<MulticastGroup> rows = new ArrayList<>();
        for (SnoopedVlan of : agent.vswitch().multicast()) {
            if (vlan == 0 || vlan == of.vid()) {
                MulticastGroup common = MulticastGroup.newBuilder().setVlan(of.vid())
                        .setNetwork(agent.desired().config().networkOf(of.vid()).map(NetworkConfig::name)
                                .map(Object::toString).orElse(""))
                        .setFamily(of.ipv6() ? "ipv6" : "ipv4").setState(of.snooped() ? "snooped" : "flooded").build();
                rows.add(common.toBuilder().setGroup("*").addAllPorts(named(of.routers(), names))
                        .setRefused(of.refused()).build());
                of.groups().forEach((group, ports) -> rows.add(common.toBuilder().setGroup(group.getHostAddress())
                        .addAllPorts(named(ports, names)).build()));
            }
        }
        return rows;
    }

    private static List<String> named(List<Integer> ports, Map<Integer, String> names) {
        return ports.stream().map(names::get).filter(Objects::nonNull).toList();
    }
}
