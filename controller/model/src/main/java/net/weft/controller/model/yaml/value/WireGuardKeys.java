package net.weft.controller.model.yaml.value;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;

/** Checks the form of WireGuard's public keys. */
public final class WireGuardKeys {
    private static final int BYTES = 32;
    private static final int CHARACTERS = 44;
    /**
     * The points of low order (RFC 7748, section 7; the list is that of D. J. Bernstein, "Curve25519: new Diffie-Hellman speed records",
     * with their non-canonical forms), without the uppermost bit, which X25519 ignores. With one of them the secret of every handshake is
     * zero.
     */
    private static final Set<String> LOW_ORDER = Set.of("00".repeat(BYTES), "01" + "00".repeat(BYTES - 1),
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157", "ec" + "ff".repeat(BYTES - 2) + "7f",
            "ed" + "ff".repeat(BYTES - 2) + "7f", "ee" + "ff".repeat(BYTES - 2) + "7f");

    private WireGuardKeys() {
    }

    /** Returns whether the text is the base64 of 32 bytes, in the one form that {@code wg} writes. */
    public static boolean isKey(String text) {
        try {
            byte[] key = Base64.getDecoder().decode(text);
            return text.length() == CHARACTERS && key.length == BYTES
                    && Base64.getEncoder().encodeToString(key).equals(text);
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /** Returns whether a key is a point of low order, which nobody's private key belongs to. */
    public static boolean isLowOrder(String text) {
        byte[] key = Base64.getDecoder().decode(text);
        key[BYTES - 1] &= 0x7f;
        return LOW_ORDER.contains(HexFormat.of().formatHex(key));
    }
}
