package net.weft.controller.cli.show;

import java.util.List;
import java.util.function.Function;

/**
 * One column of a listing.
 *
 * @param key kebab-case, the key in JSON and YAML; in capitals the head of the table
 * @param value a {@link String}, a {@link Number}, a {@link List} of strings or, where it is not in the table, of maps from such keys to
 *            such values
 * @param inTable false: only JSON and YAML have it
 */
record Column<T>(String key, Function<T, Object> value, boolean inTable) {
    static <T> Column<T> of(String key, Function<T, Object> value) {
        return new Column<>(key, value, true);
    }

    /** A column that a table has no room for. */
    static <T> Column<T> detail(String key, Function<T, Object> value) {
        return new Column<>(key, value, false);
    }
}
