package net.weft.linux;

/**
 * Where a fault in mapped memory is delivered. HotSpot turns SIGBUS into an {@code InternalError} that it does not throw at the access but at
 * some later poll of the same thread, which may lie between claiming something and the {@code try} that gives it back, or after the code
 * that knows whose memory it was. Whoever has touched memory that another process can take away calls {@link #deliver} inside the
 * {@code try} that is to catch the error.
 * <p>
 * The method is empty: what counts is its return, where a thread polls, so that it must not be inlined; hence the class's name (see
 * {@link Native}). It costs about a nanosecond.
 */
public final class FaultCalls {
    private FaultCalls() {
    }

    /**
     * Throws the error of a fault that the calling thread has run into and not heard of yet.
     *
     * @throws InternalError if there was one
     */
    public static void deliver() {
        // the return is the poll
    }
}
