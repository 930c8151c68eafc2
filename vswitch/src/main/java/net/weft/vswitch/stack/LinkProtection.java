package net.weft.vswitch.stack;

/** What keeps others from reading, forging and repeating the frames of a stack link. */
public enum LinkProtection {
    /** Nothing does: for dedicated cables only. */
    NONE,
    /** Frames carry a tag; they can be read, but neither forged nor repeated. */
    AUTHENTICATED,
    /** Frames are encrypted as well. */
    SEALED
}
