package net.weft.controller.model.revision;

import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Assigns numbers to names, once each. A removed name keeps its number in case it comes back; only when all numbers are
 * assigned does a new name take over the lowest number of a removed one.
 */
final class Numbering {
    private Numbering() {
    }

    /**
     * Returns the numbers with one assigned to each name; new numbers ascend in the order of the names.
     *
     * @param given the numbers assigned so far
     * @param first the lowest number
     * @param last the highest number
     * @param what plural noun of the named objects, for the message
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

    /** Takes the lowest number of a removed name away from it, and returns the number. */
    private static int release(Map<String, Integer> assigned, Set<String> wanted, int most, String what) {
        String name = assigned.keySet().stream().filter(held -> !wanted.contains(held))
                .min(Comparator.comparing(assigned::get))
                .orElseThrow(() -> new IllegalArgumentException("more than " + most + " " + what));
        Integer number = assigned.remove(name);
        return number == null ? 0 : number;
    }
}
