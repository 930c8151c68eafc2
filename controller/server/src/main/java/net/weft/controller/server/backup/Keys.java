package net.weft.controller.server.backup;

import java.util.Set;
import java.util.TreeSet;
import net.weft.controller.model.FabricConfig;

/** The keys that configurations name and never hold. */
public interface Keys {
    /**
     * Returns a key.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    byte[] read(String name);

    /**
     * Stores a key.
     *
     * @throws IllegalArgumentException if it cannot be stored
     */
    void write(String name, byte[] key);

    /** Returns the names of the keys of a configuration. */
    static Set<String> of(FabricConfig config) {
        Set<String> names = new TreeSet<>();
        config.vpn().values().forEach(gateway -> {
            names.add(gateway.privateKeyFile());
            gateway.peers().values().forEach(peer -> peer.presharedKeyFile().ifPresent(names::add));
        });
        return names;
    }
}
