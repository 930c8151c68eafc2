package net.weft.controller.model.yaml.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A node of a YAML document that keeps its position in the text. Keys of a mapping are unique. */
public sealed interface Node {
    Position position();

    /**
     * A single value.
     *
     * @param text the value as written, without quotes
     */
    record Scalar(Kind kind, String text, Position position) implements Node {
        /** The type that YAML gives to the value; a number in quotes is a string. */
        public enum Kind {
            STRING, NUMBER, BOOLEAN, NULL
        }

        public static Scalar of(String text) {
            return new Scalar(Kind.STRING, text, Position.NONE);
        }

        public static Scalar of(long number) {
            return new Scalar(Kind.NUMBER, Long.toString(number), Position.NONE);
        }

        public static Scalar of(boolean value) {
            return new Scalar(Kind.BOOLEAN, Boolean.toString(value), Position.NONE);
        }

        public boolean isEmpty() {
            return kind == Kind.NULL || text.isEmpty();
        }
    }

    record Sequence(List<Node> items, Position position) implements Node {
    }

    record Mapping(List<Entry> entries, Position position) implements Node {
        /** Returns a new mutable mapping. */
        public static Mapping empty() {
            return new Mapping(new ArrayList<>(), Position.NONE);
        }

        public static Mapping emptyAt(Position position) {
            return new Mapping(List.of(), position);
        }

        public Optional<Node> get(String key) {
            for (Entry entry : entries) {
                if (entry.key().equals(key)) {
                    return Optional.of(entry.value());
                }
            }
            return Optional.empty();
        }

        /** Returns the entry at a path of keys, the outermost first; empty if there is none. */
        public Optional<Entry> entry(List<String> path) {
            Optional<Entry> first = entries.stream().filter(entry -> entry.key().equals(path.getFirst())).findFirst();
            return path.size() == 1
                    ? first
                    : first.map(Entry::value).filter(Mapping.class::isInstance).map(Mapping.class::cast)
                            .flatMap(mapping -> mapping.entry(path.subList(1, path.size())));
        }

        /** Adds a key that the mapping does not have yet. */
        public Mapping add(String key, Node value) {
            entries.add(new Entry(key, Position.NONE, value));
            return this;
        }

        /** Replaces the value of a key in its place, or adds the key at the end. */
        public void put(String key, Node value) {
            Entry entry = new Entry(key, Position.NONE, value);
            for (int i = 0; i < entries.size(); i++) {
                if (entries.get(i).key().equals(key)) {
                    entries.set(i, entry);
                    return;
                }
            }
            entries.add(entry);
        }

        public void remove(String key) {
            entries.removeIf(entry -> entry.key().equals(key));
        }
    }

    record Entry(String key, Position position, Node value) {
    }

    /** Returns what a person calls this kind of value. */
    default String what() {
        return switch (this) {
            case Scalar scalar -> scalar.isEmpty() ? "nothing" : "a single value";
            case Sequence sequence -> "a list";
            case Mapping mapping -> "a mapping";
        };
    }
}
