package net.weft.vlan;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.IntStream;

/**
 * An immutable set of VLAN IDs, 1-4094, as a bitmap, so that {@link #contains} costs the packet path one load. Its text
 * form is a list of IDs and ranges, {@code 10,20,100-199}.
 */
public final class VlanSet {
    private static final int WORDS = 4096 / Long.SIZE;

    /** The empty set. */
    public static final VlanSet EMPTY = new VlanSet(new long[WORDS]);
    /** The set of all VLANs, 1-4094. */
    public static final VlanSet ALL = range(VlanId.MIN, VlanId.MAX);

    private final long[] words;

    private VlanSet(long[] words) {
        this.words = words;
    }

    private static VlanSet of(BitSet bits) {
        return new VlanSet(Arrays.copyOf(bits.toLongArray(), WORDS));
    }

    /**
     * Returns the set of these VLANs; duplicates are allowed.
     *
     * @throws IllegalArgumentException when one is not 1-4094
     */
    public static VlanSet of(int... vids) {
        BitSet bits = new BitSet();
        for (int vid : vids) {
            bits.set(VlanId.require(vid));
        }
        return of(bits);
    }

    /** Returns the set of all VLANs from {@code first} to {@code last}, inclusive. */
    public static VlanSet range(int first, int last) {
        BitSet bits = new BitSet();
        setRange(bits, VlanId.require(first), VlanId.require(last));
        return of(bits);
    }

    /**
     * Parses IDs and ranges separated by commas; overlaps are allowed.
     *
     * @throws IllegalArgumentException naming the first item that is neither an ID nor a range
     */
    public static VlanSet parse(String text) {
        return parse(Arrays.asList(text.split(",", -1)));
    }

    /**
     * Parses a list whose items are IDs or ranges, {@code ["10", "100-199"]}; the empty list is the empty set.
     *
     * @throws IllegalArgumentException naming the first item that is neither
     */
    public static VlanSet parse(List<String> items) {
        BitSet bits = new BitSet();
        for (String item : items) {
            int dash = item.indexOf('-', 1);
            if (dash < 0) {
                bits.set(VlanId.parse(item));
            } else {
                setRange(bits, VlanId.parse(item.substring(0, dash)), VlanId.parse(item.substring(dash + 1)));
            }
        }
        return of(bits);
    }

    private static void setRange(BitSet bits, int first, int last) {
        if (first > last) {
            throw new IllegalArgumentException(
                    first + "-" + last + " runs backwards: expected the lower VLAN ID first, " + last + "-" + first);
        }
        bits.set(first, last + 1);
    }

    /** Returns whether the VID is a member; accepts any int. */
    public boolean contains(int vid) {
        return (vid & ~0xfff) == 0 && (words[(vid >>> 6) & (WORDS - 1)] >>> vid & 1) != 0;
    }

    public boolean isEmpty() {
        return size() == 0;
    }

    /** Returns the number of VLANs, 0-4094. */
    public int size() {
        return Arrays.stream(words).mapToInt(Long::bitCount).sum();
    }

    /** Returns the members in ascending order. */
    public IntStream vids() {
        return bits().stream();
    }

    public VlanSet union(VlanSet other) {
        BitSet bits = bits();
        bits.or(other.bits());
        return of(bits);
    }

    /** Returns the VLANs that are in both sets. */
    public VlanSet intersection(VlanSet other) {
        BitSet bits = bits();
        bits.and(other.bits());
        return of(bits);
    }

    /** Returns the VLANs of this set that are not in the other. */
    public VlanSet without(VlanSet others) {
        BitSet bits = bits();
        bits.andNot(others.bits());
        return of(bits);
    }

    private BitSet bits() {
        return BitSet.valueOf(words);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VlanSet set && Arrays.equals(words, set.words);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(words);
    }

    /**
     * Formats the set as the shortest list that {@link #parse(String)} reads as this set: {@code 10,20,100-199}; empty
     * for the empty set.
     */
    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(",");
        BitSet bits = bits();
        for (int first = bits.nextSetBit(0); first >= 0;) {
            int end = bits.nextClearBit(first);
            text.add(first == end - 1 ? Integer.toString(first) : first + "-" + (end - 1));
            first = bits.nextSetBit(end);
        }
        return text.toString();
    }
}
