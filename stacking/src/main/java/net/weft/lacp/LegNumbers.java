package net.weft.lacp;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeMap;

/**
 * Gives each leg a LACP port number, 1 to 65535, for good: neither the order of a file nor the removal of other legs changes it. A leg that
 * was removed and comes back gets its old number again. New legs get numbers that were never used; when all have been used, that
 * of the leg which has been gone longest.
 */
public final class LegNumbers {
    private static final int LAST = 0xffff;

    private final Map<String, Integer> numbers = new TreeMap<>();
    private final SequencedSet<String> retired = new LinkedHashSet<>();
    private int highest;

    /**
     * One assignment, as it is stored.
     *
     * @param inUse whether the leg is in the configuration
     */
    public record Assignment(String leg, int number, boolean inUse) {
        public Assignment {
            Range.between("LACP port number of " + leg, number, 1, LAST);
        }
    }

    /**
     * Continues from stored assignments, those of retired legs in the order in which they went.
     *
     * @throws IllegalArgumentException when two of them have one number or one name
     */
    public LegNumbers(List<Assignment> stored) {
        Set<Integer> taken = new HashSet<>();
        for (Assignment assignment : stored) {
            if (!taken.add(assignment.number()) || numbers.put(assignment.leg(), assignment.number()) != null) {
                throw new IllegalArgumentException(assignment + ": expected one assignment for each leg and number");
            }
            highest = Math.max(highest, assignment.number());
            if (!assignment.inUse()) {
                retired.add(assignment.leg());
            }
        }
    }

    /**
     * The numbers of exactly these legs. Others are retired.
     *
     * @throws IllegalArgumentException when there are more than 65535
     */
    public Map<String, Integer> assign(Collection<String> legs) {
        Set<String> wanted = new HashSet<>(legs);
        if (wanted.size() > LAST) {
            throw new IllegalArgumentException(wanted.size() + " legs: expected at most " + LAST);
        }
        retired.removeAll(wanted);
        numbers.keySet().stream().filter(leg -> !wanted.contains(leg) && !retired.contains(leg)).forEach(retired::add);
        Map<String, Integer> result = new HashMap<>();
        for (String leg : legs) {
            Integer known = numbers.get(leg);
            result.put(leg, known != null ? known : give(leg));
        }
        return Map.copyOf(result);
    }

    /** What must be stored, legs in use first. */
    public List<Assignment> assignments() {
        List<Assignment> all = new ArrayList<>();
        numbers.forEach((leg, number) -> {
            if (!retired.contains(leg)) {
                all.add(new Assignment(leg, number, true));
            }
        });
        retired.forEach(leg -> all.add(new Assignment(leg, numberOf(leg), false)));
        return all;
    }

    private int give(String leg) {
        int number = highest < LAST ? ++highest : reuse();
        numbers.put(leg, number);
        return number;
    }

    private int reuse() {
        String longestGone = retired.removeFirst();
        int number = numberOf(longestGone);
        numbers.remove(longestGone);
        return number;
    }

    private int numberOf(String leg) {
        Integer number = numbers.get(leg);
        if (number == null) {
            throw new IllegalStateException("leg " + leg + " has no number");
        }
        return number;
    }
}
