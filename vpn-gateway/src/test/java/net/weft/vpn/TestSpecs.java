package net.weft.vpn;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.weft.packet.MacAddress;
import net.weft.wireguard.Identity;
import net.weft.wireguard.PublicKey;
import net.weft.zone.Prefix;
import org.jspecify.annotations.Nullable;

/** Specs of gateways with peers in VLAN 10, 10.10.0.0/24, and keys in memory. */
final class TestSpecs {
    static final int VLAN = 10;

    private TestSpecs() {
    }

    static byte[] key(int fill) {
        byte[] key = new byte[SecretStore.KEY_BYTES];
        Arrays.fill(key, (byte) fill);
        return key;
    }

    static PublicKey publicKey(int fill) {
        return new Identity(key(fill)).publicKey();
    }

    /** The address 10.10.0.N. */
    static Prefix ip(int n) {
        return new Prefix(0, Prefix.ipv4(0x0a0a0000 + n), 128, true);
    }

    /** A peer whose key and address have a number. */
    static PeerSpec peer(String port, int number, @Nullable PublicKey next, @Nullable String presharedKey) {
        return new PeerSpec(port, publicKey(number), next, presharedKey, VLAN,
                new MacAddress(0x0200_0000_0000L + number),
                List.of(ip(number)), List.of(), 0, null);
    }

    static GatewaySpec gateway(String name, PeerSpec... peers) {
        return new GatewaySpec(name, name + ".key", 51_820, GatewaySpec.DEFAULT_MTU,
                List.of(new NetworkSpec(VLAN, List.of(new Prefix(0, Prefix.ipv4(0x0a0a0000), 120, true)), List.of())),
                List.of(peers));
    }

    /** Keys by name; any other name is that of a file that cannot be read. */
    static final class Secrets implements SecretStore {
        final Map<String, byte[]> keys = new HashMap<>();

        @Override
        public byte[] read(String name) {
            byte[] key = keys.get(name);
            if (key == null) {
                throw new IllegalArgumentException("there is no key file " + name);
            }
            return key.clone();
        }

        @Override
        public void write(String name, byte[] key) {
            keys.put(name, key.clone());
        }

        @Override
        public void delete(String name) {
            keys.remove(name);
        }

        @Override
        public byte[] readOrMake(String name) {
            return read(name);
        }
    }
}
