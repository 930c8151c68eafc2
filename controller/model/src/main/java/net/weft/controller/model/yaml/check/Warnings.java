package net.weft.controller.model.yaml.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.MembershipConfig;
import net.weft.controller.model.NetworkConfig;
import net.weft.controller.model.PortConfig;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.Node;
import net.weft.controller.model.yaml.tree.Position;
import net.weft.controller.model.yaml.value.Prefixes;
import net.weft.zone.Prefix;

/** Finds settings that are legal but probably unintended. */
public final class Warnings {
    private static final int MAX_NAMED = 3;
    /**
     * Most networks of a port for which addresses are checked against subnets; a port with more leads to no single
     * host.
     */
    private static final int MAX_NETWORKS = 16;

    private final FabricConfig config;
    private final Node.Mapping root;
    private final Faults warnings;
    private final Map<Integer, NetworkConfig> networks;
    private final Map<String, List<NetworkConfig>> described = new HashMap<>();
    private final Map<Integer, List<Prefix>> subnets = new HashMap<>();

    private Warnings(FabricConfig config, Node.Mapping root, Faults warnings) {
        this.config = config;
        this.root = root;
        this.warnings = warnings;
        networks = config.networks().collect(Collectors.toMap(NetworkConfig::vlan, Function.identity()));
    }

    /**
     * Collects the warnings about a configuration.
     *
     * @param config a configuration without faults
     * @param root the tree from which it was bound, for the lines
     * @param faults receives faults that appear only when policies are compiled
     */
    public static void find(FabricConfig config, Node.Mapping root, Addresses addresses, Faults faults,
            Faults warnings) {
        Warnings checks = new Warnings(config, root, warnings);
        checks.idlePolicies();
        ShadowedPolicies.find(config, root, faults, warnings);
        config.ports().values().stream().takeWhile(_ -> !warnings.isFull()).forEach(checks::inheritedZone);
        addresses.ips().forEach(checks::outsideOfSubnets);
        if (faults.isEmpty()) {
            SharedPeers.find(config, addresses, warnings);
        }
    }

    private void idlePolicies() {
        if (config.allZones().findAny().isEmpty()) {
            config.allPolicies().findFirst().ifPresent(policy -> {
                List<String> parent = policy.name().tenant().map(tenant -> List.of("tenants", tenant, "policies"))
                        .orElse(List.of("policies"));
                warn(String.join(".", parent), parent, "without zones no policy is judged; name some in zones");
            });
        }
    }

    /**
     * Warns when a trunk to the outside inherits the zones of guests, as the hosts behind a cable are rarely guests of
     * the network.
     */
    private void inheritedZone(PortConfig port) {
        boolean outside = port.device() instanceof DeviceConfig.Nic
                || port.device() instanceof DeviceConfig.Lag || port.device() instanceof DeviceConfig.Pcap;
        if (!outside || port.zones().zone().isPresent()
                || !(port.membership() instanceof MembershipConfig.Trunk trunk)) {
            return;
        }
        List<NetworkConfig> inherited = trunk.allowed().vids().filter(vid -> !port.zones().byVlan().containsKey(vid))
                .mapToObj(vid -> Optional.ofNullable(networks.get(vid))).flatMap(Optional::stream)
                .filter(network -> network.zone().isPresent()).toList();
        if (!inherited.isEmpty()) {
            String named = inherited.stream().limit(MAX_NAMED)
                    .map(network -> "zone " + network.zone().orElse("") + " in VLAN " + network.vlan())
                    .collect(Collectors.joining(", "));
            int more = inherited.size() - MAX_NAMED;
            warn(Faults.child(port.section(), port.name()), List.of(port.section(), port.name()),
                    "the trunk is in the zones of its networks' guests (" + named
                            + (more > 0 ? " and " + more + " more" : "")
                            + "), and so is whatever is behind the cable; say zone or zones for it");
        }
    }

    private void outsideOfSubnets(Addresses.Given given) {
        List<NetworkConfig> owners = described.computeIfAbsent(given.place().port(), this::described);
        if (owners.isEmpty() || owners.size() > MAX_NETWORKS || isLinkLocal(given.prefix()) || isAll(given.prefix())) {
            return;
        }
        if (owners.stream().noneMatch(network -> isWithin(network, given.prefix()))) {
            String where = owners.size() == 1
                    ? "network " + owners.getFirst().name() + " (" + String.join(", ", owners.getFirst().subnets())
                            + ")"
                    : "every network of the port";
            warnings.add(Fault.Kind.WARNING, given.place().path(), given.place().position(),
                    given.prefix() + " is outside of the subnets of " + where);
        }
    }

    private boolean isWithin(NetworkConfig network, Prefix prefix) {
        for (Prefix subnet : subnets.computeIfAbsent(network.vlan(),
                _ -> network.subnets().stream().map(Prefixes::parse).flatMap(Optional::stream).toList())) {
            if (Prefixes.contains(subnet, prefix)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the networks of a port that have subnets. */
    private List<NetworkConfig> described(String port) {
        return config.port(port).stream().flatMapToInt(of -> config.vlans(of).vids())
                .mapToObj(vid -> Optional.ofNullable(networks.get(vid))).flatMap(Optional::stream)
                .filter(network -> !network.subnets().isEmpty()).toList();
    }

    private static boolean isAll(Prefix prefix) {
        return prefix.bits() == (prefix.isIpv4() ? 96 : 0);
    }

    private static boolean isLinkLocal(Prefix prefix) {
        return !prefix.isIpv4() && prefix.bits() >= 10 && prefix.high() >>> 54 == 0xfe80 >>> 6;
    }

    private void warn(String path, List<String> keys, String message) {
        Node node = root;
        Position position = Position.NONE;
        for (String key : keys) {
            Optional<Node.Entry> entry = node instanceof Node.Mapping mapping
                    ? mapping.entries().stream().filter(each -> each.key().equals(key)).findFirst()
                    : Optional.empty();
            position = entry.map(Node.Entry::position).orElse(position);
            node = entry.map(Node.Entry::value).orElse(node);
        }
        warnings.add(Fault.Kind.WARNING, path, position, message);
    }
}
