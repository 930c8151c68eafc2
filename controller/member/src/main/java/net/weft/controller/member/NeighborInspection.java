package net.weft.controller.member;

import java.util.List;
import net.weft.lldp.Capability;
import net.weft.lldp.LldpAnnouncement;
import net.weft.stacking.neighbor.LldpProtocol;
import net.weft.v1.Neighbor;

/** Reads the neighbours that LLDP has heard for the API. Any thread. */
final class NeighborInspection {
    private NeighborInspection() {
    }

    static List<Neighbor> neighbors(MemberAgent agent) {
        return agent.links().neighbors().stream().map(NeighborInspection::neighbor).toList();
    }

    private static Neighbor neighbor(LldpProtocol.Neighbor neighbor) {
        LldpAnnouncement said = neighbor.heard().said();
        return Neighbor.newBuilder().setPort(neighbor.name()).setChassis(said.chassis().chassisText())
                .setNeighborPort(said.port().portText()).setName(said.systemName())
                .setCapabilities(Capability.describe(said.enabledCapabilities()))
                .setAgeSeconds((int) neighbor.ageSeconds())
                .setDescription(said.systemDescription()).setPortDescription(said.portDescription())
                .setPortVlan(said.portVlan())
                .addAllVlans(said.vlans().stream().map(vlan -> vlan.vid() + ":" + vlan.name()).toList())
                .setAggregation(said.aggregation() == null || !said.aggregation().active()
                        ? 0
                        : said.aggregation().portNumber())
                .setMaxFrameBytes(said.maxFrameBytes()).setTtlSeconds(said.ttlSeconds()).build();
    }
}
