package net.weft.controller.model.revision;

/**
 * One object that the file and a command have changed differently, or whose change in the file does not fit the newest
 * revision. The object is as the newest revision has it.
 *
 * @param subject the object, such as {@code port web1}
 * @param message both changes and what stands, in a sentence without the subject
 */
public record Conflict(String subject, String message) {
    /** Returns {@code port web1: the file and a command changed it ...}. */
    @Override
    public String toString() {
        return subject + ": " + message;
    }
}
