package net.weft.controller.model.yaml.bind;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.Node;
import net.weft.controller.model.yaml.tree.Position;
import net.weft.controller.model.yaml.value.Scalars;

/**
 * Reads the keys of one mapping, checked against their {@link Section}. A key that is unknown, not supported or of the
 * wrong shape is reported once, and then counts as absent. Each getter reports a value that is out of range, and leaves
 * it out.
 */
final class MappingReader {
    private final Section section;
    private final String path;
    private final Position position;
    private final Faults faults;
    private final Map<String, Node.Entry> present = new HashMap<>();
    private final Map<String, Node> wellFormed = new HashMap<>();
    private boolean hasUnsupported;

    private MappingReader(Section section, String path, Position position, Faults faults) {
        this.section = section;
        this.path = path;
        this.position = position;
        this.faults = faults;
    }

    static MappingReader of(Node.Mapping mapping, Section section, String path, Faults faults) {
        MappingReader fields = new MappingReader(section, path, mapping.position(), faults);
        for (Node.Entry entry : mapping.entries()) {
            fields.accept(entry);
        }
        return fields;
    }

    private void accept(Node.Entry entry) {
        present.put(entry.key(), entry);
        Optional<Key> key = section.key(entry.key());
        if (key.isEmpty()) {
            fault(Fault.Kind.UNKNOWN_KEY, entry, "unknown key" + (faults.isFull() ? "" : hint(entry.key())));
        } else if (!key.get().supported()) {
            hasUnsupported = true;
            fault(Fault.Kind.NOT_SUPPORTED, entry, "not supported yet");
        } else if (isBareMapping(key.get(), entry.value())) {
            fault(Fault.Kind.VALUE, entry, "nothing stands behind it, which would remove "
                    + (entry.key().equals("ports") ? "every port" : "all that stood there")
                    + "; if that is meant, write "
                    + entry.key() + ": {}");
        } else if (key.get().shape().fits(entry.value())) {
            wellFormed.put(entry.key(), entry.value());
        } else {
            faults.add(Fault.Kind.VALUE, path(entry.key()), entry.value().position(),
                    "expected " + key.get().shape().what() + ", found "
                            + entry.value().what() + advice(entry.value(), entry.key()));
        }
    }

    private void fault(Fault.Kind kind, Node.Entry entry, String message) {
        faults.add(kind, path(entry.key()), entry.position(), message);
    }

    /** Returns whether a key whose value is a mapping has no value, because it was deleted or is not written yet. */
    private static boolean isBareMapping(Key key, Node value) {
        return key.shape() == Key.Shape.MAPPING && value instanceof Node.Scalar scalar && scalar.isEmpty();
    }

    private String hint(String unknown) {
        return Advice.runTogether(unknown)
                .or(() -> section == Section.PORT ? Advice.portKey(unknown) : Optional.empty())
                .orElseGet(() -> section.hint(unknown));
    }

    /** Returns advice on how to write the value of a key that has the wrong shape. */
    static String advice(Node value, String key) {
        return Optional.of(value).filter(Node.Scalar.class::isInstance).map(Node.Scalar.class::cast)
                .flatMap(scalar -> Advice.runTogether(scalar.text())).orElseGet(() -> Advice.example(key));
    }

    /** Returns whether the mapping has a key that is not supported yet. */
    boolean hasUnsupported() {
        return hasUnsupported;
    }

    /** Returns whether the mapping has the key, well formed or not. */
    boolean has(String key) {
        return present.containsKey(key);
    }

    /** Returns whether the mapping has the key with a value of the right shape. */
    boolean isWellFormed(String key) {
        return wellFormed.containsKey(key);
    }

    String path(String key) {
        return Faults.child(path, key);
    }

    /** Returns the position of the key's value, or of the mapping if it lacks the key. */
    Position position(String key) {
        Node.Entry entry = present.get(key);
        return entry == null ? position : entry.value().position();
    }

    void fault(Fault.Kind kind, String key, String message) {
        faults.add(kind, path(key), position(key), message);
    }

    /** Reports a fault of the mapping as a whole. */
    void fault(Fault.Kind kind, String message) {
        faults.add(kind, path, position, message);
    }

    /**
     * Reports each of these keys that is present as a conflict.
     *
     * @param where completes "does not go with …"
     */
    void refuse(List<String> keys, String where) {
        for (String key : keys) {
            Node.Entry entry = present.get(key);
            if (entry != null) {
                faults.add(Fault.Kind.CONFLICT, path(key), entry.position(), "does not go with " + where);
            }
        }
    }

    /** Reports each present key that only other types of port have. */
    void refuseOthers(String type, String where) {
        refuse(section.notOf(type), where);
    }

    /** Reports the key as missing unless it is present. */
    void require(String key, String expected) {
        if (!has(key)) {
            fault(Fault.Kind.VALUE, key, "missing; expected " + expected);
        }
    }

    /** Returns whether the key has this text. */
    boolean isText(String key, String text) {
        return text(key).filter(text::equals).isPresent();
    }

    Optional<String> text(String key) {
        return scalar(key).map(Node.Scalar::text);
    }

    /**
     * Reads a text that passes a test; empty if it is absent or was reported.
     *
     * @param expected completes "VALUE is not …"
     */
    Optional<String> text(String key, Predicate<String> test, String expected) {
        Optional<String> text = text(key);
        if (text.isPresent() && !test.test(text.get())) {
            fault(Fault.Kind.VALUE, key, Faults.shown(text.get()) + " is not " + expected);
            return Optional.empty();
        }
        return text;
    }

    /**
     * Reads a number; empty if it is absent or was reported.
     *
     * @param expected completes "VALUE is not … (MIN-MAX)"
     */
    OptionalInt integer(String key, int min, int max, String expected) {
        Optional<Node.Scalar> scalar = scalar(key);
        return scalar.isEmpty() ? OptionalInt.empty() : integer(scalar.get(), path(key), min, max, expected);
    }

    OptionalInt integer(Node.Scalar scalar, String at, int min, int max, String expected) {
        OptionalInt value = Scalars.integer(scalar.text(), min, max);
        if (value.isPresent() && scalar.kind() != Node.Scalar.Kind.NUMBER) {
            faults.add(Fault.Kind.VALUE, at, scalar.position(),
                    "\"" + Faults.shown(scalar.text()) + "\" is a text; write the number without quotes");
            return OptionalInt.empty();
        }
        if (value.isEmpty()) {
            faults.add(Fault.Kind.VALUE, at, scalar.position(),
                    Faults.shown(scalar.text()) + " is not " + expected + " (" + min + "-" + max + ")");
        }
        return value;
    }

    boolean flag(String key, boolean otherwise) {
        Optional<Node.Scalar> scalar = scalar(key);
        if (scalar.isEmpty()) {
            return otherwise;
        }
        if (scalar.get().kind() != Node.Scalar.Kind.BOOLEAN) {
            String text = scalar.get().text();
            fault(Fault.Kind.VALUE, key, text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")
                    ? "\"" + text + "\" is a text; write " + text.toLowerCase(Locale.ROOT) + " without quotes"
                    : Faults.shown(text) + " is not true or false");
            return otherwise;
        }
        return scalar.get().text().equalsIgnoreCase("true");
    }

    /**
     * Passes each scalar item of a list, or the scalar in place of a list, to the consumer; reports every other item.
     */
    void eachScalar(String key, String expected, ItemConsumer consumer) {
        scalar(key).ifPresent(scalar -> consumer.accept(scalar, path(key)));
        List<Node> items = wellFormed.get(key) instanceof Node.Sequence sequence ? sequence.items() : List.of();
        for (int i = 0; i < items.size(); i++) {
            String at = path(key) + "[" + i + "]";
            if (items.get(i) instanceof Node.Scalar scalar && !scalar.isEmpty()) {
                consumer.accept(scalar, at);
            } else {
                faults.add(Fault.Kind.VALUE, at, items.get(i).position(),
                        "expected " + expected + ", found " + items.get(i).what());
            }
        }
    }

    /** Passes each item of a list that is a mapping to the consumer; reports every other item. */
    void eachMapping(String key, String expected, MappingConsumer consumer) {
        List<Node> items = wellFormed.get(key) instanceof Node.Sequence sequence ? sequence.items() : List.of();
        for (int i = 0; i < items.size(); i++) {
            String at = path(key) + "[" + i + "]";
            if (items.get(i) instanceof Node.Mapping mapping) {
                consumer.accept(mapping, at);
            } else {
                faults.add(Fault.Kind.VALUE, at, items.get(i).position(),
                        "expected " + expected + ", found " + items.get(i).what());
            }
        }
    }

    /** Returns whether the key has an empty list. */
    boolean isEmptyList(String key) {
        return wellFormed.get(key) instanceof Node.Sequence sequence && sequence.items().isEmpty();
    }

    /** Receives an item and its path. */
    interface MappingConsumer {
        void accept(Node.Mapping item, String path);
    }

    /** Receives an item and its path. */
    interface ItemConsumer {
        void accept(Node.Scalar item, String path);
    }

    /** Returns the mapping of the key; an empty one if the key is missing or has no value. */
    Node.Mapping mapping(String key) {
        return wellFormed.get(key) instanceof Node.Mapping mapping ? mapping : Node.Mapping.emptyAt(position(key));
    }

    private Optional<Node.Scalar> scalar(String key) {
        return wellFormed.get(key) instanceof Node.Scalar scalar ? Optional.of(scalar) : Optional.empty();
    }
}
