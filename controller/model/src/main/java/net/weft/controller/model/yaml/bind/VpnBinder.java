package net.weft.controller.model.yaml.bind;

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
import net.weft.controller.model.TenantConfig;
import net.weft.controller.model.VpnGatewayConfig;
import net.weft.controller.model.VpnPeerConfig;
import net.weft.controller.model.VpnWebSocketConfig;
import net.weft.controller.model.yaml.check.Addresses;
import net.weft.controller.model.yaml.check.DeclaredZones;
import net.weft.controller.model.yaml.check.ExclusiveResources;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.Node;
import net.weft.controller.model.yaml.value.Prefixes;
import net.weft.controller.model.yaml.value.Scalars;
import net.weft.controller.model.yaml.value.TimeSpan;
import net.weft.zone.Prefix;

/** Binds {@code vpn}: gateways, each with its peers. */
final class VpnBinder {
    private static final String KEEPALIVE = "an interval in seconds";

    private final Faults faults;
    private final ExclusiveResources claims;
    private final Set<Integer> members;
    private final VpnPeerBinder peers;

    /** @param networks every network of the file, faulty ones included */
    VpnBinder(Faults faults, ExclusiveResources claims, Set<Integer> members, Set<NetworkName> networks,
            SequencedMap<String, TenantConfig> tenants, DeclaredZones zoneNames, Addresses addresses) {
        this.faults = faults;
        this.claims = claims;
        this.members = members;
        Map<NetworkName, NetworkConfig> byName = new HashMap<>();
        tenants.values()
                .forEach(tenant -> tenant.networks().values().forEach(network -> byName.put(network.name(), network)));
        peers = new VpnPeerBinder(faults, networks, byName, zoneNames, addresses);
    }

    /** @param ports names that are taken */
    SequencedMap<String, VpnGatewayConfig> bind(MappingReader root, Set<String> ports) {
        SequencedMap<String, VpnGatewayConfig> gateways = new LinkedHashMap<>();
        NamedEntries.each(root.mapping("vpn"), "vpn", faults, (entry, value, path) -> {
            MappingReader fields = MappingReader.of(value, Section.VPN, path, faults);
            if (entry.key().length() > VpnGatewayConfig.MAX_NAME) {
                faults.add(Fault.Kind.VALUE, path, entry.position(),
                        Faults.shown(entry.key()) + " has " + entry.key().length()
                                + " characters; a gateway has at most " + VpnGatewayConfig.MAX_NAME
                                + ", because wg(8) shows it as an interface");
            }
            if (entry.key().contains(".")) {
                faults.add(Fault.Kind.VALUE, path, entry.position(),
                        Faults.shown(entry.key())
                                + " has a dot; a gateway's name has none, because wg(8) shows each of its"
                                + " networks as NAME.VID");
            }
            if (ports.contains(entry.key())) {
                faults.add(Fault.Kind.CONFLICT, path, entry.position(),
                        "there is a port of that name already; a gateway is a port of its own name");
            }
            gateways.put(entry.key(), gateway(entry.key(), fields));
        });
        return gateways;
    }

    private VpnGatewayConfig gateway(String name, MappingReader fields) {
        List<Integer> candidates = candidates(fields);
        int listen = fields.integer("listen", 1, 65_535, "a UDP port").orElse(VpnGatewayConfig.DEFAULT_LISTEN);
        candidates.forEach(member -> claims.claim("UDP port " + listen + " of member " + member, "vpn " + name,
                fields.path("listen"),
                fields.position("listen")));
        Optional<String> endpoint = fields.text("endpoint", text -> Scalars.endpoint(text).isPresent(),
                "an address and port (such as vpn.example.org:51820)");
        String keyFile = fields.text("private-key-file", VpnBinder::isKeyFile, VpnPeerBinder.A_KEY_FILE)
                .orElse(VpnGatewayConfig.defaultKeyFile(name));
        OptionalInt mtu = fields.integer("mtu", VpnGatewayConfig.MIN_MTU, VpnGatewayConfig.MAX_MTU, "an MTU in bytes");
        OptionalInt keepalive = fields.integer("keepalive", 1, VpnPeerConfig.MAX_KEEPALIVE, KEEPALIVE);
        List<String> dns = new ArrayList<>();
        fields.eachScalar("dns", "an address", (scalar, path) -> {
            if (Scalars.isAddress(scalar.text())) {
                dns.add(scalar.text());
            } else {
                faults.add(Fault.Kind.VALUE, path, scalar.position(),
                        Faults.shown(scalar.text()) + " is not the address of a name server (such as 10.10.0.1)");
            }
        });
        List<Prefix> routes = new ArrayList<>();
        fields.eachScalar("client-routes", "a prefix", (scalar, path) -> prefix(scalar, path).ifPresent(routes::add));
        OptionalInt offline = fields.text("max-offline",
                text -> TimeSpan.seconds(text, VpnGatewayConfig.MAX_OFFLINE_SECONDS).isPresent(),
                "a time (such as 30m or 24h, at most 720h)")
                .map(text -> TimeSpan.seconds(text, VpnGatewayConfig.MAX_OFFLINE_SECONDS)).orElse(OptionalInt.empty());
        SequencedMap<String, VpnPeerConfig> named = peers.bind(name, fields);
        return new VpnGatewayConfig(name, candidates, listen, endpoint, keyFile, dns, mtu, keepalive, routes, offline,
                webSocket(name, fields, candidates), named);
    }

    private Optional<VpnWebSocketConfig> webSocket(String name, MappingReader gateway, List<Integer> candidates) {
        if (!gateway.isWellFormed("websocket")) {
            return Optional.empty();
        }
        MappingReader fields = MappingReader.of(gateway.mapping("websocket"), Section.VPN_WEBSOCKET,
                gateway.path("websocket"), faults);
        int listen = fields.integer("listen", 1, 65_535, "a TCP port").orElse(VpnWebSocketConfig.DEFAULT_LISTEN);
        candidates.forEach(member -> claims.claim("TCP port " + listen + " of member " + member,
                "the WebSocket of vpn " + name, fields.path("listen"), fields.position("listen")));
        return Optional.of(new VpnWebSocketConfig(listen,
                file(fields, "certificate-file", VpnWebSocketConfig.defaultCertificateFile(name)),
                file(fields, "certificate-key-file", VpnWebSocketConfig.defaultCertificateKeyFile(name)),
                file(fields, "token-file", VpnWebSocketConfig.defaultTokenFile(name))));
    }

    private static String file(MappingReader fields, String key, String otherwise) {
        return fields.text(key, VpnBinder::isKeyFile, VpnPeerBinder.A_KEY_FILE).orElse(otherwise);
    }

    private Optional<Prefix> prefix(Node.Scalar scalar, String path) {
        Optional<Prefix> prefix = Prefixes.parse(scalar.text());
        if (prefix.isEmpty()) {
            faults.add(Fault.Kind.VALUE, path, scalar.position(),
                    Faults.shown(scalar.text()) + " is not " + VpnPeerBinder.A_PREFIX);
        }
        return prefix;
    }

    private List<Integer> candidates(MappingReader fields) {
        Set<Integer> candidates = new LinkedHashSet<>();
        fields.eachScalar("members", "the ID of a member", (scalar, path) -> {
            OptionalInt id = Scalars.integer(scalar.text(), 1, Integer.MAX_VALUE);
            if (id.isEmpty() || !members.contains(id.getAsInt())) {
                faults.add(Fault.Kind.REFERENCE, path, scalar.position(),
                        "there is no member " + Faults.shown(scalar.text()) + " in members");
            } else if (!candidates.add(id.getAsInt())) {
                faults.add(Fault.Kind.CONFLICT, path, scalar.position(), "member " + id.getAsInt() + " stands twice");
            }
        });
        if (candidates.isEmpty()) {
            candidates.add(members.stream().min(Integer::compare).orElse(1));
        }
        return List.copyOf(candidates);
    }

    /** A relative path that stays within the data directory. */
    static boolean isKeyFile(String text) {
        return !text.isEmpty() && text.length() <= 255 && text.chars().allMatch(c -> c > ' ' && c < 127)
                && !text.startsWith("/")
                && List.of(text.split("/", -1)).stream()
                        .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
    }
}
