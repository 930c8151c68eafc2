package net.weft.vswitch.protocol;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The hold times of err-disabled ports: {@value #FIRST_NS} ns, twice as long each time that the cause is there again, at
 * most {@value #LONGEST_NS} ns. A port that has been open for {@value #LONGEST_NS} ns begins anew.
 */
final class ShutTimes {
    static final long FIRST_NS = 10_000_000_000L;
    static final long LONGEST_NS = 600_000_000_000L;

    private static final long A_MOMENT_NS = 1_000_000_000L;

    private record Hold(long untilNs, long lengthNs) {
    }

    /** By port number. */
    private final Map<Integer, Hold> holds = new HashMap<>();

    /** Begins to shut a port; returns for how long, nanoseconds. */
    long begin(int port, long nowNs) {
        Hold before = holds.get(port);
        long length = before == null || nowNs - before.untilNs > LONGEST_NS
                ? FIRST_NS
                : Math.min(2 * before.lengthNs, LONGEST_NS);
        holds.put(port, new Hold(nowNs + length, length));
        return length;
    }

    /** Returns whether a port is about to be shut: the control thread does so a moment later. */
    boolean isBeingShut(int port, long nowNs) {
        Hold hold = holds.get(port);
        return hold != null && nowNs - (hold.untilNs - hold.lengthNs) < A_MOMENT_NS;
    }

    /** Forgets all other ports. */
    void retain(Set<Integer> ports) {
        holds.keySet().retainAll(ports);
    }
}
