package net.weft.vswitch.zoning;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import net.weft.zone.Policy;
import net.weft.zone.PolicyDecision;

/**
 * What a worker has counted for each policy, and for what no policy speaks of. Written by its worker with plain stores and read by any
 * thread; grown between bursts by the worker.
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
    private int runRuling;
    private int runPackets;
    private int runConnections;
    private long runBytes;

    /** Makes room for policies. */
    void reach(List<Policy> policies) {
        int highest = policies.stream().mapToInt(Policy::id).max().orElse(PolicyDecision.NO_POLICY);
        int needed = (highest + 2) * CELLS;
        if (needed > row.length) {
            row = Arrays.copyOf(row, needed);
            published = row;
        }
    }

    /** Begins with what another had counted, whose worker has ended. */
    void inherit(PolicyCounters dead) {
        row = dead.row.clone();
        published = row;
    }

    /** Counts a packet by what was said of it. A run of packets of one policy is counted at once, by the next other or {@link #settle}. */
    void count(int decision, int bytes, boolean isNew, long nowNs) {
        if (decision != runRuling) {
            settle(nowNs);
            runRuling = decision;
        }
        runPackets++;
        runBytes += bytes;
        if (isNew) {
            runConnections++;
        }
    }

    /** Counts the run, of a policy that is gone as of none; after each burst. */
    void settle(long nowNs) {
        if (runPackets == 0) {
            return;
        }
        long[] cells = row;
        int policy = PolicyDecision.policy(runRuling) + 1;
        int at = policy * CELLS < cells.length ? policy * CELLS : 0;
        cells[at + PACKETS] += runPackets;
        cells[at + BYTES] += runBytes;
        cells[at + CONNECTIONS] += runConnections;
        cells[at + LAST_HIT] = nowNs;
        runPackets = 0;
        runBytes = 0;
        runConnections = 0;
    }

    /** What a worker has counted for one policy, {@link PolicyDecision#NO_POLICY} for what none speaks of. Any thread. */
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
     * @param packets that were judged by it, of connections it allowed too
     * @param bytes of them
     * @param connections it let begin
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
