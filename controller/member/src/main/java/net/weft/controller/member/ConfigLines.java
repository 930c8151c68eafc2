package net.weft.controller.member;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.MembershipConfig;
import net.weft.controller.model.NetworkConfig;
import net.weft.controller.model.PortConfig;
import net.weft.controller.model.plan.Subjects;
import net.weft.controller.model.revision.Origin;
import net.weft.controller.model.yaml.SourceLines;
import net.weft.v1.ConfigLine;
import net.weft.vswitch.Trace.Setting;

/** Which lines of the file last applied made a port behave as it does; or which command did. */
final class ConfigLines {
    private final MemberAgent.Desired desired;
    private final SourceLines lines;

    ConfigLines(MemberAgent.Desired desired) {
        this.desired = desired;
        lines = SourceLines.of(desired.fileText());
    }

    /** Empty where the configuration has no such port. */
    List<ConfigLine> of(String port, Setting setting) {
        FabricConfig config = desired.config();
        Optional<PortConfig> found = config.port(port);
        if (found.isEmpty()) {
            return List.of();
        }
        List<ConfigLine> all = new ArrayList<>();
        all.add(line(Subjects.of(found.get()), List.of("ports", port), key(found.get(), setting)));
        if (setting == Setting.MEMBERSHIP && found.get().membership() instanceof MembershipConfig.Network network) {
            Optional<NetworkConfig> owner = config.network(network.name());
            owner.ifPresent(of -> all.add(line(Subjects.of(of), List.of("tenants", of.name().tenant(), "networks",
                    of.name().network()), "vlan")));
        }
        return all;
    }

    private static String key(PortConfig port, Setting setting) {
        return switch (setting) {
            case MEMBERSHIP -> switch (port.membership()) {
                case MembershipConfig.Network _ -> "network";
                case MembershipConfig.Access _ -> "access";
                case MembershipConfig.None _ -> "";
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

    /** Of the key, or of the object where it has none: a default is its object's. */
    private ConfigLine line(String subject, List<String> object, String key) {
        Origin origin = desired.origins().get(subject);
        String path = String.join(".", object);
        if (origin != null && origin.kind() == Origin.Kind.COMMAND) {
            return ConfigLine.newBuilder().setPath(path).setText("made " + origin).build();
        }
        List<String> keys = new ArrayList<>(object);
        keys.add(key);
        return lines.find(keys).or(() -> lines.find(object)).map(
                line -> ConfigLine.newBuilder().setPath(line.path()).setLine(line.line()).setText(line.text()).build())
                .orElseGet(() -> ConfigLine.newBuilder().setPath(path).build());
    }
}
