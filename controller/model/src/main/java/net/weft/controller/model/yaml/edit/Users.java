package net.weft.controller.model.yaml.edit;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.LagSettings;
import net.weft.controller.model.MembershipConfig;
import net.weft.controller.model.NetworkConfig;
import net.weft.controller.model.PolicyConfig;
import net.weft.controller.model.PortConfig;
import net.weft.controller.model.ScopedName;
import net.weft.controller.model.ZoneConfig;

/** Finds the objects that refer to an object that is to be removed. */
final class Users {
    private static final int MAX_NAMED = 20;

    private Users() {
    }

    /** Returns the names of the ports of a network. */
    static List<String> ofNetwork(FabricConfig config, ScopedName network) {
        return config.allPorts()
                .filter(port -> port.membership() instanceof MembershipConfig.Network(var name)
                        && name.toString().equals(network.toString()))
                .map(PortConfig::name).toList();
    }

    /** Returns the names of the ports that are mirrored to a port, and of the LAG whose leg it is. */
    static List<String> ofPort(FabricConfig config, String target) {
        return config.ports().values().stream()
                .filter(port -> port.mirror().filter(mirror -> mirror.port().equals(target)).isPresent()
                        || port.device() instanceof DeviceConfig.Lag(LagSettings lag) && lag.ports().contains(target))
                .map(PortConfig::name).toList();
    }

    /** Returns the networks, ports and policies that refer to a zone, each with its kind. */
    static List<String> ofZone(FabricConfig config, ScopedName zone) {
        Stream<String> networks = config.networks()
                .filter(network -> network.zone()
                        .filter(name -> means(config, Optional.of(network.name().tenant()), name, zone)).isPresent())
                .map(NetworkConfig::name).map(name -> "network " + name);
        Stream<String> ports = config.allPorts().filter(port -> isNamedBy(config, port, zone))
                .map(port -> "port " + port.name());
        Stream<String> policies = config.allPolicies().filter(policy -> isNamedBy(config, policy, zone))
                .map(policy -> "policy " + policy.name());
        return Stream.of(networks, ports, policies).flatMap(users -> users).toList();
    }

    private static boolean isNamedBy(FabricConfig config, PortConfig port, ScopedName zone) {
        return (port.zones().zone().isPresent() || !port.zones().byVlan().isEmpty())
                && config.vlans(port).vids().mapToObj(vid -> config.zoneOf(port, vid)).flatMap(Optional::stream)
                        .map(ZoneConfig::name).anyMatch(zone::equals);
    }

    private static boolean isNamedBy(FabricConfig config, PolicyConfig policy, ScopedName zone) {
        return Stream.concat(policy.from().stream(), policy.to().stream())
                .anyMatch(name -> means(config, policy.name().tenant(), name, zone));
    }

    private static boolean means(FabricConfig config, Optional<String> tenant, String name, ScopedName zone) {
        return config.zone(tenant, name).map(ZoneConfig::name).filter(zone::equals).isPresent();
    }

    /** Returns {@code network acme/web is used by web1, c1; …}. */
    static String sentence(String object, List<String> users) {
        int more = users.size() - MAX_NAMED;
        return object + " is used by " + users.stream().limit(MAX_NAMED).collect(Collectors.joining(", "))
                + (more > 0 ? " and " + more + " more" : "") + "; change or remove "
                + (users.size() == 1 ? "it" : "these")
                + " first";
    }
}
