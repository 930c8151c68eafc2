package net.weft.controller.model.yaml;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;

import net.weft.controller.model.NetworkConfig;
import net.weft.controller.model.NetworkName;
import net.weft.controller.model.TenantConfig;
import net.weft.vlan.VlanId;

/** Binds {@code tenants} and their networks; no VLAN carries two of these. */
final class TenantBinder {
    private final Faults faults;
    private final Claims claims;
    private final Tunnels tunnels;
    private final Set<NetworkName> named = new HashSet<>();

    TenantBinder(Faults faults, Claims claims, Tunnels tunnels) {
        this.tunnels = tunnels;
        this.faults = faults;
        this.claims = claims;
    }

    SequencedMap<String, TenantConfig> bind(Node.Mapping mapping) {
        SequencedMap<String, TenantConfig> tenants = new LinkedHashMap<>();
        NamedEntries.each(mapping, "tenants", faults,
                (entry, value, path) -> tenants.put(entry.key(), tenant(entry.key(), value, path)));
        return tenants;
    }

    /** Every network that stands there, faulty ones among them: a port that names one dangles not. */
    Set<NetworkName> named() {
        return named;
    }

    private TenantConfig tenant(String tenant, Node.Mapping mapping, String path) {
        Fields fields = Fields.of(mapping, Section.TENANT, path, faults);
        SequencedMap<String, NetworkConfig> networks = new LinkedHashMap<>();
        NamedEntries.each(fields.mapping("networks"), fields.path("networks"), faults, (entry, value, at) -> {
            NetworkName name = new NetworkName(tenant, entry.key());
            named.add(name);
            network(name, Fields.of(value, Section.NETWORK, at, faults))
                    .ifPresent(network -> networks.put(entry.key(), network));
        });
        return new TenantConfig(tenant, networks);
    }

    private Optional<NetworkConfig> network(NetworkName name, Fields fields) {
        fields.require("vlan", "a VLAN ID (1-4094)");
        OptionalInt vlan = fields.integer("vlan", VlanId.MIN, VlanId.MAX, "a VLAN ID");
        vlan.ifPresent(vid -> claims.claim("VLAN " + vid, "network " + name, fields.path("vlan"),
                fields.position("vlan")));
        List<String> subnets = new ArrayList<>();
        fields.eachScalar("subnets", "a subnet", (scalar, path) -> {
            if (Scalars.isPrefix(scalar.text())) {
                subnets.add(scalar.text());
            } else {
                faults.add(Fault.Kind.VALUE, path, scalar.position(), Faults.shown(scalar.text())
                        + " is not a subnet (such as 10.10.0.0/24, with no bits set behind the prefix)");
            }
        });
        boolean querier = fields.flag("querier", false);
        if (querier && vlan.isPresent()) {
            tunnels.excludes(vlan.getAsInt(), fields.path("querier"), fields.position("querier"),
                    "nobody looks into its multicast, which is the customer's");
        }
        return vlan.isPresent()
                ? Optional.of(new NetworkConfig(name, vlan.getAsInt(), subnets, querier))
                : Optional.empty();
    }
}
