package net.weft.stacking;

import java.util.List;
import net.weft.stacking.control.MemberState;
import net.weft.stacking.link.LinkView;
import net.weft.stacking.topology.Topology;

/**
 * The stack as one member sees it.
 *
 * @param self number of the member
 * @param master number of the master
 * @param members the states of all members in reach
 * @param links the member's own links
 * @param topology links between members
 */
public record StackView(int self, int master, List<MemberState> members, List<LinkView> links, Topology topology) {
}
