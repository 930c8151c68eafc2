package net.weft.controller.model.merge;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Merges the orders of two lists of names. */
final class ObjectOrder {
    private ObjectOrder() {
    }

    /**
     * Returns the kept names in the order of the first list; a name that only the second has stands behind the one
     * that it follows there.
     */
    static <T> List<T> merged(List<T> first, List<T> second, Set<T> kept) {
        List<T> merged = new ArrayList<>(first.stream().filter(kept::contains).toList());
        Set<T> placed = new HashSet<>(merged);
        int after = 0;
        for (T name : second) {
            if (placed.contains(name)) {
                after = merged.indexOf(name) + 1;
            } else if (kept.contains(name)) {
                merged.add(after++, name);
                placed.add(name);
            }
        }
        return merged;
    }

    /** Returns whether the names that both lists have stand in another order. */
    static <T> boolean differs(List<T> a, List<T> b) {
        Set<T> common = new LinkedHashSet<>(a);
        common.retainAll(new HashSet<>(b));
        return !a.stream().filter(common::contains).toList().equals(b.stream().filter(common::contains).toList());
    }
}
