package net.weft.controller.model.revision;

/** A revision was not appended, because the newest revision is not the expected one. */
public final class StaleRevisionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long expected;
    private final long newest;

    public StaleRevisionException(long expected, long newest) {
        super("the newest revision is " + newest + ", not " + expected);
        this.expected = expected;
        this.newest = newest;
    }

    public long expected() {
        return expected;
    }

    public long newest() {
        return newest;
    }
}
