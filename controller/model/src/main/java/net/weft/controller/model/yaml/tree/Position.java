package net.weft.controller.model.yaml.tree;

/**
 * The position at which a node starts in the text. Line and column count from 1; 0 means that the node does not come
 * from a text.
 */
public record Position(int line, int column) implements Comparable<Position> {
    public static final Position NONE = new Position(0, 0);

    @Override
    public int compareTo(Position other) {
        return line != other.line ? Integer.compare(line, other.line) : Integer.compare(column, other.column);
    }

    /** Returns the continuation {@code "; first in line 12"} of a sentence, or an empty string without a position. */
    public String before() {
        return line == 0 ? "" : "; first in line " + line;
    }

    /** Returns the end {@code " (line 12)"} of a sentence, or an empty string without a position. */
    public String suffix() {
        return line == 0 ? "" : " (line " + line + ")";
    }
}
