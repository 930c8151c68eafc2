package net.weft.stacking.control;

/** Why a control message is not accepted. */
public enum MessageFault {
    MALFORMED("it is cut short or contradicts itself"), VERSION(
            "it speaks a version of the stack protocol that this member does not speak"), FOREIGN_FABRIC(
                    "it comes from another fabric, whose key is another one"), NOT_AUTHENTICATED(
                            "its authentication failed");

    private final String meaning;

    MessageFault(String meaning) {
        this.meaning = meaning;
    }

    /** A clause that goes on with "it". */
    public String meaning() {
        return meaning;
    }
}
