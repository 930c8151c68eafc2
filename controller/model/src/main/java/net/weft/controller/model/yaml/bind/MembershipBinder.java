package net.weft.controller.model.yaml.bind;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import net.weft.controller.model.MembershipConfig;
import net.weft.controller.model.NetworkName;
import net.weft.controller.model.yaml.check.Tunnels;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.Suggestion;
import net.weft.controller.model.yaml.value.Scalars;
import net.weft.vlan.VlanId;
import net.weft.vlan.VlanSet;

/** Binds the VLAN membership of a port: exactly one of {@link Section#MEMBERSHIP}. */
public final class MembershipBinder {
    private static final String CHOICE = "one of " + String.join(", ", Section.MEMBERSHIP);

    private static final List<String> TPIDS = MembershipConfig.Trunk.TUNNEL_TPIDS.stream().map(MembershipBinder::hex)
            .toList();

    private final Faults faults;
    private final Set<NetworkName> networks;
    private final Tunnels tunnels;

    MembershipBinder(Faults faults, Set<NetworkName> networks, Tunnels tunnels) {
        this.tunnels = tunnels;
        this.faults = faults;
        this.networks = networks;
    }

    /**
     * Returns the membership; empty if a fault was reported, or if none is given and it is optional.
     *
     * @param name name of the port
     * @param optional whether the port may lack a membership
     */
    Optional<MembershipConfig> bind(String name, MappingReader fields, boolean optional) {
        List<String> given = Section.MEMBERSHIP.stream().filter(fields::has).toList();
        if (given.isEmpty() && !optional) {
            fields.fault(Fault.Kind.VALUE, "missing membership; expected " + CHOICE);
        }
        for (String second : given.stream().skip(1).toList()) {
            fields.fault(Fault.Kind.CONFLICT, second, "stands beside " + given.getFirst() + "; a port has " + CHOICE);
        }
        Optional<MembershipConfig> network = network(fields);
        Optional<MembershipConfig> access = access(fields);
        Optional<MembershipConfig> tunnel = tunnel(name, fields);
        if (!fields.has("trunk")) {
            fields.refuse(List.of("tunnel-tpid"), "a port that is no trunk");
        }
        Optional<MembershipConfig> trunk = fields.isWellFormed("trunk") ? trunk(fields) : Optional.empty();
        return network.or(() -> access).or(() -> tunnel).or(() -> trunk);
    }

    private Optional<MembershipConfig> network(MappingReader fields) {
        Optional<NetworkName> name = fields
                .text("network", text -> text.matches("[^/]+/[^/]+"), "a network (TENANT/NAME)")
                .map(text -> new NetworkName(text.substring(0, text.indexOf('/')),
                        text.substring(text.indexOf('/') + 1)));
        if (name.isPresent() && !networks.contains(name.get())) {
            String shown = Faults.shown(name.get().toString());
            String hint = faults.isFull() ? "" : hint(shown);
            fields.fault(Fault.Kind.REFERENCE, "network", "there is no network " + shown + hint);
            return Optional.empty();
        }
        return name.map(MembershipConfig.Network::new);
    }

    private String hint(String unknown) {
        return Suggestion.nearest(unknown, networks.stream().map(NetworkName::toString).toList())
                .map(near -> "; did you mean " + near + "?").orElse("");
    }

    /** Returns how to write a range whose ends are in the wrong order; empty if the text is no such range. */
    private static Optional<String> reversed(String range) {
        int dash = range.indexOf('-');
        String swapped = range.substring(dash + 1) + "-" + range.substring(0, Math.max(0, dash));
        return dash > 0 && Scalars.isVlans(swapped) ? Optional.of(" is reversed; write " + swapped) : Optional.empty();
    }

    private static Optional<MembershipConfig> access(MappingReader fields) {
        OptionalInt vid = fields.integer("access", VlanId.MIN, VlanId.MAX, "a VLAN ID");
        return vid.isPresent() ? Optional.of(new MembershipConfig.Access(vid.getAsInt())) : Optional.empty();
    }

    /** Reads a tunnel. It excludes {@code bpdu}, as the tunnel carries the customer's spanning tree frames. */
    private Optional<MembershipConfig> tunnel(String name, MappingReader fields) {
        OptionalInt vid = fields.integer("dot1q-tunnel", VlanId.MIN, VlanId.MAX, "a VLAN ID");
        if (vid.isEmpty()) {
            return Optional.empty();
        }
        fields.refuse(List.of("bpdu"), "dot1q-tunnel, which carries the customer's spanning tree");
        tunnels.carried(vid.getAsInt(), "port " + name);
        return Optional.of(new MembershipConfig.Tunnel(vid.getAsInt()));
    }

    /** Returns a TPID as in the file, {@code 0x88a8}. */
    public static String hex(int tpid) {
        return "0x%04x".formatted(tpid);
    }

    private static int tpid(MappingReader fields) {
        return fields.text("tunnel-tpid", TPIDS::contains, "one of " + String.join(", ", TPIDS))
                .map(Integer::decode).orElse(MembershipConfig.Trunk.TUNNEL_TPIDS.getFirst());
    }

    private Optional<MembershipConfig> trunk(MappingReader port) {
        int before = faults.size();
        MappingReader fields = MappingReader.of(port.mapping("trunk"), Section.TRUNK, port.path("trunk"), faults);
        fields.require("allowed", "VLAN IDs and ranges of them, such as [10, 100-199]");
        List<String> items = new ArrayList<>();
        fields.eachScalar("allowed", "a VLAN ID", (scalar, path) -> {
            if (Scalars.isVlans(scalar.text())) {
                items.add(scalar.text());
            } else {
                faults.add(Fault.Kind.VALUE, path, scalar.position(),
                        Faults.shown(scalar.text()) + reversed(scalar.text()).orElse(
                                " is not a VLAN ID (1-4094) or a range of them (100-199)"));
            }
        });
        VlanSet allowed = VlanSet.parse(items);
        OptionalInt nativeVlan = fields.integer("native", VlanId.MIN, VlanId.MAX, "a VLAN ID");
        int tpid = tpid(port);
        if (nativeVlan.isPresent()) {
            tunnels.excludes(nativeVlan.getAsInt(), fields.path("native"), fields.position("native"),
                    "a trunk carries it tagged");
        }
        if (faults.size() == before && allowed.isEmpty()) {
            fields.fault(Fault.Kind.VALUE, "allowed", "is empty; a trunk carries at least one VLAN");
        }
        if (faults.size() == before && nativeVlan.isPresent() && !allowed.contains(nativeVlan.getAsInt())) {
            fields.fault(Fault.Kind.CONFLICT, "native",
                    nativeVlan.getAsInt() + " is not among the allowed VLANs; add it there");
        }
        return faults.size() == before
                ? Optional.of(new MembershipConfig.Trunk(allowed, nativeVlan, tpid))
                : Optional.empty();
    }
}
