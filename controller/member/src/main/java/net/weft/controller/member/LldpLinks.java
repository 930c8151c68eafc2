package net.weft.controller.member;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.NetworkConfig;
import net.weft.controller.model.PortConfig;
import net.weft.controller.model.revision.PortNumbers;
import net.weft.lldp.AggregationStatus;
import net.weft.lldp.Capability;
import net.weft.lldp.LldpAnnouncement;
import net.weft.lldp.LldpId;
import net.weft.lldp.NamedVlan;
import net.weft.packet.MacAddress;
import net.weft.stacking.neighbor.LldpLink;
import net.weft.vlan.VlanMembership;

/**
 * Converts ports to what they tell their neighbours by LLDP: the chassis is the fabric, the port its interface name
 * ({@code 1/0/3}) with its own name as description, the VLANs and the aggregation those of its LAG.
 */
final class LldpLinks {
    /** The Ethernet header with one tag and the frame check sequence, bytes. */
    private static final int FRAME_OVERHEAD = 22;

    private LldpLinks() {
    }

    /** Returns the cables of a member that run LLDP. */
    static List<LldpLink> of(FabricConfig config, PortNumbers numbers, int member) {
        MacAddress mac = LagSpecs.systemMac(config);
        List<LldpLink> links = new ArrayList<>();
        for (PortConfig port : config.ports().values()) {
            if (port.member() == member && port.speaksLldp() && !(port.device() instanceof DeviceConfig.Lag)) {
                links.add(new LldpLink(numbers.of(port.name()), port.name(), config.aggregate(port).name(),
                        port.isLeg(), said(config, numbers, port, mac), mac));
            }
        }
        return links;
    }

    private static LldpAnnouncement said(FabricConfig config, PortNumbers numbers, PortConfig port, MacAddress mac) {
        PortConfig owner = config.aggregate(port);
        VlanMembership membership = config.vlanMembership(owner);
        AggregationStatus aggregation = port.isLeg()
                ? new AggregationStatus(true, true, numbers.of(owner.name()))
                : new AggregationStatus(false, false, 0);
        List<NamedVlan> vlans = membership.members().vids().limit(LldpAnnouncement.MAX_VLANS)
                .mapToObj(vid -> new NamedVlan(vid, config.networkOf(vid).map(NetworkConfig::name)
                        .map(Object::toString).orElse("vlan-" + vid)))
                .toList();
        return LldpAnnouncement.of(LldpId.chassis(mac), LldpId.port(numbers.interfaceName(port)))
                .withTexts(port.name() + Optional.of(port).flatMap(PortConfig::description).map(text -> ": " + text)
                        .orElse(""), config.name(), "Weft")
                .withCapabilities(Capability.BRIDGE, Capability.BRIDGE)
                .withVlans(Math.max(0, membership.untaggedVid()), vlans)
                .withLink(aggregation, owner.mtu().isPresent() ? owner.mtu().getAsInt() + FRAME_OVERHEAD : 0);
    }
}
