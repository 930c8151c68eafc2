package net.weft.controller.model.yaml.tree;

/** Where in the text something starts; both count from 1, and 0 means that it came from no text. */
public record Position(int line, int column) implements Comparable<Position> {
    public static final Position NONE = new Position(0, 0);

    @Override
    public int compareTo(Position other) {
        return line != other.line ? Integer.compare(line, other.line) : Integer.compare(column, other.column);
    }

    /** {@code "; first in line 12"} to go on with, or nothing. */
    public String before() {
        return line == 0 ? "" : "; first in line " + line;
    }

    /** {@code " (line 12)"} to end a sentence with, or nothing. */
    public String suffix() {
        return line == 0 ? "" : " (line " + line + ")";
    }
}
