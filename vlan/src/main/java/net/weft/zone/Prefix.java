package net.weft.zone;

/**
 * An address prefix. IPv4 is mapped into {@code ::ffff:0:0/96} (RFC 4291, 2.5.5.2), so that one form covers both; an
 * IPv6 packet with such an address matches no IPv4 prefix, because its EtherType differs.
 *
 * @param high upper 64 bits, big-endian value
 * @param low lower 64 bits
 * @param bits prefix length, {@code 0..128}: 96 + n for an IPv4 prefix of n bits
 * @param isIpv4 whether it is IPv4
 */
public record Prefix(long high, long low, int bits, boolean isIpv4) {
    /** The mapping prefix of IPv4 addresses, in the lower 64 bits of an address. */
    public static final long IPV4 = 0xFFFF_0000_0000L;
    private static final int GROUPS = 8;

    public Prefix {
        if (bits < (isIpv4 ? 96 : 0) || bits > 128) {
            throw new IllegalArgumentException(bits + " bits");
        }
    }

    /** Maps an IPv4 address for comparison: returns the lower 64 bits; the upper ones are 0. */
    public static long ipv4(int address) {
        return IPV4 | Integer.toUnsignedLong(address);
    }

    public boolean contains(long addressHigh, long addressLow) {
        long highMask = bits >= 64 ? -1L : bits == 0 ? 0 : -1L << 64 - bits;
        long lowMask = bits <= 64 ? 0 : -1L << 128 - bits;
        return ((addressHigh ^ high) & highMask) == 0 && ((addressLow ^ low) & lowMask) == 0;
    }

    /** Formats the prefix, for example {@code 10.10.0.0/24}; without a length if it is a single address. */
    @Override
    public String toString() {
        return address(high, low, isIpv4) + (bits == 128 ? "" : "/" + (isIpv4 ? bits - 96 : bits));
    }

    /** Formats an address, for example {@code 10.10.0.1}, {@code fd00:10::1} (RFC 5952). */
    public static String address(long high, long low, boolean isIpv4) {
        if (isIpv4) {
            return (low >>> 24 & 0xff) + "." + (low >>> 16 & 0xff) + "." + (low >>> 8 & 0xff) + "." + (low & 0xff);
        }
        int bestStart = 0;
        int bestLength = 1;
        for (int start = 0; start < GROUPS; start++) {
            int end = start;
            while (end < GROUPS && group(high, low, end) == 0) {
                end++;
            }
            if (end - start > bestLength) {
                bestStart = start;
                bestLength = end - start;
            }
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < GROUPS; i++) {
            if (bestLength > 1 && i == bestStart) {
                text.append("::");
                i += bestLength - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":")
                        .append(Integer.toHexString(group(high, low, i)));
            }
        }
        return text.toString();
    }

    /** Returns the 16 bits of the address from bit {@code 16 * index} on. */
    private static int group(long high, long low, int index) {
        long half = index < GROUPS / 2 ? high : low;
        return (int) (half >>> 48 - 16 * (index % (GROUPS / 2))) & 0xffff;
    }
}
