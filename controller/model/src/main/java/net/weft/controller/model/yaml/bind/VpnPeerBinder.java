package net.weft.controller.model.yaml.bind;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;
import net.weft.controller.model.NetworkConfig;
import net.weft.controller.model.NetworkName;
import net.weft.controller.model.ProtectionConfig;
import net.weft.controller.model.VpnPeerConfig;
import net.weft.controller.model.ZoneConfig;
import net.weft.controller.model.yaml.check.Addresses;
import net.weft.controller.model.yaml.check.DeclaredZones;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.Node;
import net.weft.controller.model.yaml.value.Prefixes;
import net.weft.controller.model.yaml.value.Scalars;
import net.weft.controller.model.yaml.value.WireGuardKeys;
import net.weft.zone.Prefix;

/** Binds the peers of a VPN gateway. */
final class VpnPeerBinder {
    static final String A_KEY_FILE = "the name of a file in the data directory (such as office.key), without ..";
    static final String A_PREFIX = "a prefix (such as 10.20.0.0/16 or \"fd00:20::/48\", with no bits set behind its length)";
    private static final String A_KEY = "a public key (44 characters, as `wg pubkey` prints it)";
    private static final int ADDRESS_BITS = 128;
    private static final String A_TIME = "a time (such as 2027-06-30T00:00:00Z)";

    private final Faults faults;
    private final Set<NetworkName> named;
    private final Map<NetworkName, NetworkConfig> networks;
    private final DeclaredZones zoneNames;
    private final Addresses addresses;

    /**
     * @param named every network of the file, faulty ones included
     * @param networks those without fault
     */
    VpnPeerBinder(Faults faults, Set<NetworkName> named, Map<NetworkName, NetworkConfig> networks,
            DeclaredZones zoneNames,
            Addresses addresses) {
        this.faults = faults;
        this.named = named;
        this.networks = networks;
        this.zoneNames = zoneNames;
        this.addresses = addresses;
    }

    SequencedMap<String, VpnPeerConfig> bind(String gateway, MappingReader fields) {
        SequencedMap<String, VpnPeerConfig> peers = new LinkedHashMap<>();
        Map<String, String> keys = new HashMap<>();
        Map<NetworkName, Map<Prefix, String>> routes = new HashMap<>();
        NamedEntries.each(fields.mapping("peers"), fields.path("peers"), faults, (entry, value, path) -> {
            MappingReader peer = MappingReader.of(value, Section.VPN_PEER, path, faults);
            peer(gateway, entry.key(), peer).ifPresent(bound -> {
                claim(keys, bound.publicKey(), bound.name(), "public-key", peer);
                bound.nextPublicKey().ifPresent(next -> claim(keys, next, bound.name(), "next-public-key", peer));
                bound.allowedIps().forEach(prefix -> {
                    String owner = routes.computeIfAbsent(bound.network(), _ -> new HashMap<>()).putIfAbsent(prefix,
                            bound.name());
                    if (owner != null) {
                        peer.fault(Fault.Kind.CONFLICT, "allowed-ips",
                                prefix + " is behind peer " + owner
                                        + " already; in one network a prefix leads to one peer");
                    }
                });
                peers.put(bound.name(), bound);
            });
        });
        return peers;
    }

    private static void claim(Map<String, String> keys, String key, String name, String field, MappingReader peer) {
        String other = keys.putIfAbsent(key, name);
        if (other != null) {
            peer.fault(Fault.Kind.CONFLICT, field,
                    "is that of peer " + other + " already; each device has a key of its own");
        }
    }

    private Optional<VpnPeerConfig> peer(String gateway, String name, MappingReader fields) {
        fields.require("public-key", A_KEY);
        fields.require("network", "the network it belongs to (TENANT/NAME)");
        fields.require("ips", "its addresses in that network");
        Optional<String> key = fields.text("public-key", WireGuardKeys::isKey, A_KEY);
        key.filter(WireGuardKeys::isLowOrder).ifPresent(_ -> fields.fault(Fault.Kind.VALUE, "public-key",
                "is a point of low order, so that anyone could read the traffic; expected " + A_KEY));
        Optional<String> next = fields.text("next-public-key", WireGuardKeys::isKey, A_KEY);
        next.filter(WireGuardKeys::isLowOrder).ifPresent(_ -> fields.fault(Fault.Kind.VALUE, "next-public-key",
                "is a point of low order, so that anyone could read the traffic; expected " + A_KEY));
        Optional<Instant> until = fields.text("public-key-until", text -> time(text).isPresent(), A_TIME)
                .flatMap(VpnPeerBinder::time);
        until.filter(_ -> next.isEmpty()).ifPresent(_ -> fields.fault(Fault.Kind.REFERENCE, "public-key-until",
                "there is no next-public-key that takes over then; a peer that ends has `expires`"));
        Optional<String> psk = fields.text("preshared-key-file", VpnBinder::isKeyFile, A_KEY_FILE);
        Optional<NetworkName> network = network(fields);
        List<Prefix> subnets = network.map(networks::get).stream().flatMap(of -> of.subnets().stream())
                .flatMap(text -> Prefixes.parse(text).stream()).toList();
        network.filter(of -> networks.containsKey(of) && subnets.isEmpty())
                .ifPresent(of -> fields.fault(Fault.Kind.VALUE, "network", of
                        + " has no subnets; a network with peers needs them, to know which addresses are on its link"));
        List<Prefix> ips = ips(gateway + "/" + name, fields, subnets);
        List<Prefix> allowed = allowed(gateway + "/" + name, fields, subnets);
        Optional<String> zone = fields.text("zone").filter(text -> !text.equals(ZoneConfig.NONE));
        Optional<String> tenant = network.map(NetworkName::tenant);
        zone.filter(text -> tenant.isPresent() && !zoneNames.has(tenant, text))
                .ifPresent(text -> fields.fault(Fault.Kind.REFERENCE, "zone", zoneNames.unknown(tenant, text)));
        Optional<Instant> expires = fields.text("expires", text -> time(text).isPresent(), A_TIME)
                .flatMap(VpnPeerBinder::time);
        OptionalInt keepalive = fields.integer("keepalive", 1, VpnPeerConfig.MAX_KEEPALIVE, "an interval in seconds");
        ProtectionConfig protection = ProtectionBinder.bind(fields, faults);
        boolean enabled = fields.flag("enabled", true);
        Optional<String> description = fields.text("description", Scalars::isDescription,
                "one line of at most 255 characters");
        if (key.isEmpty() || network.isEmpty() || ips.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new VpnPeerConfig(gateway, name, key.get(), next, until, psk, network.get(), ips, allowed, zone,
                        expires,
                        keepalive,
                        protection, enabled, description));
    }

    private Optional<NetworkName> network(MappingReader fields) {
        Optional<String> text = fields.text("network");
        Optional<NetworkName> name = text.filter(of -> of.indexOf('/') > 0)
                .map(of -> new NetworkName(of.substring(0, of.indexOf('/')), of.substring(of.indexOf('/') + 1)));
        if (text.isPresent() && (name.isEmpty() || !named.contains(name.get()))) {
            fields.fault(Fault.Kind.REFERENCE, "network", "there is no network " + Faults.shown(text.get())
                    + (name.isEmpty() ? "; write it as TENANT/NAME" : ""));
            return Optional.empty();
        }
        return name;
    }

    private List<Prefix> ips(String port, MappingReader fields, List<Prefix> subnets) {
        Set<Prefix> ips = new LinkedHashSet<>();
        fields.eachScalar("ips", "an address", (scalar, path) -> {
            Optional<Prefix> ip = Prefixes.parse(scalar.text())
                    .filter(of -> of.bits() == 128 && Prefixes.isStation(of));
            if (ip.isEmpty()) {
                wrong(scalar, path, "the address of a device (such as 10.10.0.200 or \"fd00:10::200\")");
            } else if (!subnets.isEmpty()
                    && subnets.stream().noneMatch(subnet -> Prefixes.contains(subnet, ip.get()))) {
                faults.add(Fault.Kind.VALUE, path, scalar.position(),
                        ip.get() + " lies in none of the network's subnets " + subnets);
            } else if (!ips.add(ip.get())) {
                faults.add(Fault.Kind.CONFLICT, path, scalar.position(), ip.get() + " stands twice");
            } else {
                addresses.add(ip.get(), new Addresses.Place(port, false, path, scalar.position()));
            }
        });
        if (fields.isEmptyList("ips")) {
            fields.fault(Fault.Kind.VALUE, "ips", "is empty; expected an address at least");
        }
        return List.copyOf(ips);
    }

    private List<Prefix> allowed(String port, MappingReader fields, List<Prefix> subnets) {
        List<Prefix> prefixes = new ArrayList<>();
        fields.eachScalar("allowed-ips", "a prefix", (scalar, path) -> {
            Optional<Prefix> prefix = Prefixes.parse(scalar.text());
            if (prefix.isEmpty()) {
                wrong(scalar, path, A_PREFIX);
            } else if (!prefixes.contains(prefix.get())) {
                prefixes.add(prefix.get());
                // A whole network may hold the addresses of others, for the longest prefix wins; one address has one owner.
                if (prefix.get().bits() == ADDRESS_BITS
                        && subnets.stream().anyMatch(subnet -> Prefixes.contains(subnet, prefix.get()))) {
                    addresses.add(prefix.get(), new Addresses.Place(port, false, path, scalar.position()));
                }
            }
        });
        return prefixes;
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    private void wrong(Node.Scalar scalar, String path, String expected) {
        faults.add(Fault.Kind.VALUE, path, scalar.position(), Faults.shown(scalar.text()) + " is not " + expected);
    }
}
