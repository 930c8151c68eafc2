package net.weft.controller.model.yaml.reference;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The table of all keys that Weft supports, {@code keys.txt}. A test compares it with the binder. */
public final class KeyTable {
    private static final List<KeyEntry> ENTRIES = read();

    private KeyTable() {
    }

    private static List<KeyEntry> read() {
        try (InputStream file = Objects.requireNonNull(KeyTable.class.getResourceAsStream("keys.txt"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#")).map(KeyEntry::parse).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static List<KeyEntry> entries() {
        return ENTRIES;
    }

    /** Returns the keys of a mapping, such as {@code port}. */
    public static List<KeyEntry> of(String section) {
        return ENTRIES.stream().filter(entry -> entry.section().equals(section)).toList();
    }

    /** Returns the sections, in the order of the table. */
    public static List<String> sections() {
        return ENTRIES.stream().map(KeyEntry::section).distinct().toList();
    }
}
