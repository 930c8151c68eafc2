package net.weft.controller.model.yaml.tree;

/**
 * One thing wrong with a configuration.
 *
 * @param path keys from the top, {@code ports.web1.trunk.allowed[2]}; empty: the text as a whole
 * @param message the value, what was expected and, where it is not plain, what to do; one line
 */
public record Fault(Kind kind, String path, Position position, String message) {
    public enum Kind {
        /** Not YAML, or YAML that Weft refuses: aliases, tags, several documents, too large, too deep. */
        SYNTAX,
        /** No such key. */
        UNKNOWN_KEY,
        /** A key twice in one mapping. */
        DUPLICATE_KEY,
        /** A key or value of the language that this version does not carry out yet. */
        NOT_SUPPORTED,
        /** Missing, or of the wrong type, form or range. */
        VALUE,
        /** Names an object that does not exist. */
        REFERENCE,
        /** Two objects, or two keys of one, contend. */
        CONFLICT,
        /** Legal, but perhaps not meant; refuses nothing. */
        WARNING
    }

    public int line() {
        return position.line();
    }

    /** {@code fabric.yaml:14: ports.web1.access: 4095 is not a VLAN ID (1-4094)}. */
    public String describe(String file) {
        return line() == 0 ? this.toString() : file + ":" + line() + ": " + this;
    }

    /** {@code ports.web1.access: 4095 is not a VLAN ID (1-4094)}. */
    @Override
    public String toString() {
        return path.isEmpty() ? message : path + ": " + message;
    }
}
