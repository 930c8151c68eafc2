package net.weft.zone.track;

/** What a process found in the memory of the table of connections. */
public enum Attachment {
    /** The table of an earlier process, with its connections. */
    RESUMED("connections of the process before are taken up"),
    /** Nothing: zeros. */
    EMPTY("a new table"), OTHER_VERSION("the table is of another version of Weft: begun anew"), OTHER_CAPACITY(
            "the table has another capacity: begun anew"),
    /** The machine was started again: its clock, and all connections' ends, are others. */
    OTHER_BOOT("the table is from before the machine was started: begun anew"), DAMAGED(
            "the table is damaged: begun anew");

    private final String label;

    Attachment(String label) {
        this.label = label;
    }

    /** For people. */
    public String label() {
        return label;
    }

    public boolean isNew() {
        return this != RESUMED;
    }

    /** Whether connections may have been forgotten that could have gone on: those of another boot have ended anyway. */
    public boolean isLoss() {
        return this == OTHER_VERSION || this == OTHER_CAPACITY || this == DAMAGED;
    }
}
