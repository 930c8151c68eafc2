package net.weft.controller.model.revision;

/**
 * Who last made or changed an object.
 *
 * @param revision the commit that did
 * @param who the person or client, as the API knows it
 */
public record Origin(Kind kind, long revision, String who) {
    public enum Kind {
        /** An applied file. */
        FILE,
        /** A command that changes one object. */
        COMMAND
    }

    /** {@code by command in revision 7 (root)}. */
    @Override
    public String toString() {
        return (kind == Kind.FILE ? "by file" : "by command") + " in revision " + revision + " (" + who + ")";
    }
}
