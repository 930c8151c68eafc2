package net.weft.zone.track;

/** The result of inspecting the memory of the connection table. */
public enum Attachment {
    /** The memory contains the table of an earlier process, with its connections. */
    RESUMED("connections of the process before are taken up"),
    /** The memory contains zeros. */
    EMPTY("a new table"), OTHER_VERSION("the table is of another version of Weft: begun anew"), OTHER_CAPACITY(
            "the table has another capacity: begun anew"),
    /** The machine was rebooted: its clock started anew, and all connections have ended. */
    OTHER_BOOT("the table is from before the machine was started: begun anew"), DAMAGED(
            "the table is damaged: begun anew");

    private final String label;

    Attachment(String label) {
        this.label = label;
    }

    /** Returns a description for people. */
    public String label() {
        return label;
    }

    public boolean isNew() {
        return this != RESUMED;
    }

    /**
     * Returns whether connections may have been lost that could have continued; those of another boot have ended
     * anyway.
     */
    public boolean isLoss() {
        return this == OTHER_VERSION || this == OTHER_CAPACITY || this == DAMAGED;
    }
}
