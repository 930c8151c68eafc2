package net.weft.wireguard;

import org.jspecify.annotations.Nullable;

/**
 * An immutable node of a binary trie over prefixes of up to 128 bits. A node without a value exists only where two branches part, so the
 * depth is that of distinct prefixes, not of bits. Each change answers a new root and shares all nodes that it does not touch.
 *
 * @param high with {@code low} the bits of the prefix, zero beyond {@code length}
 */
record PrefixTrie<V>(long high, long low, int length, @Nullable V value, @Nullable PrefixTrie<V> zero,
        @Nullable PrefixTrie<V> one) {

    /** The value of the longest prefix that holds the address, or null. */
    static <V> @Nullable V find(@Nullable PrefixTrie<V> root, long high, long low) {
        V best = null;
        PrefixTrie<V> node = root;
        while (node != null && node.covers(high, low)) {
            if (node.value != null) {
                best = node.value;
            }
            if (node.length == 128) {
                break;
            }
            node = bit(high, low, node.length) == 0 ? node.zero : node.one;
        }
        return best;
    }

    /** The value of exactly this prefix, or null. */
    static <V> @Nullable V exact(@Nullable PrefixTrie<V> root, long high, long low, int length) {
        PrefixTrie<V> node = root;
        while (node != null && node.length < length && node.covers(high, low)) {
            node = bit(high, low, node.length) == 0 ? node.zero : node.one;
        }
        return node != null && node.length == length && node.covers(high, low) ? node.value : null;
    }

    /** A trie in which the prefix has this value, or none where that is null. */
    static <V> @Nullable PrefixTrie<V> put(@Nullable PrefixTrie<V> node, long high, long low, int length,
            @Nullable V value) {
        PrefixTrie<V> leaf = new PrefixTrie<>(high & mask(length), low & mask(length - 64), length, value, null, null);
        if (node == null) {
            return value == null ? null : leaf;
        }
        int common = Math.min(Math.min(length, node.length), commonBits(node.high ^ leaf.high, node.low ^ leaf.low));
        if (common == node.length) {
            if (length == node.length) {
                return shrunk(node.with(value));
            }
            boolean toOne = bit(high, low, common) == 1;
            PrefixTrie<V> child = put(toOne ? node.one : node.zero, high, low, length, value);
            return shrunk(toOne ? node.children(node.zero, child) : node.children(child, node.one));
        }
        if (value == null) {
            return node;
        }
        boolean nodeIsOne = bit(node.high, node.low, common) == 1;
        if (common == length) {
            return nodeIsOne ? leaf.children(null, node) : leaf.children(node, null);
        }
        PrefixTrie<V> fork = new PrefixTrie<>(high & mask(common), low & mask(common - 64), common, null, null, null);
        return nodeIsOne ? fork.children(leaf, node) : fork.children(node, leaf);
    }

    /** A trie without any prefix of this value. */
    static <V> @Nullable PrefixTrie<V> remove(@Nullable PrefixTrie<V> node, V value) {
        if (node == null) {
            return null;
        }
        PrefixTrie<V> zero = remove(node.zero, value);
        PrefixTrie<V> one = remove(node.one, value);
        PrefixTrie<V> kept = node.value == value ? node.with(null) : node;
        return shrunk(kept.zero == zero && kept.one == one ? kept : kept.children(zero, one));
    }

    private static <V> @Nullable PrefixTrie<V> shrunk(PrefixTrie<V> node) {
        if (node.value != null || node.zero != null && node.one != null) {
            return node;
        }
        return node.zero != null ? node.zero : node.one;
    }

    private PrefixTrie<V> with(@Nullable V other) {
        return new PrefixTrie<>(high, low, length, other, zero, one);
    }

    private PrefixTrie<V> children(@Nullable PrefixTrie<V> zero, @Nullable PrefixTrie<V> one) {
        return new PrefixTrie<>(high, low, length, value, zero, one);
    }

    private boolean covers(long otherHigh, long otherLow) {
        return ((high ^ otherHigh) & mask(length)) == 0 && ((low ^ otherLow) & mask(length - 64)) == 0;
    }

    private static int commonBits(long highDifference, long lowDifference) {
        int bits = Long.numberOfLeadingZeros(highDifference);
        return bits < 64 ? bits : 64 + Long.numberOfLeadingZeros(lowDifference);
    }

    private static long mask(int bits) {
        return bits <= 0 ? 0 : bits >= 64 ? -1 : -1L << 64 - bits;
    }

    private static int bit(long high, long low, int position) {
        return (int) ((position < 64 ? high >>> 63 - position : low >>> 127 - position) & 1);
    }
}
