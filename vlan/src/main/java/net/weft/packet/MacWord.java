package net.weft.packet;

/**
 * A MAC address as the packet path keeps it: the 48 bits that a little-endian load finds, so with the first byte of the address lowest, where a
 * {@link MacAddress} has it highest. This class is the one place that turns one into the other.
 */
public final class MacWord {
    /** The bits of an address. */
    public static final long MASK = 0xFFFF_FFFF_FFFFL;
    /** Set in the address of a group of stations, broadcast included (IEEE 802-2014, 8.2.2): the lowest bit of the first byte. */
    public static final long GROUP_BIT = 1;

    private MacWord() {
    }

    public static long of(MacAddress address) {
        return Long.reverseBytes(address.value()) >>> 16;
    }

    /**
     * The word of an address in text.
     *
     * @throws IllegalArgumentException as {@link MacAddress#parse}
     */
    public static long of(String text) {
        return of(MacAddress.parse(text));
    }

    /** The address of a word, whatever its upper 16 bits are. */
    public static MacAddress address(long word) {
        return new MacAddress(Long.reverseBytes(word) >>> 16);
    }

    /** The address of a word in text, {@code 02:00:00:00:00:01}. */
    public static String format(long word) {
        return MacAddress.format(Long.reverseBytes(word) >>> 16);
    }
}
