package net.weft.controller.model.yaml.write;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.MemberConfig;
import net.weft.controller.model.NetworkConfig;
import net.weft.controller.model.PolicyConfig;
import net.weft.controller.model.PortConfig;
import net.weft.controller.model.VpnGatewayConfig;
import net.weft.controller.model.VpnPeerConfig;
import net.weft.controller.model.ZoneConfig;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.Node;

/**
 * Returns one object as keys and values of the file, to compare or display it: {@code access → 10},
 * {@code trunk.allowed → [10, 20]}. Keys of a nested mapping are joined with dots; keys with their default are left
 * out.
 */
public final class FabricKeys {
    private FabricKeys() {
    }

    /**
     * Returns the keys of the fabric itself, its export and its connection limits; its other objects are not included.
     */
    public static SequencedMap<String, String> of(FabricConfig config) {
        return flat(FabricTree.fabric(config));
    }

    public static SequencedMap<String, String> of(MemberConfig member) {
        return flat(FabricTree.member(member));
    }

    public static SequencedMap<String, String> of(NetworkConfig network) {
        return flat(FabricTree.network(network));
    }

    public static SequencedMap<String, String> of(PortConfig port) {
        return flat(FabricTree.port(port));
    }

    public static SequencedMap<String, String> of(ZoneConfig zone) {
        return flat(ZoneTree.zone(zone));
    }

    /** Returns the keys of a policy without its name and place. */
    public static SequencedMap<String, String> of(PolicyConfig policy) {
        return flat(ZoneTree.policy(policy));
    }

    /** Returns the keys of a VPN gateway without its peers. */
    public static SequencedMap<String, String> of(VpnGatewayConfig gateway) {
        return flat(VpnTree.gateway(gateway));
    }

    public static SequencedMap<String, String> of(VpnPeerConfig peer) {
        return flat(VpnTree.peer(peer));
    }

    private static SequencedMap<String, String> flat(Node.Mapping mapping) {
        SequencedMap<String, String> keys = new LinkedHashMap<>();
        flatten(mapping, "", keys);
        return keys;
    }

    private static void flatten(Node.Mapping mapping, String path, SequencedMap<String, String> into) {
        for (Node.Entry entry : mapping.entries()) {
            String key = Faults.child(path, entry.key());
            if (entry.value() instanceof Node.Mapping nested) {
                flatten(nested, key, into);
            } else {
                into.put(key, text(entry.value()));
            }
        }
    }

    private static String text(Node node) {
        return switch (node) {
            case Node.Scalar scalar -> scalar.text();
            case Node.Sequence sequence -> sequence.items().stream().map(FabricKeys::text)
                    .collect(Collectors.joining(", ", "[", "]"));
            case Node.Mapping mapping -> flat(mapping).toString();
        };
    }
}
