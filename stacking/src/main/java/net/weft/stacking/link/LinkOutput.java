package net.weft.stacking.link;

/** What a stack link wants done. */
public interface LinkOutput {
    /** Sends a message by the link. */
    void send(int link, byte[] message);

    /**
     * Frames of a new session may arrive, and from now on leave, under these keys.
     *
     * @param id says which session a frame belongs to; the same at both ends, never 0
     * @param sendKey key of frames to the neighbour, 32 bytes
     * @param receiveKey key of frames from the neighbour, 32 bytes
     */
    void keys(int link, int id, byte[] sendKey, byte[] receiveKey);

    /** A mistake was found, or, with {@link LinkFault#NONE}, it is gone. Told once for each change. */
    void fault(int link, LinkFault fault, String message);
}
