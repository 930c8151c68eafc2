package net.weft.stacking;

/** A rule by which a member of a {@link StackNet} accepts or forwards a frame. */
enum Rule {
    DIGEST, PARENT, MEMBERSHIP, HOP_LIMIT,
    /** A flood of another filter epoch does not leave by the link aggregation. */
    EPOCH,
    /** A flood leaves by the link aggregation at one member. */
    FORWARDER,
    /** What came by a leg of the link aggregation leaves by none. */
    ECHO
}
