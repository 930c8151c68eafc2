package net.weft.controller.model.yaml.bind;

import java.util.function.Predicate;
import net.weft.controller.model.Names;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.Node;

/** Iterates over a mapping whose keys are names given by the user, and whose values are mappings. */
public final class NamedEntries {
    public static final String A_NAME = "a name (a-z, 0-9, '.', '_' and '-'; 63 characters at most; a letter or digit first)";

    private NamedEntries() {
    }

    static void each(Node.Mapping mapping, String path, Faults faults, EntryConsumer consumer) {
        each(mapping, path, faults, Names::isValid, A_NAME, consumer);
    }

    /**
     * Passes each entry whose key passes the test and whose value is a mapping or nothing to the consumer; reports the
     * others.
     */
    static void each(Node.Mapping mapping, String path, Faults faults, Predicate<String> test, String expected,
            EntryConsumer consumer) {
        for (Node.Entry entry : mapping.entries()) {
            String childPath = Faults.child(path, entry.key());
            if (!test.test(entry.key())) {
                faults.add(Fault.Kind.VALUE, childPath, entry.position(),
                        Faults.shown(entry.key()) + " is not " + expected);
            } else if (!Key.Shape.MAPPING.fits(entry.value())) {
                faults.add(Fault.Kind.VALUE, childPath, entry.value().position(),
                        "expected a mapping, found " + entry.value().what()
                                + MappingReader.advice(entry.value(), path.substring(path.lastIndexOf('.') + 1)));
            } else {
                Node.Mapping value = entry.value() instanceof Node.Mapping nested
                        ? nested
                        : Node.Mapping.emptyAt(entry.position());
                consumer.accept(entry, value, childPath);
            }
        }
    }

    /** Receives an entry, its value and its path. */
    interface EntryConsumer {
        void accept(Node.Entry entry, Node.Mapping value, String path);
    }
}
