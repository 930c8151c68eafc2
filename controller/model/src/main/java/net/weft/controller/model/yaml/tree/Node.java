package net.weft.controller.model.yaml.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A YAML document as a tree that still knows where each part stood. Keys of a mapping are unique. */
public sealed interface Node {
    Position position();

    /** @param text as written, without quotes */
    record Scalar(Kind kind, String text, Position position) implements Node {
        /** What the value is by itself; a number in quotes is a string. */
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
        /** A mutable mapping to fill. */
        public static Mapping empty() {
            return new Mapping(new ArrayList<>(), Position.NONE);
        }

        public static Mapping emptyAt(Position position) {
            return new Mapping(List.of(), position);
        }

        public Optional<Node> get(String key) {
            return entries.stream().filter(entry -> entry.key().equals(key)).map(Entry::value).findFirst();
        }

        /** What a path of keys, one within the other, leads to. */
        public Optional<Entry> entry(List<String> path) {
            Optional<Entry> first = entries.stream().filter(entry -> entry.key().equals(path.getFirst())).findFirst();
            return path.size() == 1
                    ? first
                    : first.map(Entry::value).filter(Mapping.class::isInstance).map(Mapping.class::cast)
                            .flatMap(mapping -> mapping.entry(path.subList(1, path.size())));
        }

        /** Adds a key that is not there yet. */
        public Mapping add(String key, Node value) {
            entries.add(new Entry(key, Position.NONE, value));
            return this;
        }

        /** Replaces the value where it stands, or adds it at the end. */
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

    /** What a person calls this kind of value. */
    default String what() {
        return switch (this) {
            case Scalar scalar -> scalar.isEmpty() ? "nothing" : "a single value";
            case Sequence sequence -> "a list";
            case Mapping mapping -> "a mapping";
        };
    }
}
