package net.weft.stacking.link;

/** A mistake in cabling or configuration that a stack link shows. */
public enum LinkFault {
    NONE("nothing is wrong"), FOREIGN_FABRIC(
            "the cable leads to another fabric, or to a member with another key"), OWN_MEMBER(
                    "the cable leads back to this member"), DUPLICATE_MEMBER(
                            "the neighbour says that it has this member's number"), OTHER_VERSION(
                                    "the neighbour speaks another version of the stack protocol"), NOT_AUTHENTICATED(
                                            "hellos arrive whose authentication fails"), SEVERAL_NEIGHBORS(
                                                    "more than one member answers on this link; a stack link connects two");

    private final String meaning;

    LinkFault(String meaning) {
        this.meaning = meaning;
    }

    /** A sentence without full stop, for people. */
    public String meaning() {
        return meaning;
    }
}
