package net.weft.packet;

/**
 * A MAC address (IEEE 802-2014, 8.2) in the low 48 bits of a long; the first byte on the wire is the highest. The
 * packet path uses the bare long and the static methods, which ignore the upper 16 bits.
 *
 * @param value 0 to 2^48-1
 */
public record MacAddress(long value) implements Comparable<MacAddress> {
    public static final MacAddress BROADCAST = new MacAddress(0xffff_ffff_ffffL);
    public static final MacAddress ZERO = new MacAddress(0);

    private static final long GROUP_BIT = 1L << 40;
    private static final long LOCAL_BIT = 1L << 41;
    private static final long RESERVED_PREFIX = 0x0180_c200_0000L;

    public MacAddress {
        Fields.unsigned("MAC address", value, 48);
    }

    /**
     * Parses six bytes of two hexadecimal digits each, all separated by {@code :} or all by {@code -}.
     *
     * @throws IllegalArgumentException for any other text
     */
    public static MacAddress parse(String text) {
        long value = 0;
        boolean sane = text.length() == 17;
        for (int i = 0; sane && i < 17; i++) {
            char c = text.charAt(i);
            if (i % 3 == 2) {
                sane = c == text.charAt(2) && (c == ':' || c == '-');
            } else {
                int digit = c < 128 ? Character.digit(c, 16) : -1;
                sane = digit >= 0;
                value = value << 4 | digit;
            }
        }
        if (!sane) {
            String shown = text.length() > 40 ? text.substring(0, 40) + "..." : text;
            throw new IllegalArgumentException(
                    '"' + shown + "\" is not a MAC address: expected six bytes such as 02:00:00:00:00:01");
        }
        return new MacAddress(value);
    }

    /** Returns whether the address is a group address, broadcast included. */
    public static boolean isMulticast(long mac) {
        return (mac & GROUP_BIT) != 0;
    }

    public static boolean isBroadcast(long mac) {
        return (mac & BROADCAST.value) == BROADCAST.value;
    }

    /**
     * Returns whether the address is one of 01:80:C2:00:00:00 to :0F, which no bridge forwards (IEEE 802.1Q-2022, table
     * 8-1).
     */
    public static boolean isReserved(long mac) {
        return (mac & 0xffff_ffff_fff0L) == RESERVED_PREFIX;
    }

    /** Formats an address in lower-case hexadecimal, for example {@code 02:00:00:00:00:01}. */
    public static String format(long mac) {
        StringBuilder text = new StringBuilder(17);
        for (int shift = 40; shift >= 0; shift -= 8) {
            int octet = (int) (mac >>> shift) & 0xff;
            text.append(Character.forDigit(octet >>> 4, 16)).append(Character.forDigit(octet & 0xf, 16));
            if (shift > 0) {
                text.append(':');
            }
        }
        return text.toString();
    }

    public boolean isMulticast() {
        return isMulticast(value);
    }

    public boolean isBroadcast() {
        return isBroadcast(value);
    }

    public boolean isReserved() {
        return isReserved(value);
    }

    /**
     * Returns whether the address is locally administered: assigned by an administrator or a program, not by a
     * manufacturer.
     */
    public boolean isLocallyAdministered() {
        return (value & LOCAL_BIT) != 0;
    }

    /** Compares addresses by their bytes in wire order. */
    @Override
    public int compareTo(MacAddress other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return format(value);
    }
}
