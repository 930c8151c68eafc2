package net.weft.controller.node;

import java.util.Map;
import net.weft.controller.model.yaml.edit.FabricEdit;
import net.weft.controller.server.Fabric;
import net.weft.controller.server.FabricGrpc;
import net.weft.controller.server.NotCarriedOutException;
import net.weft.controller.server.Terms;
import net.weft.wireguard.PublicKey;

/** Changes of the configuration that the member itself asks for. */
final class OwnEdits {
    private static final System.Logger LOG = System.getLogger(OwnEdits.class.getName());

    private OwnEdits() {
    }

    /** Commits the new socket of a port whose guest has moved. */
    static void moved(Fabric fabric, String port, Map<String, String> keys, String comment) {
        try {
            fabric.edit(config -> FabricEdit.setPort(config, port, keys), Terms.PLAIN, FabricGrpc.LOCAL,
                    comment);
        } catch (NotCarriedOutException e) {
            LOG.log(System.Logger.Level.WARNING, e.getMessage());
        }
    }

    /** Commits the new key of a VPN peer that was heard by it. */
    static void rotated(Fabric fabric, String port, PublicKey key) {
        try {
            fabric.edit(config -> KeyRotation.used(config, port, key), Terms.PLAIN, FabricGrpc.LOCAL,
                    "peer " + port + " uses its next key");
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING,
                    "peer " + port + " uses its next key, but that could not be stored: " + e.getMessage());
        }
    }
}
