package net.weft.controller.cli.show;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** Writes a listing: a table for people, an array of objects for scripts. */
final class Listing {
    /** The output format of a listing. */
    enum Format {
        TABLE, WIDE, JSON, YAML;

        boolean isTable() {
            return this == TABLE || this == WIDE;
        }
    }

    private static final int GAP = 2;

    private Listing() {
    }

    static <T> void write(Format format, List<Column<T>> columns, List<T> rows, PrintWriter out) {
        switch (format) {
            case TABLE, WIDE -> table(in(format, columns), rows, out, Integer.MAX_VALUE);
            case JSON -> json(columns, rows, out);
            case YAML -> yaml(columns, rows, out);
        }
        out.flush();
    }

    /** Writes a table that leaves out its last columns where it would be wider than this. */
    static <T> void fitted(Format format, List<Column<T>> columns, List<T> rows, PrintWriter out, int width) {
        table(in(format, columns), rows, out, format == Format.TABLE ? width : Integer.MAX_VALUE);
        out.flush();
    }

    private static <T> List<Column<T>> in(Format table, List<Column<T>> columns) {
        return columns.stream().filter(column -> column.isIn(table)).toList();
    }

    /** Writes one object, in JSON on a line of its own. */
    static void object(Format format, Map<String, Object> object, PrintWriter out) {
        if (format == Format.YAML) {
            try (JsonGenerator generator = yamlFactory().createGenerator(new KeepOpen(), out)) {
                value(generator, object);
            }
        } else {
            try (JsonGenerator generator = jsonFactory().createGenerator(new KeepOpen(), out)) {
                value(generator, object);
            }
            out.println();
        }
    }

    private static JsonFactory jsonFactory() {
        return JsonFactory.builder().disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES).build();
    }

    private static YAMLFactory yamlFactory() {
        return YAMLFactory.builder().enable(YAMLWriteFeature.MINIMIZE_QUOTES)
                .enable(YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS).disable(YAMLWriteFeature.SPLIT_LINES).build();
    }

    private static <T> void json(List<Column<T>> columns, List<T> rows, PrintWriter out) {
        try (JsonGenerator generator = jsonFactory().createGenerator(new KeepOpen(), out)) {
            array(generator, columns, rows);
        }
        out.println();
    }

    private static <T> void yaml(List<Column<T>> columns, List<T> rows, PrintWriter out) {
        try (JsonGenerator generator = yamlFactory().createGenerator(new KeepOpen(), out)) {
            array(generator, columns, rows);
        }
    }

    private static <T> void array(JsonGenerator generator, List<Column<T>> columns, List<T> rows) {
        generator.writeStartArray();
        for (T row : rows) {
            generator.writeStartObject();
            for (Column<T> column : columns) {
                generator.writeName(column.key());
                value(generator, column.value().apply(row));
            }
            generator.writeEndObject();
        }
        generator.writeEndArray();
    }

    private static void value(JsonGenerator generator, Object value) {
        switch (value) {
            case Integer number -> generator.writeNumber(number);
            case Long number -> generator.writeNumber(number);
            case Boolean flag -> generator.writeBoolean(flag);
            case Double number -> generator.writeNumber(number);
            case List<?> items -> {
                generator.writeStartArray();
                items.forEach(item -> value(generator, item));
                generator.writeEndArray();
            }
            case Map<?, ?> object -> {
                generator.writeStartObject();
                object.forEach((key, item) -> {
                    generator.writeName(key.toString());
                    value(generator, item);
                });
                generator.writeEndObject();
            }
            default -> generator.writeString(value.toString());
        }
    }

    private static <T> void table(List<Column<T>> columns, List<T> rows, PrintWriter out, int widest) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(columns.stream().map(column -> column.key().toUpperCase(Locale.ROOT)).toList());
        for (T row : rows) {
            lines.add(columns.stream().map(column -> cell(column.value().apply(row))).toList());
        }
        boolean[] numeric = new boolean[columns.size()];
        int[] width = new int[columns.size()];
        for (int i = 0; i < width.length; i++) {
            int column = i;
            numeric[i] = !rows.isEmpty() && columns.get(i).value().apply(rows.getFirst()) instanceof Number;
            width[i] = lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0);
        }
        int shown = fitting(width, widest);
        lines.forEach(line -> out.println(line(line.subList(0, shown), width, numeric)));
    }

    /** Returns the number of columns that fit, at least one. */
    private static int fitting(int[] width, int widest) {
        int used = -GAP;
        int count = 0;
        while (count < width.length && (long) used + GAP + width[count] <= widest) {
            used += GAP + width[count++];
        }
        return Math.max(1, count);
    }

    private static String line(List<String> cells, int[] width, boolean[] numeric) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            String padding = " ".repeat(width[i] - cells.get(i).length());
            line.append(i == 0 ? "" : "  ");
            line.append(numeric[i] ? padding + cells.get(i) : cells.get(i) + padding);
        }
        return line.toString().stripTrailing();
    }

    private static String cell(Object value) {
        String text = value instanceof List<?> items
                ? String.join(",", items.stream().map(Object::toString).toList())
                : value.toString();
        return text.isEmpty() ? "-" : text;
    }

    /** Keeps the writer open, because it is standard output. */
    private static final class KeepOpen extends ObjectWriteContext.Base {
        @Override
        public int getStreamWriteFeatures(int defaults) {
            return defaults & ~tools.jackson.core.StreamWriteFeature.AUTO_CLOSE_TARGET.getMask();
        }
    }
}
