package net.weft.stacking;

/**
 * A frame of a user in a {@link StackNet}.
 *
 * @param from member by which it entered the stack
 * @param isFromLag whether it entered by that member's leg of the link aggregation, and not by its own port
 * @param to member to whose port it goes, 0 for a flood, {@link StackNet#LAG} for a station behind the link aggregation
 * @param epoch filter epoch under which it was sent
 */
record Frame(int id, int from, boolean isFromLag, int to, int vlan, long digest, int epoch, int hops) {
    /** The frame behind one more link. */
    Frame next() {
        return new Frame(id, from, isFromLag, to, vlan, digest, epoch, hops - 1);
    }
}
