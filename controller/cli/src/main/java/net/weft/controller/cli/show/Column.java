package net.weft.controller.cli.show;

import java.util.List;
import java.util.function.Function;

/**
 * One column of a listing. JSON and YAML have every column.
 *
 * @param key key in JSON and YAML, in kebab-case; in capitals, the heading in a table
 * @param value returns a {@link String}, a {@link Number}, a {@link List} of strings or, if the column is in no table,
 *     of maps from such keys to such values
 * @param place the tables that have the column
 */
record Column<T>(String key, Function<T, Object> value, Place place) {
    /** The tables that have a column. */
    enum Place {
        /** Each table. */
        TABLE,
        /** Only the table of {@code -o wide}. */
        WIDE,
        /** No table. */
        DETAIL
    }

    static <T> Column<T> of(String key, Function<T, Object> value) {
        return new Column<>(key, value, Place.TABLE);
    }

    /** Returns a column that a table has only with {@code -o wide}. */
    static <T> Column<T> wide(String key, Function<T, Object> value) {
        return new Column<>(key, value, Place.WIDE);
    }

    /** Returns a column that is in JSON and YAML only, for lack of room in a table. */
    static <T> Column<T> detail(String key, Function<T, Object> value) {
        return new Column<>(key, value, Place.DETAIL);
    }

    boolean isIn(Listing.Format table) {
        return place == Place.TABLE || place == Place.WIDE && table == Listing.Format.WIDE;
    }
}
