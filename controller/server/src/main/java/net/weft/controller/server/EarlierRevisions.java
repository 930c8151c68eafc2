package net.weft.controller.server;

import java.io.IOException;

/** Revisions from elsewhere, such as a backup, which are read one after another, because all of them may be more than the heap. */
public interface EarlierRevisions {
    /** Takes a revision over. */
    interface Taker {
        /** @param bytes the encoded revision */
        void take(long number, byte[] bytes) throws IOException;
    }

    int count();

    /**
     * Hands over each revision once.
     *
     * @throws IOException if one of them cannot be read, or the taker throws it
     */
    void forEach(Taker taker) throws IOException;
}
