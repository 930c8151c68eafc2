package net.weft.controller.model.plan;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * One key of an object that differs. Values read as in the file.
 *
 * @param from empty: the key was not there, so its default held
 * @param to empty: the key is there no more
 */
public record KeyChange(String key, Optional<String> from, Optional<String> to) {
    /** The differences of two objects, in the order of their keys. */
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

    /** {@code access 10 → 20}, with {@code -} for what is not there. */
    @Override
    public String toString() {
        return key + " " + from.orElse("-") + " → " + to.orElse("-");
    }
}
