package net.weft.controller.model.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

import net.weft.controller.model.MembershipConfig;
import net.weft.controller.model.NetworkName;
import net.weft.vlan.VlanId;
import net.weft.vlan.VlanSet;

/** Binds which VLANs a port belongs to: exactly one of {@link Section#MEMBERSHIP}. */
final class MembershipBinder {
    private static final String CHOICE = "one of " + String.join(", ", Section.MEMBERSHIP);

    private final Faults faults;
    private final Set<NetworkName> networks;

    MembershipBinder(Faults faults, Set<NetworkName> networks) {
        this.faults = faults;
        this.networks = networks;
    }

    /**
     * Empty if something was reported, or nothing is given and need not be.
     *
     * @param optional a port without membership is no fault
     */
    Optional<MembershipConfig> bind(Fields fields, boolean optional) {
        List<String> given = Section.MEMBERSHIP.stream().filter(fields::has).toList();
        if (given.isEmpty() && !optional) {
            fields.fault(Fault.Kind.VALUE, "missing membership; expected " + CHOICE);
        }
        for (String second : given.stream().skip(1).toList()) {
            fields.fault(Fault.Kind.CONFLICT, second, "stands beside " + given.getFirst() + "; a port has " + CHOICE);
        }
        Optional<MembershipConfig> network = network(fields);
        Optional<MembershipConfig> access = access(fields);
        Optional<MembershipConfig> trunk = fields.isWellFormed("trunk") ? trunk(fields) : Optional.empty();
        return network.or(() -> access).or(() -> trunk);
    }

    private Optional<MembershipConfig> network(Fields fields) {
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

    private static Optional<MembershipConfig> access(Fields fields) {
        OptionalInt vid = fields.integer("access", VlanId.MIN, VlanId.MAX, "a VLAN ID");
        return vid.isPresent() ? Optional.of(new MembershipConfig.Access(vid.getAsInt())) : Optional.empty();
    }

    private Optional<MembershipConfig> trunk(Fields port) {
        int before = faults.size();
        Fields fields = Fields.of(port.mapping("trunk"), Section.TRUNK, port.path("trunk"), faults);
        fields.require("allowed", "VLAN IDs and ranges of them, such as [10, 100-199]");
        List<String> items = new ArrayList<>();
        fields.eachScalar("allowed", "a VLAN ID", (scalar, path) -> {
            if (Scalars.isVlans(scalar.text())) {
                items.add(scalar.text());
            } else {
                faults.add(Fault.Kind.VALUE, path, scalar.position(),
                        Faults.shown(scalar.text()) + " is not a VLAN ID (1-4094) or a range of them (100-199)");
            }
        });
        VlanSet allowed = VlanSet.parse(items);
        OptionalInt nativeVlan = fields.integer("native", VlanId.MIN, VlanId.MAX, "a VLAN ID");
        if (faults.size() == before && allowed.isEmpty()) {
            fields.fault(Fault.Kind.VALUE, "allowed", "is empty; a trunk carries at least one VLAN");
        }
        if (faults.size() == before && nativeVlan.isPresent() && !allowed.contains(nativeVlan.getAsInt())) {
            fields.fault(Fault.Kind.CONFLICT, "native",
                    nativeVlan.getAsInt() + " is not among the allowed VLANs; add it there");
        }
        return faults.size() == before
                ? Optional.of(new MembershipConfig.Trunk(allowed, nativeVlan))
                : Optional.empty();
    }
}
