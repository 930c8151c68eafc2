package net.weft.controller.model;

import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * The MAC address of the whole logical switch: its bridge address and LACP system ID. Always a unicast address other than
 * zero.
 *
 * @param bits the 48 bits, first octet highest
 */
public record SystemMac(long bits) {
    private static final Pattern TEXT = Pattern.compile("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}");
    private static final long GROUP = 0x0100_0000_0000L;
    private static final long LOCAL = 0x0200_0000_0000L;
    private static final long ALL = 0xffff_ffff_ffffL;

    /** @throws IllegalArgumentException if this is no 48-bit unicast address */
    public SystemMac {
        if (!isUnicast(bits)) {
            throw new IllegalArgumentException(Long.toHexString(bits) + " is not a unicast MAC address");
        }
    }

    /** Reads {@code 02:57:45:46:54:01}; empty if the text is no MAC address, or a group address, or zero. */
    public static Optional<SystemMac> parse(String text) {
        if (!TEXT.matcher(text).matches()) {
            return Optional.empty();
        }
        long bits = HexFormat.fromHexDigitsToLong(text.replace(":", ""));
        return isUnicast(bits) ? Optional.of(new SystemMac(bits)) : Optional.empty();
    }

    /** A locally administered unicast address (IEEE 802 §8.2) with 46 random bits. */
    public static SystemMac random(RandomGenerator random) {
        return new SystemMac(random.nextLong() & ALL & ~GROUP | LOCAL);
    }

    public boolean isLocallyAdministered() {
        return (bits & LOCAL) != 0;
    }

    /** {@code 02:57:45:46:54:01}, lower case. */
    @Override
    public String toString() {
        return HexFormat.ofDelimiter(":").formatHex(octets()).toLowerCase(Locale.ROOT);
    }

    private byte[] octets() {
        byte[] octets = new byte[6];
        for (int i = 0; i < 6; i++) {
            octets[i] = (byte) (bits >>> 40 - 8 * i);
        }
        return octets;
    }

    private static boolean isUnicast(long bits) {
        return bits != 0 && (bits & ~ALL) == 0 && (bits & GROUP) == 0;
    }
}
