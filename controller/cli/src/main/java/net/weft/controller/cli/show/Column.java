package net.weft.controller.cli.show;

import java.util.List;
import java.util.function.Function;

/**
 * One column of a listing.
 *
 * @param key key in JSON and YAML, in kebab-case; in capitals, the heading in a table
 * @param value returns a {@link String}, a {@link Number}, a {@link List} of strings or, if the column is not in the
 *     table, of maps from such keys to such values
 * @param inTable false: the column is in JSON and YAML only
 */
record Column<T>(String key, Function<T, Object> value, boolean inTable) {
    static <T> Column<T> of(String key, Function<T, Object> value) {
        return new Column<>(key, value, true);
    }

    /** Returns a column that is in JSON and YAML only, for lack of room in the table. */
    static <T> Column<T> detail(String key, Function<T, Object> value) {
        return new Column<>(key, value, false);
    }
}
