package net.weft.controller.model.yaml.bind;

import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.weft.controller.model.GuardConfig;
import net.weft.controller.model.yaml.check.Addresses;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.Node;
import net.weft.controller.model.yaml.value.Prefixes;
import net.weft.controller.model.yaml.value.Scalars;
import net.weft.packet.MacAddress;
import net.weft.zone.GuardRole;
import net.weft.zone.Prefix;

/** Binds the addresses of the hosts behind a port: {@code mac}, {@code ips}, the shared ones, and {@code guard}. */
final class GuardBinder {
    private static final String A_MAC = "a unicast MAC address (such as \"02:00:00:00:0a:01\")";
    private static final String AN_ADDRESS = "an address or a prefix that stations can have (such as 10.10.0.11, 10.10.0.16/28 or "
            + "\"fd00:10::11\", with no bits set behind the prefix)";

    private static final List<String> MODES = List.of("strict", "off");

    private final Faults faults;
    private final Addresses addresses;

    GuardBinder(Faults faults, Addresses addresses) {
        this.faults = faults;
        this.addresses = addresses;
    }

    GuardConfig bind(String port, MappingReader fields) {
        refuseEmpty(fields, List.of("mac", "ips", "shared-macs", "shared-ips"));
        List<MacAddress> sharedMacs = macs(port, fields, "shared-macs", List.of());
        List<Prefix> sharedIps = ips(port, fields, "shared-ips", List.of());
        List<MacAddress> macs = macs(port, fields, "mac", sharedMacs);
        List<Prefix> ips = ips(port, fields, "ips", sharedIps);
        GuardConfig unguarded = new GuardConfig(macs, ips, sharedMacs, sharedIps, false);
        Set<GuardRole> roles = EnumSet.noneOf(GuardRole.class);
        Optional<String> mode = mode(fields, roles);
        boolean isStrict = mode.map("strict"::equals).orElse(unguarded.namesAddresses() || !roles.isEmpty());
        return isStrict ? new GuardConfig(macs, ips, sharedMacs, sharedIps, roles, true) : unguarded;
    }

    /** {@code guard: strict}, or a mapping with the mode and roles. */
    private Optional<String> mode(MappingReader fields, Set<GuardRole> roles) {
        Node.Mapping mapping = fields.mapping("guard");
        if (mapping.entries().isEmpty()) {
            return fields.text("guard", MODES::contains, "strict or off");
        }
        MappingReader guard = MappingReader.of(mapping, Section.GUARD, fields.path("guard"), faults);
        Optional<String> mode = guard.text("mode", MODES::contains, "strict or off");
        for (GuardRole role : GuardRole.values()) {
            if (guard.flag(role.label(), false)) {
                roles.add(role);
            }
        }
        if (!roles.isEmpty() && mode.filter("off"::equals).isPresent()) {
            guard.fault(Fault.Kind.CONFLICT, "mode", "is off; without a guard a port needs no roles");
        }
        return mode;
    }

    /** Refuses empty lists, as their author may have meant that no address is allowed. */
    private static void refuseEmpty(MappingReader fields, List<String> keys) {
        keys.stream().filter(fields::isEmptyList).forEach(key -> fields.fault(Fault.Kind.VALUE, key,
                "is empty; expected addresses, or no such key for any"));
    }

    /**
     * Reads MAC addresses.
     *
     * @param shared addresses that the port also lists as shared
     */
    private List<MacAddress> macs(String port, MappingReader fields, String key, List<MacAddress> shared) {
        Set<MacAddress> macs = new LinkedHashSet<>();
        fields.eachScalar(key, "a MAC address", (scalar, path) -> {
            if (!Scalars.isStationMac(scalar.text())) {
                wrong(scalar, path, A_MAC);
                return;
            }
            MacAddress mac = MacAddress.parse(scalar.text());
            if (!macs.add(mac)) {
                twice(mac.toString(), scalar, path);
            } else if (!shared.contains(mac)) {
                addresses.add(mac, place(port, key, path, scalar));
            }
        });
        return List.copyOf(macs);
    }

    /**
     * Reads IP addresses and prefixes.
     *
     * @param shared addresses that the port also lists as shared
     */
    private List<Prefix> ips(String port, MappingReader fields, String key, List<Prefix> shared) {
        Set<Prefix> ips = new LinkedHashSet<>();
        fields.eachScalar(key, "an address", (scalar, path) -> {
            Optional<Prefix> ip = Prefixes.parse(scalar.text()).filter(Prefixes::isStation);
            if (ip.isEmpty()) {
                wrong(scalar, path, AN_ADDRESS);
            } else if (!ips.add(ip.get())) {
                twice(ip.get().toString(), scalar, path);
            } else if (!shared.contains(ip.get())) {
                addresses.add(ip.get(), place(port, key, path, scalar));
            }
        });
        return List.copyOf(ips);
    }

    private static Addresses.Place place(String port, String key, String path, Node.Scalar scalar) {
        return new Addresses.Place(port, key.startsWith("shared-"), path, scalar.position());
    }

    private void wrong(Node.Scalar scalar, String path, String expected) {
        faults.add(Fault.Kind.VALUE, path, scalar.position(), Faults.shown(scalar.text()) + " is not " + expected);
    }

    private void twice(String address, Node.Scalar scalar, String path) {
        faults.add(Fault.Kind.CONFLICT, path, scalar.position(), address + " stands twice");
    }
}
