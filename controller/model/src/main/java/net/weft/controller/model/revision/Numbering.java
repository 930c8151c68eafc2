package net.weft.controller.model.revision;

import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Gives numbers to names, once each. The name of what was removed keeps its number for the day it comes back; only when all are
 * given away does a new name take the lowest of those.
 */
final class Numbering {
    private Numbering() {
    }

    /**
     * With a number for each name; new ones ascend in their order.
     *
     * @param given the numbers given so far
     * @param first the lowest number
     * @param last the highest
     * @param what the names are of
     * @throws IllegalArgumentException if there are more names than numbers
     */
    static Map<String, Integer> assign(Map<String, Integer> given, Collection<String> names, int first, int last,
            String what) {
        if (given.keySet().containsAll(names)) {
            return given;
        }
        Set<String> wanted = new HashSet<>(names);
        Map<String, Integer> assigned = new LinkedHashMap<>(given);
        BitSet used = new BitSet();
        assigned.values().forEach(used::set);
        for (String name : names) {
            if (!assigned.containsKey(name)) {
                int next = Math.max(first, used.length());
                int number = next > last ? release(assigned, wanted, last - first + 1, what) : next;
                used.set(number);
                assigned.put(name, number);
            }
        }
        return assigned;
    }

    /** Takes the lowest number that a removed name still holds. */
    private static int release(Map<String, Integer> assigned, Set<String> wanted, int most, String what) {
        String name = assigned.keySet().stream().filter(held -> !wanted.contains(held))
                .min(Comparator.comparing(assigned::get))
                .orElseThrow(() -> new IllegalArgumentException("more than " + most + " " + what));
        Integer number = assigned.remove(name);
        return number == null ? 0 : number;
    }
}
