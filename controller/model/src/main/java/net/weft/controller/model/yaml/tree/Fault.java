package net.weft.controller.model.yaml.tree;

/**
 * One fault of a configuration.
 *
 * @param path keys from the root, {@code ports.web1.trunk.allowed[2]}; empty: the text as a whole
 * @param message the value, the expectation and, where it is not obvious, what to do; one line
 */
public record Fault(Kind kind, String path, Position position, String message) {
    public enum Kind {
        /** The text is not YAML, or YAML that Weft refuses: aliases, tags, several documents, too large, too deep. */
        SYNTAX,
        /** The language has no such key. */
        UNKNOWN_KEY,
        /** A mapping has a key twice. */
        DUPLICATE_KEY,
        /** The key or value is part of the language, but not supported by this version. */
        NOT_SUPPORTED,
        /** The value is missing, or of the wrong type, form or range. */
        VALUE,
        /** The value refers to an object that does not exist. */
        REFERENCE,
        /** Two objects, or two keys of one object, exclude each other. */
        CONFLICT,
        /** The setting is legal, but probably unintended; it does not make the configuration invalid. */
        WARNING
    }

    public int line() {
        return position.line();
    }

    /** Returns {@code fabric.yaml:14: ports.web1.access: 4095 is not a VLAN ID (1-4094)}. */
    public String describe(String file) {
        return line() == 0 ? this.toString() : file + ":" + line() + ": " + this;
    }

    /** Returns {@code ports.web1.access: 4095 is not a VLAN ID (1-4094)}. */
    @Override
    public String toString() {
        return path.isEmpty() ? message : path + ": " + message;
    }
}
