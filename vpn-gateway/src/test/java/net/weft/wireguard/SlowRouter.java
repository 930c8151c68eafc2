package net.weft.wireguard;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The oracle of {@link CryptokeyRoutes}: every prefix in a map, and a look-up that tries them all, bit by bit. */
final class SlowRouter<V> {
    private record Prefix(int bits, BigInteger address, int length) {
        boolean holds(BigInteger other) {
            return address.equals(cut(bits, other, length));
        }

        static BigInteger cut(int bits, BigInteger address, int length) {
            return address.shiftRight(bits - length).shiftLeft(bits - length);
        }
    }

    private final Map<Prefix, V> prefixes = new HashMap<>();

    @Nullable
    V put(int bits, BigInteger address, int length, V value) {
        return prefixes.put(new Prefix(bits, Prefix.cut(bits, address, length), length), value);
    }

    void remove(int bits, BigInteger address, int length, V value) {
        prefixes.remove(new Prefix(bits, Prefix.cut(bits, address, length), length), value);
    }

    void remove(V value) {
        prefixes.values().removeIf(v -> v == value);
    }

    @Nullable
    V find(int bits, BigInteger address) {
        V best = null;
        int length = -1;
        for (Map.Entry<Prefix, V> entry : prefixes.entrySet()) {
            Prefix prefix = entry.getKey();
            if (prefix.bits() == bits && prefix.length() > length && prefix.holds(address)) {
                best = entry.getValue();
                length = prefix.length();
            }
        }
        return best;
    }
}
