package net.weft.vswitch.zoning;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import net.weft.zone.Policy;
import net.weft.zone.PolicyDecision;

/**
 * A worker's counters by policy, and for packets that match none. Its worker writes them with plain stores, and extends
 * them between bursts; any thread reads.
 */
public final class PolicyCounters {
    private static final int PACKETS = 0;
    private static final int BYTES = 1;
    private static final int CONNECTIONS = 2;
    private static final int LAST_HIT = 3;
    private static final int CELLS = 4;
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private long[] row = new long[CELLS];
    private volatile long[] published = row;
    private int runDecision;
    private int runPackets;
    private int runConnections;
    private long runBytes;

    /** Extends the counters to these policies. */
    void reach(List<Policy> policies) {
        int highest = policies.stream().mapToInt(Policy::id).max().orElse(PolicyDecision.NO_POLICY);
        int needed = (highest + 2) * CELLS;
        if (needed > row.length) {
            row = Arrays.copyOf(row, needed);
            published = row;
        }
    }

    /** Takes over the counters of an ended worker. */
    void inherit(PolicyCounters dead) {
        row = dead.row.clone();
        published = row;
    }

    /**
     * Counts a packet by its {@link PolicyDecision}. A run of packets with the same decision is added at once, by the
     * next different one or by {@link #settle}.
     */
    void count(int decision, int bytes, boolean isNew, long nowNs) {
        if (decision != runDecision) {
            settle(nowNs);
            runDecision = decision;
        }
        runPackets++;
        runBytes += bytes;
        if (isNew) {
            runConnections++;
        }
    }

    /**
     * Adds the pending run to the counters; the run of a removed policy is counted as matching none. Call after each
     * burst.
     */
    void settle(long nowNs) {
        if (runPackets == 0) {
            return;
        }
        long[] cells = row;
        int policy = PolicyDecision.policy(runDecision) + 1;
        int at = policy * CELLS < cells.length ? policy * CELLS : 0;
        cells[at + PACKETS] += runPackets;
        cells[at + BYTES] += runBytes;
        cells[at + CONNECTIONS] += runConnections;
        cells[at + LAST_HIT] = nowNs;
        runPackets = 0;
        runBytes = 0;
        runConnections = 0;
    }

    /**
     * Returns the worker's counters for one policy, or for packets that match none with {@link
     * PolicyDecision#NO_POLICY}. Any thread.
     */
    public Count count(int policy) {
        long[] cells = published;
        int at = (policy + 1) * CELLS;
        return at + CELLS > cells.length
                ? Count.NONE
                : new Count(cell(cells, at + PACKETS), cell(cells, at + BYTES), cell(cells, at + CONNECTIONS),
                        cell(cells, at + LAST_HIT));
    }

    private static long cell(long[] cells, int at) {
        return (long) CELL.getOpaque(cells, at);
    }

    /**
     * The counters of a policy.
     *
     * @param packets packets it decided on, including those of connections that it allowed
     * @param bytes bytes of these packets
     * @param connections connections it allowed
     * @param lastHitNs monotonic clock of the last packet, 0 for never
     */
    public record Count(long packets, long bytes, long connections, long lastHitNs) {
        public static final Count NONE = new Count(0, 0, 0, 0);

        public Count plus(Count other) {
            return new Count(packets + other.packets, bytes + other.bytes, connections + other.connections,
                    lastHitNs == 0 || other.lastHitNs != 0 && other.lastHitNs - lastHitNs > 0
                            ? other.lastHitNs
                            : lastHitNs);
        }
    }
}
