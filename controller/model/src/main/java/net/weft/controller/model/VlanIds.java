package net.weft.controller.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A set of VLAN IDs as a person writes it: ascending ranges with a gap between each two. Two sets with the same members
 * are equal however they were written.
 */
public record VlanIds(List<VlanRange> ranges) {
    public VlanIds {
        ranges = merged(ranges);
    }

    /** @throws IllegalArgumentException if one is not a VLAN ID (1-4094) */
    public static VlanIds of(int... vids) {
        return new VlanIds(IntStream.of(vids).mapToObj(vid -> new VlanRange(vid, vid)).toList());
    }

    public boolean contains(int vid) {
        return ranges.stream().anyMatch(range -> range.contains(vid));
    }

    /** Every member, ascending. */
    public IntStream stream() {
        return ranges.stream().flatMapToInt(range -> IntStream.rangeClosed(range.first(), range.last()));
    }

    /** {@code [10, 20, 100-199]}, as in the file. */
    @Override
    public String toString() {
        return ranges.stream().map(VlanRange::toString).collect(Collectors.joining(", ", "[", "]"));
    }

    private static List<VlanRange> merged(List<VlanRange> ranges) {
        List<VlanRange> result = new ArrayList<>();
        for (VlanRange next : ranges.stream().sorted().toList()) {
            VlanRange previous = result.isEmpty() ? null : result.getLast();
            if (previous != null && next.first() <= previous.last() + 1) {
                result.set(result.size() - 1,
                        new VlanRange(previous.first(), Math.max(previous.last(), next.last())));
            } else {
                result.add(next);
            }
        }
        return List.copyOf(result);
    }
}
