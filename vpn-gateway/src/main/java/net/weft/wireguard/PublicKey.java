package net.weft.wireguard;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;

/**
 * A peer's X25519 public key, which is its identity. Written in base64, as wg(8) writes it.
 *
 * @param a bytes 0 to 7 of the key, first byte lowest; {@code b}, {@code c} and {@code d} hold the rest
 */
public record PublicKey(long a, long b, long c, long d) {
    public static final int BYTES = X25519.KEY_BYTES;
    private static final int BASE64_CHARACTERS = 44;
    /**
     * The points of low order with their non-canonical forms (RFC 7748, section 7; D. J. Bernstein, "Curve25519: new Diffie-Hellman speed
     * records"), without the uppermost bit, which X25519 ignores.
     */
    private static final Set<PublicKey> LOW_ORDER = Set.of(hex("00".repeat(BYTES)), hex("01" + "00".repeat(BYTES - 1)),
            hex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
            hex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
            hex("ec" + "ff".repeat(BYTES - 2) + "7f"), hex("ed" + "ff".repeat(BYTES - 2) + "7f"),
            hex("ee" + "ff".repeat(BYTES - 2) + "7f"));

    /** @throws IllegalArgumentException if it is not {@value #BYTES} bytes long */
    public static PublicKey of(byte[] key) {
        if (key.length != BYTES) {
            throw new IllegalArgumentException("a public key of " + key.length + " bytes; expected " + BYTES);
        }
        return read(key, 0);
    }

    static PublicKey read(byte[] message, int offset) {
        ByteBuffer from = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        return new PublicKey(from.getLong(offset), from.getLong(offset + 8), from.getLong(offset + 16),
                from.getLong(offset + 24));
    }

    /** @throws IllegalArgumentException if the text is not the base64 of {@value #BYTES} bytes */
    public static PublicKey parse(String base64) {
        try {
            byte[] key = Base64.getDecoder().decode(base64);
            if (key.length == BYTES && base64.length() == BASE64_CHARACTERS) {
                return of(key);
            }
        } catch (IllegalArgumentException _) {
            // answered below, with what was expected
        }
        throw new IllegalArgumentException("\"" + base64 + "\" is not a public key; expected the base64 of " + BYTES
                + " bytes (44 characters), as `wg pubkey` prints it");
    }

    public byte[] bytes() {
        return ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(a).putLong(b).putLong(c).putLong(d)
                .array();
    }

    /** False for the points whose shared secret with any private key is zero: keys of low order, among them the all-zero key. */
    public boolean isUsable() {
        return !LOW_ORDER.contains(new PublicKey(a, b, c, d & Long.MAX_VALUE));
    }

    private static PublicKey hex(String digits) {
        return read(HexFormat.of().parseHex(digits), 0);
    }

    @Override
    public String toString() {
        return Base64.getEncoder().encodeToString(bytes());
    }
}
