package net.weft.controller.model.revision;

/**
 * The origin of an object: who last created or changed it.
 *
 * @param revision number of the commit that did so
 * @param who the person or client, as authenticated by the API
 */
public record Origin(Kind kind, long revision, String who) {
    public enum Kind {
        /** The object comes from an applied file. */
        FILE,
        /** The object comes from a command that changes one object. */
        COMMAND
    }

    /** Returns {@code by command in revision 7 (root)}. */
    @Override
    public String toString() {
        return (kind == Kind.FILE ? "by file" : "by command") + " in revision " + revision + " (" + who + ")";
    }
}
