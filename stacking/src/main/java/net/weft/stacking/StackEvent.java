package net.weft.stacking;

/**
 * Something that an operator wants to read later.
 *
 * @param kind one of the kinds of events that the stack has
 * @param subject a member or a link, for example {@code member 2} or {@code link 0}
 * @param message a sentence
 */
public record StackEvent(Kind kind, String subject, String message) {
    /** Kinds of events. */
    public enum Kind {
        LINK_UP, LINK_DOWN, MEMBER_JOINED, MEMBER_LEFT, MASTER, FAULT
    }
}
