package net.weft.linux;

/**
 * A defined point at which a fault in mapped memory is delivered. HotSpot turns SIGBUS into an {@code InternalError},
 * which it throws not at the access but at a later poll of the same thread. That poll may lie between a claim and the
 * {@code try} that releases it, or after the code that can tell whose memory faulted. Code that has accessed memory
 * which another process can take away calls {@link #deliver} inside the {@code try} that handles the error.
 * <p>
 * The method is empty. Its return is the poll, so it must not be inlined; that is why the class name ends in {@code
 * Calls} (see {@link Native}). A call costs about a nanosecond.
 */
public final class FaultCalls {
    private FaultCalls() {
    }

    /**
     * Throws the pending error of a memory fault of the calling thread, if there is one.
     *
     * @throws InternalError if a fault was pending
     */
    public static void deliver() {
        // the return is the poll
    }
}
