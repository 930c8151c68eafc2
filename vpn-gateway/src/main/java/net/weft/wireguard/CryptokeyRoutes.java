package net.weft.wireguard;

import org.jspecify.annotations.Nullable;

/**
 * The longest-prefix table of one network: which peer has which addresses. It chooses the peer of an outgoing packet, and says whether
 * the source of a received one belongs to the peer that sent it. Look-ups take no lock and see a table as it was before or after a
 * change; changes are serialized and copy only the path they change. IPv4 and IPv6 are two tries.
 *
 * @param <V> what a prefix leads to, compared by identity
 */
public final class CryptokeyRoutes<V> {
    private static final int IPV4_BITS = 32;
    private static final int IPV6_BITS = 128;

    private volatile @Nullable PrefixTrie<V> ipv4;
    private volatile @Nullable PrefixTrie<V> ipv6;

    /**
     * Gives a prefix to {@code value}, taking it from whoever had it.
     *
     * @param address in network order; bits beyond the prefix are ignored
     * @return who had exactly this prefix before, or null
     * @throws IllegalArgumentException if the length is not 0 to 32
     */
    public synchronized @Nullable V putIpv4(int address, int length, V value) {
        check(length, IPV4_BITS);
        long high = (long) address << 32;
        V before = PrefixTrie.exact(ipv4, high, 0, length);
        ipv4 = PrefixTrie.put(ipv4, high, 0, length, value);
        return before;
    }

    /** As {@link #putIpv4} for a length of 0 to 128. */
    public synchronized @Nullable V putIpv6(long high, long low, int length, V value) {
        check(length, IPV6_BITS);
        V before = PrefixTrie.exact(ipv6, high, low, length);
        ipv6 = PrefixTrie.put(ipv6, high, low, length, value);
        return before;
    }

    /** Takes all prefixes from {@code value}. */
    public synchronized void remove(V value) {
        ipv4 = PrefixTrie.remove(ipv4, value);
        ipv6 = PrefixTrie.remove(ipv6, value);
    }

    /** Takes one prefix from {@code value}, if it has exactly that. */
    public synchronized void removeIpv4(int address, int length, V value) {
        check(length, IPV4_BITS);
        if (PrefixTrie.exact(ipv4, (long) address << 32, 0, length) == value) {
            ipv4 = PrefixTrie.put(ipv4, (long) address << 32, 0, length, null);
        }
    }

    /** As {@link #removeIpv4}. */
    public synchronized void removeIpv6(long high, long low, int length, V value) {
        check(length, IPV6_BITS);
        if (PrefixTrie.exact(ipv6, high, low, length) == value) {
            ipv6 = PrefixTrie.put(ipv6, high, low, length, null);
        }
    }

    public @Nullable V findIpv4(int address) {
        return PrefixTrie.find(ipv4, (long) address << 32, 0);
    }

    public @Nullable V findIpv6(long high, long low) {
        return PrefixTrie.find(ipv6, high, low);
    }

    private static void check(int length, int max) {
        if (length < 0 || length > max) {
            throw new IllegalArgumentException("a prefix length of " + length + "; expected 0 to " + max);
        }
    }
}
