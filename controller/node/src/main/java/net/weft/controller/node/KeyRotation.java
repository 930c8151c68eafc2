package net.weft.controller.node;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.yaml.Validation;
import net.weft.controller.model.yaml.edit.BatchEdit;
import net.weft.controller.model.yaml.edit.ObjectEdit;
import net.weft.wireguard.PublicKey;

/** The edit that follows when a VPN peer is heard by its next key. */
final class KeyRotation {
    private KeyRotation() {
    }

    /**
     * Makes the next key of a peer its key. Changes nothing if the peer has gone or has another next key or none meanwhile, because the
     * configuration is newer than the packet then.
     *
     * @param port {@code GATEWAY/PEER}
     */
    static Validation used(FabricConfig config, String port, PublicKey key) {
        Optional<String> next = config.vpn().values().stream().flatMap(gateway -> gateway.peers().values().stream())
                .filter(peer -> peer.portName().equals(port)).findFirst().flatMap(peer -> peer.nextPublicKey());
        return next.equals(Optional.of(key.toString()))
                ? ObjectEdit.set(config, ObjectEdit.Kind.VPN_PEER, port,
                        Map.of("public-key", key.toString(), "next-public-key", "",
                                "public-key-until", ""))
                : BatchEdit.of(config, List.of());
    }
}
