package net.weft.controller.model.yaml.bind;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.GuardConfig;
import net.weft.controller.model.LagSettings;
import net.weft.controller.model.LinkConfig;
import net.weft.controller.model.MemberConfig;
import net.weft.controller.model.MembershipConfig;
import net.weft.controller.model.MirrorConfig;
import net.weft.controller.model.NetworkName;
import net.weft.controller.model.PortConfig;
import net.weft.controller.model.PortZonesConfig;
import net.weft.controller.model.ProtectionConfig;
import net.weft.controller.model.yaml.check.ExclusiveResources;
import net.weft.controller.model.yaml.check.Tunnels;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.Node;
import net.weft.controller.model.yaml.value.Scalars;

/** Binds one entry of {@code ports}: the member, the device, the membership and the settings. */
final class PortBinder {
    private final Faults faults;
    private final Set<Integer> members;
    private final DeviceBinder devices;
    private final MembershipBinder memberships;
    private final Map<String, String> legs;
    private final Set<String> mirrorTargets;
    private final PortZonesBinder zones;
    private final GuardBinder guards;

    /**
     * Creates a binder.
     *
     * @param legs names of the ports that are legs, with their LAGs
     * @param mirrorTargets names of SPAN targets, which need no membership
     */
    PortBinder(Faults faults, ExclusiveResources claims, Set<Integer> members, Set<NetworkName> networks,
            Tunnels tunnels,
            Map<String, String> legs, Set<String> mirrorTargets, PortZonesBinder zones, GuardBinder guards) {
        this.faults = faults;
        this.members = members;
        this.devices = new DeviceBinder(claims);
        this.memberships = new MembershipBinder(faults, networks, tunnels);
        this.legs = legs;
        this.mirrorTargets = mirrorTargets;
        this.zones = zones;
        this.guards = guards;
    }

    /** Returns the port; empty if a fault in its device or membership was reported. */
    Optional<PortConfig> bind(String name, Node.Mapping mapping, String path) {
        MappingReader fields = MappingReader.of(mapping, Section.PORT, path, faults);
        int member = member(fields);
        Optional<DeviceConfig> device = devices.bind(name, member, fields);
        return rest(name, fields, member, device, membership(name, fields));
    }

    /** Binds an entry of {@code lags}: its settings are those of a port. */
    Optional<PortConfig> bindLag(String name, MappingReader fields, int member, LagSettings settings) {
        return rest(name, fields, member, Optional.of(new DeviceConfig.Lag(settings)), membership(name, fields));
    }

    private Optional<MembershipConfig> membership(String name, MappingReader fields) {
        String lag = legs.get(name);
        if (lag != null) {
            fields.refuse(List.of("role"), "a leg of LAG " + lag);
            fields.refuse(Section.notOnLegs(),
                    "a leg of LAG " + lag + "; membership and settings belong to lags." + lag);
            return Optional.of(new MembershipConfig.Leg(lag));
        }
        fields.refuse(List.of("port-priority"), "a port that is no leg of a LAG");
        if (fields.text("role", "stack"::equals, "stack").isPresent()) {
            fields.refuse(Section.notOnLegs(),
                    "role: stack; a stack link carries the frames of all VLANs and no others");
            return Optional.of(new MembershipConfig.Stack());
        }
        boolean isTarget = mirrorTargets.contains(name);
        return isTarget && Section.MEMBERSHIP.stream().noneMatch(fields::has)
                ? Optional.of(new MembershipConfig.None())
                : memberships.bind(name, fields, fields.hasUnsupported());
    }

    private Optional<PortConfig> rest(String name, MappingReader fields, int member, Optional<DeviceConfig> device,
            Optional<MembershipConfig> membership) {
        OptionalInt macLimit = fields.integer("mac-limit", 1, PortConfig.MAX_MAC_LIMIT, "a number of MAC addresses");
        OptionalInt mtu = fields.integer("mtu", PortConfig.MIN_MTU, PortConfig.MAX_MTU, "an MTU in bytes");
        boolean enabled = fields.flag("enabled", true);
        Optional<String> description = fields.text("description", Scalars::isDescription,
                "one line of at most " + PortConfig.MAX_DESCRIPTION + " characters");
        ProtectionConfig protection = ProtectionBinder.bind(fields, faults);
        Optional<MirrorConfig> mirror = MirrorBinder.bind(fields, faults);
        PortZonesConfig portZones = zones.bind(fields, membership);
        GuardConfig guard = guards.bind(name, fields);
        LinkConfig link = new LinkConfig(
                fields.integer("port-priority", 0, LinkConfig.MAX_PRIORITY, "a LACP port priority"),
                fields.has("lldp") ? Optional.of(fields.flag("lldp", false)) : Optional.empty());
        if (device.isEmpty() || membership.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new PortConfig(name, member, device.get(), membership.get(), macLimit, mtu, enabled,
                description, protection, mirror, portZones, guard, link));
    }

    private int member(MappingReader fields) {
        OptionalInt member = fields.integer("member", 1, MemberConfig.MAX_ID, "the ID of a member");
        if (member.isPresent() && !members.contains(member.getAsInt())) {
            fields.fault(Fault.Kind.REFERENCE, "member", "there is no member " + member.getAsInt() + " in members");
        } else if (member.isEmpty() && !fields.has("member") && !members.contains(1)) {
            fields.fault(Fault.Kind.REFERENCE, "member", "missing, so 1; but there is no member 1 in members");
        }
        return member.orElse(1);
    }
}
