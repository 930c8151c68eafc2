package net.weft.stacking;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Records at which ports users' frames have left the stack, and finds what must not have happened. */
final class Deliveries {
    /** How often each frame has left, by its id and by the member's number or {@link StackNet#LAG}. */
    final Map<Integer, Map<Integer, Integer>> delivered = new HashMap<>();
    final List<String> faults = new ArrayList<>();

    /** A frame leaves by a leg of the link aggregation. */
    void atLag(Frame frame, int member) {
        if (frame.isFromLag()) {
            faults.add("frame " + frame + " goes back out of the link aggregation that it came from");
        }
        if (count(frame, StackNet.LAG) > 1) {
            faults.add("frame " + frame + " leaves the link aggregation twice, now at member " + member);
        }
    }

    /** A frame leaves by a member's own port. @param isMember whether the port is a member of its VLAN */
    void atPort(Frame frame, int member, boolean isMember) {
        if (!isMember) {
            faults.add("frame " + frame + " of another tenant is delivered at member " + member);
        }
        if (frame.from() == member && !frame.isFromLag()) {
            faults.add("flood " + frame + " comes back to its source");
        }
        if (count(frame, member) > 1) {
            faults.add("frame " + frame + " is delivered twice at member " + member);
        }
    }

    private int count(Frame frame, int at) {
        return delivered.computeIfAbsent(frame.id(), _ -> new TreeMap<>()).merge(at, 1, Integer::sum);
    }
}
