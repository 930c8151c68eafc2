package net.weft.examples.lab;

/** A table of {@code weft show} lacks the row that a test asks for: a failure, unless {@link WeftProcess#await} waits for it. */
public final class MissingRow extends AssertionError {
    private static final long serialVersionUID = 1L;

    public MissingRow(String message) {
        super(message);
    }
}
