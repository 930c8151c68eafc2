package net.weft.packet;

/**
 * A MAC address in the form of the packet path: 48 bits as read by a little-endian load, so the first byte of the
 * address is the lowest, while in a {@link MacAddress} it is the highest. Only this class converts between the two.
 */
public final class MacWord {
    /** The mask of the 48 bits of an address. */
    public static final long MASK = 0xFFFF_FFFF_FFFFL;
    /**
     * The bit that is set in a group address, broadcast included: the lowest bit of the first byte (IEEE 802-2014,
     * 8.2.2).
     */
    public static final long GROUP_BIT = 1;

    private MacWord() {
    }

    public static long of(MacAddress address) {
        return Long.reverseBytes(address.value()) >>> 16;
    }

    /**
     * Returns the word of an address in text.
     *
     * @throws IllegalArgumentException if {@link MacAddress#parse} rejects the text
     */
    public static long of(String text) {
        return of(MacAddress.parse(text));
    }

    /** Returns the address of a word; the upper 16 bits are ignored. */
    public static MacAddress address(long word) {
        return new MacAddress(Long.reverseBytes(word) >>> 16);
    }

    /** Formats the address of a word, for example {@code 02:00:00:00:00:01}. */
    public static String format(long word) {
        return MacAddress.format(Long.reverseBytes(word) >>> 16);
    }
}
