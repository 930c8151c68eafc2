package net.weft.controller.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** Immutable maps that keep the order of the file ({@link Map#copyOf} does not). Equality ignores order. */
final class Ordered {
    private Ordered() {
    }

    static <K, V> SequencedMap<K, V> copyOf(Map<K, V> map) {
        return Collections.unmodifiableSequencedMap(new LinkedHashMap<>(map));
    }
}
