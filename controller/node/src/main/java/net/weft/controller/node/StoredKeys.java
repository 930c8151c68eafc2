package net.weft.controller.node;

import net.weft.controller.server.backup.Keys;
import net.weft.vpn.SecretStore;

/**
 * The keys of the VPN gateways of this member, for backups.
 *
 * @param secrets where they are stored
 */
record StoredKeys(SecretStore secrets) implements Keys {
    @Override
    public byte[] read(String name) {
        return secrets.read(name);
    }

    @Override
    public void write(String name, byte[] key) {
        secrets.write(name, key);
    }
}
