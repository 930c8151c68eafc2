package net.weft.controller.model.yaml.bind;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import net.weft.controller.model.MembershipConfig;
import net.weft.controller.model.NetworkName;
import net.weft.controller.model.PortZonesConfig;
import net.weft.controller.model.ZoneConfig;
import net.weft.controller.model.yaml.check.DeclaredZones;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.Node;
import net.weft.controller.model.yaml.value.Scalars;
import net.weft.vlan.VlanId;

/** Binds {@code zone} and {@code zones} of a port. A name is resolved in the scope of the tenant that owns the VLAN. */
final class PortZonesBinder {
    private final Faults faults;
    private final DeclaredZones names;
    private final Map<Integer, NetworkName> networks;

    /**
     * Creates a binder.
     *
     * @param networks the network that owns each VLAN, for the VLANs that have one
     */
    PortZonesBinder(Faults faults, DeclaredZones names, Map<Integer, NetworkName> networks) {
        this.faults = faults;
        this.names = names;
        this.networks = networks;
    }

    /**
     * Binds the zones of a port.
     *
     * @param membership membership of the port; empty: it is faulty, and was reported
     */
    PortZonesConfig bind(MappingReader fields, Optional<MembershipConfig> membership) {
        SequencedMap<Integer, String> byVlan = new LinkedHashMap<>();
        for (Node.Entry entry : fields.mapping("zones").entries()) {
            byVlan(fields, entry, membership, byVlan);
        }
        Optional<String> zone = fields.text("zone");
        zone.filter(name -> !name.equals(ZoneConfig.NONE)).ifPresent(name -> check(fields, name,
                membership.map(this::owners).orElse(List.of())));
        return new PortZonesConfig(zone, byVlan);
    }

    private void byVlan(MappingReader fields, Node.Entry entry, Optional<MembershipConfig> membership,
            SequencedMap<Integer, String> byVlan) {
        String path = Faults.child(fields.path("zones"), entry.key());
        OptionalInt vid = Scalars.integer(entry.key(), VlanId.MIN, VlanId.MAX);
        if (vid.isEmpty()) {
            faults.add(Fault.Kind.VALUE, path, entry.position(),
                    Faults.shown(entry.key()) + " is not a VLAN ID (1-4094)");
        } else if (!(entry.value() instanceof Node.Scalar scalar) || scalar.isEmpty()) {
            faults.add(Fault.Kind.VALUE, path, entry.value().position(),
                    "expected the name of a zone, found " + entry.value().what());
        } else if (membership.isPresent() && !isMember(membership.get(), vid.getAsInt())) {
            faults.add(Fault.Kind.CONFLICT, path, entry.position(),
                    "VLAN " + vid.getAsInt() + " is not one of the port's");
        } else {
            Optional<String> tenant = tenant(vid.getAsInt());
            if (!scalar.text().equals(ZoneConfig.NONE) && !names.has(tenant, scalar.text())) {
                faults.add(Fault.Kind.REFERENCE, path, scalar.position(), names.unknown(tenant, scalar.text()));
            }
            byVlan.put(vid.getAsInt(), scalar.text());
        }
    }

    /** Checks that the name resolves to a zone for the owner of each VLAN, and for anyone if the port has no VLAN. */
    private void check(MappingReader fields, String name, List<Optional<String>> owners) {
        if (owners.isEmpty() && !names.isAnybodys(name)) {
            fields.fault(Fault.Kind.REFERENCE, "zone", names.unknown(Optional.empty(), name));
        }
        Optional<Optional<String>> stranger = owners.stream().filter(owner -> !names.has(owner, name)).findFirst();
        if (names.isFabrics(name) || owners.isEmpty() || stranger.isEmpty()) {
            return;
        }
        boolean meansSomewhere = owners.stream().anyMatch(owner -> names.has(owner, name));
        fields.fault(Fault.Kind.REFERENCE, "zone",
                names.unknown(stranger.get(), name)
                        + (meansSomewhere ? "; this port has VLANs of others, so say zones: {VID: ZONE}" : ""));
    }

    private boolean isMember(MembershipConfig membership, int vid) {
        return switch (membership) {
            case MembershipConfig.Network(NetworkName name) ->
                name.equals(networks.get(vid)) || !networks.containsValue(name);
            case MembershipConfig.Access(int access) -> access == vid;
            case MembershipConfig.Tunnel(int tunnel) -> tunnel == vid;
            case MembershipConfig.Trunk trunk -> trunk.allowed().contains(vid);
            case MembershipConfig.None _,MembershipConfig.Leg _,MembershipConfig.Stack _ -> true;
        };
    }

    private Optional<String> tenant(int vid) {
        return Optional.ofNullable(networks.get(vid)).map(NetworkName::tenant);
    }

    /** Returns the tenants that own the port's VLANs, each once; an empty tenant stands for VLANs without an owner. */
    private List<Optional<String>> owners(MembershipConfig membership) {
        return switch (membership) {
            case MembershipConfig.Network(NetworkName name) -> List.of(Optional.of(name.tenant()));
            case MembershipConfig.None _,MembershipConfig.Leg _,MembershipConfig.Stack _ -> List.of();
            case MembershipConfig.Access(int vid) -> List.of(tenant(vid));
            case MembershipConfig.Tunnel(int vid) -> List.of(tenant(vid));
            case MembershipConfig.Trunk trunk -> trunk.allowed().vids().mapToObj(this::tenant).distinct().toList();
        };
    }
}
