package net.weft.controller.server.raft;

import java.io.IOException;
import java.time.Duration;

/** A log that is open. One thread appends at a time. */
interface OpenLog extends AutoCloseable {
    /**
     * Appends one entry, and returns when it is on disk and has been applied.
     *
     * @throws IOException if it is not known to be; it may be or become so
     */
    RevisionMachine.Reply commit(byte[] entry, Duration limit) throws IOException;

    /** Returns whether entries can be appended, as far as is known. */
    boolean isAlive();

    @Override
    void close();
}
