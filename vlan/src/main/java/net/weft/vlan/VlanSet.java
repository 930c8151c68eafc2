package net.weft.vlan;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.IntStream;

/**
 * An immutable set of VLAN IDs, 1-4094: one bit each, so that the packet path asks {@link #contains} with one load.
 * Written and shown as a list of IDs and ranges, {@code 10,20,100-199}.
 */
public final class VlanSet {
    private static final int WORDS = 4096 / Long.SIZE;

    /** No VLAN. */
    public static final VlanSet EMPTY = new VlanSet(new long[WORDS]);
    /** Every VLAN, 1-4094. */
    public static final VlanSet ALL = range(VlanId.MIN, VlanId.MAX);

    private final long[] words;

    private VlanSet(long[] words) {
        this.words = words;
    }

    private static VlanSet of(BitSet bits) {
        return new VlanSet(Arrays.copyOf(bits.toLongArray(), WORDS));
    }

    /**
     * These VLANs; the same one twice is no fault.
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

    /** Every VLAN from {@code first} to {@code last}, both included. */
    public static VlanSet range(int first, int last) {
        BitSet bits = new BitSet();
        setRange(bits, VlanId.require(first), VlanId.require(last));
        return of(bits);
    }

    /**
     * Reads IDs and ranges divided by commas; overlaps are no fault.
     *
     * @throws IllegalArgumentException naming the first item that is neither an ID nor a range
     */
    public static VlanSet parse(String text) {
        return parse(Arrays.asList(text.split(",", -1)));
    }

    /**
     * Reads a list whose items are IDs or ranges, {@code ["10", "100-199"]}; the empty list is the empty set.
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

    /** Whether the VID is a member; any int may be asked. */
    public boolean contains(int vid) {
        return (vid & ~0xfff) == 0 && (words[(vid >>> 6) & (WORDS - 1)] >>> vid & 1) != 0;
    }

    public boolean isEmpty() {
        return size() == 0;
    }

    /** How many VLANs, 0-4094. */
    public int size() {
        return Arrays.stream(words).mapToInt(Long::bitCount).sum();
    }

    /** The members, ascending. */
    public IntStream vids() {
        return bits().stream();
    }

    public VlanSet union(VlanSet other) {
        BitSet bits = bits();
        bits.or(other.bits());
        return of(bits);
    }

    /** The VLANs of both. */
    public VlanSet intersection(VlanSet other) {
        BitSet bits = bits();
        bits.and(other.bits());
        return of(bits);
    }

    /** These VLANs but for the others. */
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

    /** The shortest list that {@link #parse(String)} reads as this set: {@code 10,20,100-199}; empty for the empty set. */
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
