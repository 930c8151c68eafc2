package net.weft.controller.model.revision;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * The author of a commit, with its time, the command that made it, and a comment.
 *
 * @param who the user, as authenticated by the API
 * @param caller further facts about the process that asked for the commit
 * @param command the command in short, such as {@code port set web1}
 * @param comment free text of a person ({@code --comment}); may be empty
 */
public record Author(Instant time, String who, Caller caller, String command, String comment) {
    /** Longest comment, in characters. */
    public static final int MAX_COMMENT = 500;

    /**
     * The process that asked for a commit.
     *
     * @param uid number of its user; empty: unknown
     * @param process its ID; empty: unknown
     * @param claimed the name that the caller gave itself ({@code --as}), which nobody has checked; empty: none
     */
    public record Caller(OptionalLong uid, OptionalLong process, String claimed) {
        public static final Caller UNKNOWN = new Caller(OptionalLong.empty(), OptionalLong.empty(), "");
    }

    /** Creates an author of whom only the name is known, without a comment. */
    public Author(Instant time, String who, String command) {
        this(time, who, Caller.UNKNOWN, command, "");
    }
}
