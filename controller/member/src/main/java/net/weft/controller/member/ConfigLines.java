package net.weft.controller.member;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.MembershipConfig;
import net.weft.controller.model.NetworkConfig;
import net.weft.controller.model.PortConfig;
import net.weft.controller.model.ScopedName;
import net.weft.controller.model.plan.Subjects;
import net.weft.controller.model.revision.Origin;
import net.weft.controller.model.yaml.SourceLines;
import net.weft.v1.ConfigLine;
import net.weft.vswitch.trace.Trace.Setting;
import net.weft.zone.Policy;

/**
 * Finds the lines of the file applied last that are responsible for the behaviour of a port or a policy, or the command
 * that is.
 */
final class ConfigLines {
    private static final List<String> GUARD_KEYS = List.of("mac", "ips", "shared-macs", "shared-ips", "guard");

    private final MemberAgent.Desired desired;
    private final SourceLines lines;

    ConfigLines(MemberAgent.Desired desired) {
        this.desired = desired;
        lines = SourceLines.of(desired.fileText());
    }

    /**
     * Returns the lines of a setting of a port; an empty list if the configuration has no such port.
     *
     * @param vid VLAN of the frame; 0 if it is unknown
     */
    List<ConfigLine> of(String port, Setting setting, int vid) {
        FabricConfig config = desired.config();
        Optional<PortConfig> found = config.port(port);
        if (found.isEmpty()) {
            return List.of();
        }
        if (setting == Setting.ZONE) {
            return zone(found.get(), vid);
        }
        List<ConfigLine> all = new ArrayList<>();
        List<String> object = List.of(found.get().section(), port);
        if (setting == Setting.GUARD) {
            GUARD_KEYS.stream().filter(key -> lines.find(keys(object, key)).isPresent())
                    .forEach(key -> all.add(line(Subjects.of(found.get()), object, key)));
        }
        if (all.isEmpty()) {
            all.add(line(Subjects.of(found.get()), object, key(found.get(), setting)));
        }
        if (setting == Setting.MEMBERSHIP && found.get().membership() instanceof MembershipConfig.Network network) {
            Optional<NetworkConfig> owner = config.network(network.name());
            owner.ifPresent(of -> all.add(line(Subjects.of(of), path(of), "vlan")));
        }
        return all.stream().distinct().toList();
    }

    /** Returns the line of a policy; an empty list if the configuration has no such policy. */
    List<ConfigLine> of(Policy policy) {
        ScopedName name = new ScopedName(Optional.ofNullable(policy.tenant()), policy.name());
        return desired.config().allPolicies().filter(of -> of.name().equals(name)).findFirst()
                .map(of -> List.of(line(Subjects.of(of), scoped(name, "policies"), ""))).orElse(List.of());
    }

    /** Returns the line that puts the port in its zone in that VLAN, and the line of the zone's own rule. */
    private List<ConfigLine> zone(PortConfig port, int vid) {
        FabricConfig config = desired.config();
        Optional<NetworkConfig> network = config.networkOf(vid);
        List<String> object = List.of(port.section(), port.name());
        List<ConfigLine> all = new ArrayList<>();
        if (port.zones().byVlan().containsKey(vid)) {
            all.add(line(Subjects.of(port), keys(object, "zones"), Integer.toString(vid)));
        } else if (port.zones().zone().isPresent() || network.isEmpty()) {
            all.add(line(Subjects.of(port), object, "zone"));
        } else {
            all.add(line(Subjects.of(network.get()), path(network.get()), "zone"));
        }
        config.zoneOf(port, vid)
                .ifPresent(zone -> all.add(line(Subjects.of(zone), scoped(zone.name(), "zones"), "intra")));
        return all;
    }

    private static List<String> path(NetworkConfig network) {
        return List.of("tenants", network.name().tenant(), "networks", network.name().network());
    }

    private static List<String> scoped(ScopedName name, String key) {
        return name.tenant().map(tenant -> List.of("tenants", tenant, key, name.name()))
                .orElse(List.of(key, name.name()));
    }

    private static List<String> keys(List<String> object, String key) {
        List<String> keys = new ArrayList<>(object);
        keys.add(key);
        return keys;
    }

    private static String key(PortConfig port, Setting setting) {
        return switch (setting) {
            case MEMBERSHIP -> switch (port.membership()) {
                case MembershipConfig.Network _ -> "network";
                case MembershipConfig.Access _ -> "access";
                case MembershipConfig.Stack _ -> "role";
                case MembershipConfig.None _,MembershipConfig.Leg _ -> "";
                default -> "trunk";
            };
            case MTU -> "mtu";
            case MAC_LIMIT -> "mac-limit";
            case ENABLED -> "enabled";
            case MIRROR -> "mirror-to";
            case GUARD -> "guard";
            case ZONE -> "zone";
            case PORT, POLICY -> "";
        };
    }

    /** Returns the line of the key, or of its object if the key is absent and has its default. */
    private ConfigLine line(String subject, List<String> object, String key) {
        Origin origin = desired.origins().get(subject);
        String path = String.join(".", object);
        if (origin != null && origin.kind() == Origin.Kind.COMMAND) {
            return ConfigLine.newBuilder().setPath(path).setText("made " + origin).build();
        }
        return lines.find(keys(object, key)).or(() -> lines.find(object)).map(
                line -> ConfigLine.newBuilder().setPath(line.path()).setLine(line.line()).setText(line.text()).build())
                .orElseGet(() -> ConfigLine.newBuilder().setPath(path).build());
    }
}
