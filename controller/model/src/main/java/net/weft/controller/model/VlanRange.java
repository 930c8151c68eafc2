package net.weft.controller.model;

/**
 * A closed range of VLAN IDs (IEEE 802.1Q §9.6: 0 and 4095 are reserved).
 *
 * @param first lowest ID, 1-4094
 * @param last highest ID, {@code first}-4094
 */
public record VlanRange(int first, int last) implements Comparable<VlanRange> {
    public static final int MIN_VID = 1;
    public static final int MAX_VID = 4094;

    /** @throws IllegalArgumentException if an end is no VLAN ID or the range runs backwards */
    public VlanRange {
        if (!isVid(first) || !isVid(last) || first > last) {
            throw new IllegalArgumentException(first + "-" + last + " is not a range of VLAN IDs (1-4094)");
        }
    }

    public static boolean isVid(int vid) {
        return vid >= MIN_VID && vid <= MAX_VID;
    }

    public boolean contains(int vid) {
        return vid >= first && vid <= last;
    }

    @Override
    public int compareTo(VlanRange other) {
        return first != other.first ? Integer.compare(first, other.first) : Integer.compare(last, other.last);
    }

    /** {@code 10} or {@code 100-199}, as in the file. */
    @Override
    public String toString() {
        return first == last ? Integer.toString(first) : first + "-" + last;
    }
}
