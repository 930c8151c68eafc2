package net.weft.controller.member;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.NetworkConfig;
import net.weft.controller.model.PolicyConfig;
import net.weft.controller.model.PortConfig;
import net.weft.controller.model.ZoneConfig;
import net.weft.v1.ListNamesRequest.Kind;
import net.weft.vswitch.burst.DropReason;

/** Lists the names that exist, for filters and completion. */
final class NameInspection {
    private NameInspection() {
    }

    /**
     * Returns the names of one kind.
     *
     * @throws IllegalArgumentException if there is no such kind
     */
    static List<String> of(FabricConfig config, Kind kind) {
        return switch (kind) {
            case PORT -> config.portNames().toList();
            case TENANT -> List.copyOf(config.tenants().keySet());
            case NETWORK -> config.networks().map(NetworkConfig::name).map(Object::toString).toList();
            case ZONE -> Stream.concat(Stream.of(ZoneConfig.NONE, ZoneConfig.LOCAL),
                    config.allZones().map(ZoneConfig::name).map(Object::toString)).toList();
            case POLICY -> config.allPolicies().map(PolicyConfig::name).map(Object::toString).toList();
            case VLAN -> vlans(config);
            case MEMBER -> config.members().keySet().stream().map(Object::toString).toList();
            case DROP_REASON -> Arrays.stream(DropReason.values()).map(DropReason::label).toList();
            case LAG -> config.ports().values().stream().filter(port -> port.device() instanceof DeviceConfig.Lag)
                    .map(PortConfig::name).toList();
            case KIND_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException(
                    "expected a kind of names: port, tenant, network, zone, policy, vlan, member, drop-reason or lag");
        };
    }

    private static List<String> vlans(FabricConfig config) {
        TreeSet<Integer> vlans = new TreeSet<>();
        config.networks().map(NetworkConfig::vlan).forEach(vlans::add);
        config.allPorts().flatMapToInt(port -> config.vlans(port).vids()).forEach(vlans::add);
        return vlans.stream().map(Object::toString).toList();
    }
}
