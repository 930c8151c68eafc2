package net.weft.zone.policy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import net.weft.zone.Prefix;

/**
 * A set of non-negative numbers: the values that one field of a policy accepts. Zones and services ({@link ServiceKey})
 * are represented by their numbers, an IPv4 address by its 32 bits, an IPv6 address by {@link #IPV6} and its 128 bits.
 *
 * @param list the ranges, ascending, with a gap between any two
 */
record Ranges(List<Range> list) {
    static final Ranges NOTHING = new Ranges(List.of());
    /** A number above all zone numbers. */
    static final int NO_ZONE = (1 << 13) - 1;
    /** The number at which IPv6 addresses start. */
    static final BigInteger IPV6 = BigInteger.ONE.shiftLeft(128);
    static final Range ALL_IPV4 = new Range(BigInteger.ZERO, BigInteger.ONE.shiftLeft(32).subtract(BigInteger.ONE));
    static final Range ALL_IPV6 = new Range(IPV6, IPV6.shiftLeft(1).subtract(BigInteger.ONE));

    /** The numbers from {@code low} to {@code high}, inclusive. */
    record Range(BigInteger low, BigInteger high) {
        static Range of(long low, long high) {
            return new Range(BigInteger.valueOf(low), BigInteger.valueOf(high));
        }
    }

    Ranges {
        list = List.copyOf(list);
    }

    /** Returns the union of ranges in any order. */
    static Ranges union(List<Range> ranges) {
        List<Range> sorted = new ArrayList<>(ranges);
        sorted.sort(Comparator.comparing(Range::low));
        List<Range> merged = new ArrayList<>();
        for (Range next : sorted) {
            Range last = merged.isEmpty() ? null : merged.getLast();
            if (last == null || next.low.compareTo(last.high.add(BigInteger.ONE)) > 0) {
                merged.add(next);
            } else if (next.high.compareTo(last.high) > 0) {
                merged.set(merged.size() - 1, new Range(last.low, next.high));
            }
        }
        return new Ranges(merged);
    }

    static Ranges ofZones(Set<Integer> zones) {
        return union(zones.stream().map(zone -> Range.of(zone, zone)).toList());
    }

    /** Returns the {@link #pair}s of each source zone with each destination zone; {@code to} empty for any. */
    static Ranges ofPairs(Set<Integer> from, Set<Integer> to) {
        List<Range> pairs = new ArrayList<>();
        for (int one : from) {
            if (to.isEmpty()) {
                pairs.add(Range.of(pair(one, 0), pair(one, NO_ZONE)));
            }
            for (int other : to) {
                pairs.add(Range.of(pair(one, other), pair(one, other)));
            }
        }
        return union(pairs);
    }

    static int pair(int from, int to) {
        return from << 13 | to;
    }

    static Ranges ofPrefixes(List<Prefix> prefixes) {
        return union(prefixes.stream().map(Ranges::ofPrefix).toList());
    }

    private static Range ofPrefix(Prefix prefix) {
        int hostBits = 128 - prefix.bits();
        BigInteger address = prefix.isIpv4()
                ? BigInteger.valueOf(prefix.low() & 0xffff_ffffL)
                : IPV6.or(unsigned(prefix.high()).shiftLeft(64)).or(unsigned(prefix.low()));
        BigInteger low = address.shiftRight(hostBits).shiftLeft(hostBits);
        return new Range(low, low.add(BigInteger.ONE.shiftLeft(hostBits)).subtract(BigInteger.ONE));
    }

    private static BigInteger unsigned(long bits) {
        return BigInteger.valueOf(bits >>> 1).shiftLeft(1).or(BigInteger.valueOf(bits & 1));
    }

    boolean isEmpty() {
        return list.isEmpty();
    }

    Ranges intersection(Ranges other) {
        List<Range> common = new ArrayList<>();
        for (Range mine : list) {
            for (Range theirs : other.list) {
                BigInteger low = mine.low.max(theirs.low);
                BigInteger high = mine.high.min(theirs.high);
                if (low.compareTo(high) <= 0) {
                    common.add(new Range(low, high));
                }
            }
        }
        return union(common);
    }

    boolean covers(Ranges other) {
        return other.list.stream().allMatch(theirs -> list.stream()
                .anyMatch(mine -> mine.low.compareTo(theirs.low) <= 0 && mine.high.compareTo(theirs.high) >= 0));
    }
}
