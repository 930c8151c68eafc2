package net.weft.controller.model.plan;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * A key of an object whose value differs between two configurations. Values are written as in the file.
 *
 * @param from old value; empty: the key was absent, so that its default applied
 * @param to new value; empty: the key is removed
 */
public record KeyChange(String key, Optional<String> from, Optional<String> to) {
    /** Compares the keys of two objects and returns those that differ, in the order of the keys. */
    static List<KeyChange> between(Map<String, String> from, Map<String, String> to) {
        SequencedSet<String> keys = new LinkedHashSet<>(from.keySet());
        keys.addAll(to.keySet());
        List<KeyChange> changes = new ArrayList<>();
        for (String key : keys) {
            Optional<String> before = Optional.ofNullable(from.get(key));
            Optional<String> after = Optional.ofNullable(to.get(key));
            if (!before.equals(after)) {
                changes.add(new KeyChange(key, before, after));
            }
        }
        return List.copyOf(changes);
    }

    /** Returns {@code access 10 → 20}, with {@code -} for an absent value. */
    @Override
    public String toString() {
        return key + " " + from.orElse("-") + " → " + to.orElse("-");
    }
}
