package net.weft.zone;

/**
 * Addresses that begin alike. IPv4 lies in {@code ::ffff:0:0/96} (RFC 4291, 2.5.5.2), so that one form does for both; an IPv6 packet
 * that carries such an address matches no IPv4 prefix, as its EtherType says otherwise.
 *
 * @param high upper 64 bits, big-endian value
 * @param low lower 64 bits
 * @param bits how many count, {@code 0..128}: 96 + n for an IPv4 prefix of n bits
 * @param isIpv4 whether it is IPv4
 */
public record Prefix(long high, long low, int bits, boolean isIpv4) {
    /** Upper half of the lower half of an IPv4 address in its IPv6 form. */
    public static final long IPV4 = 0xFFFF_0000_0000L;

    public Prefix {
        if (bits < (isIpv4 ? 96 : 0) || bits > 128) {
            throw new IllegalArgumentException(bits + " bits");
        }
    }

    /** The form in which IPv4 addresses are compared: the lower 64 bits, the upper being 0. */
    public static long ipv4(int address) {
        return IPV4 | Integer.toUnsignedLong(address);
    }

    public boolean contains(long addressHigh, long addressLow) {
        long highMask = bits >= 64 ? -1L : bits == 0 ? 0 : -1L << 64 - bits;
        long lowMask = bits <= 64 ? 0 : -1L << 128 - bits;
        return ((addressHigh ^ high) & highMask) == 0 && ((addressLow ^ low) & lowMask) == 0;
    }
}
