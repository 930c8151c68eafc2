package net.weft.controller.model.yaml.check;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

import net.weft.controller.model.yaml.value.Prefixes;
import net.weft.zone.Prefix;

/** Finds prefixes that hold one another: two overlap exactly when one holds the other, and in order the outer ones come first. */
public final class Overlaps {
    private static final Comparator<Prefix> ORDER = Comparator.comparing(Prefix::isIpv4)
            .thenComparing(Prefix::high, Long::compareUnsigned).thenComparing(Prefix::low, Long::compareUnsigned)
            .thenComparing(Prefix::bits);

    private Overlaps() {
    }

    /**
     * Hands over each pair, the outer first, of equals the earlier.
     *
     * @param enough asked before each pair
     */
    public static <T> void each(List<T> items, Function<T, Prefix> prefix, BooleanSupplier enough,
            BiConsumer<T, T> overlapping) {
        Deque<T> around = new ArrayDeque<>();
        for (T inner : items.stream().sorted(Comparator.comparing(prefix, ORDER)).toList()) {
            while (!around.isEmpty() && !Prefixes.contains(prefix.apply(around.getLast()), prefix.apply(inner))) {
                around.removeLast();
            }
            for (T outer : around) {
                if (enough.getAsBoolean()) {
                    return;
                }
                overlapping.accept(outer, inner);
            }
            around.addLast(inner);
        }
    }
}
