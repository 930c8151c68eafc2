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

/**
 * Finds overlapping prefixes. Two prefixes overlap exactly when one contains the other; in sorted order, the outer one
 * comes first.
 */
public final class Overlaps {
    private static final Comparator<Prefix> ORDER = Comparator.comparing(Prefix::isIpv4)
            .thenComparing(Prefix::high, Long::compareUnsigned).thenComparing(Prefix::low, Long::compareUnsigned)
            .thenComparing(Prefix::bits);

    private Overlaps() {
    }

    /**
     * Passes each overlapping pair to the consumer, the outer prefix first; of two equal prefixes, the earlier item
     * first.
     *
     * @param enough evaluated before each pair; the search ends when it returns true
     */
    public static <T> void each(List<T> items, Function<T, Prefix> prefix, BooleanSupplier enough,
            BiConsumer<T, T> overlapping) {
        Deque<T> enclosing = new ArrayDeque<>();
        for (T inner : items.stream().sorted(Comparator.comparing(prefix, ORDER)).toList()) {
            while (!enclosing.isEmpty() && !Prefixes.contains(prefix.apply(enclosing.getLast()), prefix.apply(inner))) {
                enclosing.removeLast();
            }
            for (T outer : enclosing) {
                if (enough.getAsBoolean()) {
                    return;
                }
                overlapping.accept(outer, inner);
            }
            enclosing.addLast(inner);
        }
    }
}
