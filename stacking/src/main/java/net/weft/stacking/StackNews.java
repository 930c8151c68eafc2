package net.weft.stacking;

import java.util.List;
import java.util.Set;
import net.weft.stacking.control.MemberState.Adjacency;

/** Tells people what changes in a stack. */
final class StackNews {
    private final StackOutput output;

    StackNews(StackOutput output) {
        this.output = output;
    }

    void fault(String subject, String message) {
        output.event(new StackEvent(StackEvent.Kind.FAULT, subject, message));
    }

    void fault(int link, String message) {
        fault("link " + link, "stack link " + link + ": " + message);
    }

    void master(int member) {
        tell(StackEvent.Kind.MASTER, member, "is the master");
    }

    /** Tells which other members have come and gone. */
    void members(int self, Set<Integer> before, Set<Integer> now) {
        now.stream().filter(member -> !before.contains(member) && member != self)
                .forEach(member -> tell(StackEvent.Kind.MEMBER_JOINED, member, "joined the stack"));
        before.stream().filter(member -> !now.contains(member))
                .forEach(member -> tell(StackEvent.Kind.MEMBER_LEFT, member,
                        "left the stack: no link leads to it any more"));
    }

    private void tell(StackEvent.Kind kind, int member, String what) {
        output.event(new StackEvent(kind, "member " + member, "member " + member + " " + what));
    }

    /** Tells which of the member's own links have come and gone. */
    void links(List<Adjacency> before, List<Adjacency> now) {
        now.stream().filter(link -> !before.contains(link))
                .forEach(link -> output.event(new StackEvent(StackEvent.Kind.LINK_UP, "link " + link.link(),
                        "stack link " + link.link() + " leads to member " + link.neighbor() + ", link "
                                + link.neighborLink())));
        before.stream().filter(link -> !now.contains(link))
                .forEach(link -> output.event(new StackEvent(StackEvent.Kind.LINK_DOWN, "link " + link.link(),
                        "stack link " + link.link() + " to member " + link.neighbor() + " is down")));
    }
}
