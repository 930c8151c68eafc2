package net.weft.vswitch.port;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLongArray;
import net.weft.vswitch.burst.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * The counters of one port. Each worker writes a row of its own with plain stores; a reader adds the rows up.
 * <p>
 * The counters balance at all times: {@code RX_PACKETS + AGAIN = unicast + FLOODED + PUNTED + HELD + ingress drops},
 * and over all ports {@code COPIES = TX_PACKETS + egress drops}. One of the switch's own frames counts as a copy of its
 * egress port.
 */
public final class PortCounters {
    public static final int RX_PACKETS = 0;
    public static final int RX_BYTES = 1;
    public static final int TX_PACKETS = 2;
    public static final int TX_BYTES = 3;
    /** Cell: received frames that were flooded. */
    public static final int FLOODED = 4;
    /** Cell: copies of received frames that were handed to egress ports. */
    public static final int COPIES = 5;
    /** Cell: received frames that were punted to the switch itself. */
    public static final int PUNTED = 6;
    /** Cell: received frames that were held, such as fragments that wait for the first one. */
    public static final int HELD = 7;
    /** Cell: held frames that were recirculated. */
    public static final int AGAIN = 8;
    /** Cell: addresses that moved here from another port. */
    public static final int MAC_MOVES = 9;
    private static final int INGRESS_DROPS = 10;
    private static final int EGRESS_DROPS = INGRESS_DROPS + DropReason.COUNT;
    /** Cells of a row, padded so that the rows of two workers never share a cache line. */
    private static final int ROW = EGRESS_DROPS + DropReason.COUNT + 8;
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[][] rows;
    private volatile long missed;
    /** Packets that the port's device dropped, by reason; null while there are none. */
    private volatile @Nullable AtomicLongArray lost;

    public PortCounters(int workers) {
        rows = new long[workers][ROW];
    }

    /** Returns the counters of a port without workers; they are all zero. */
    public static PortCounters none() {
        return new PortCounters(0);
    }

    /** Returns the row that worker {@code id} writes. */
    public long[] row(int id) {
        return rows[id];
    }

    public static int ingressDrop(int reason) {
        return INGRESS_DROPS + reason;
    }

    public static int egressDrop(int reason) {
        return EGRESS_DROPS + reason;
    }

    private static long cell(long[] row, int cell) {
        return (long) CELL.getOpaque(row, cell);
    }

    private long sum(int cell) {
        long sum = 0;
        for (long[] row : rows) {
            sum += cell(row, cell);
        }
        return sum;
    }

    /** Frames received. */
    public long rxPackets() {
        return sum(RX_PACKETS);
    }

    /** Bytes received, inline tags included, frame check sequence not. */
    public long rxBytes() {
        return sum(RX_BYTES);
    }

    /** Frames sent. */
    public long txPackets() {
        return sum(TX_PACKETS);
    }

    /** Bytes sent, tags included. */
    public long txBytes() {
        return sum(TX_BYTES);
    }

    /** Frames received here that were flooded. */
    public long flooded() {
        return sum(FLOODED);
    }

    /** Frames received here that were punted to the switch itself, such as its loop probes. */
    public long punted() {
        return sum(PUNTED);
    }

    /** Addresses that moved here from another port. */
    public long macMoves() {
        return sum(MAC_MOVES);
    }

    /** Frames received here that are held now. */
    public long held() {
        return Math.max(0, sum(HELD) - sum(AGAIN));
    }

    /** Copies of frames received here that were handed to egress ports. */
    public long copies() {
        return sum(COPIES);
    }

    /** Frames received here and dropped for this reason. */
    public long ingressDrops(DropReason reason) {
        AtomicLongArray more = lost;
        return sum(ingressDrop(reason.ordinal())) + (more == null ? 0 : more.get(reason.ordinal()));
    }

    /** Frames that should have left here and were dropped for this reason. */
    public long egressDrops(DropReason reason) {
        return sum(egressDrop(reason.ordinal()));
    }

    /** Frames lost before they were received because the switch was too slow; they count as {@code ring-full}. */
    public long missed() {
        return missed;
    }

    /**
     * The counters of one worker.
     * @param rxPackets frames that the worker received
     * @param txPackets frames that the worker sent, whatever their ingress port
     * @param dropped frames that the worker dropped, on ingress or egress
     */
    public record OfWorker(long rxPackets, long rxBytes, long txPackets, long txBytes, long dropped) {
        public static final OfWorker NONE = new OfWorker(0, 0, 0, 0, 0);

        /** Returns the sum of both. */
        public OfWorker plus(OfWorker other) {
            return new OfWorker(rxPackets + other.rxPackets, rxBytes + other.rxBytes, txPackets + other.txPackets,
                    txBytes + other.txBytes, dropped + other.dropped);
        }
    }

    /** Returns what worker {@code id} has counted on this port. */
    public OfWorker ofWorker(int id) {
        long[] row = rows[id];
        long dropped = 0;
        for (int cell = INGRESS_DROPS; cell < EGRESS_DROPS + DropReason.COUNT; cell++) {
            dropped += cell(row, cell);
        }
        return new OfWorker(cell(row, RX_PACKETS), cell(row, RX_BYTES), cell(row, TX_PACKETS), cell(row, TX_BYTES),
                dropped);
    }

    /** Adds the counters of a removed port, which no worker writes any more. Control thread. */
    public void retire(PortCounters gone) {
        for (int worker = 0; worker < rows.length; worker++) {
            for (int cell = 0; cell < ROW; cell++) {
                CELL.setOpaque(rows[worker], cell, cell(rows[worker], cell) + cell(gone.rows[worker], cell));
            }
        }
        missed = missed + gone.missed;
        AtomicLongArray more = gone.lost;
        for (int reason = 0; more != null && reason < DropReason.COUNT; reason++) {
            addLost(DropReason.of(reason), more.get(reason));
        }
    }

    /** Counts packets that the port's device dropped before they were frames of the switch. Control thread. */
    public void addLost(DropReason reason, long packets) {
        if (packets > 0) {
            AtomicLongArray counts = lost;
            if (counts == null) {
                counts = new AtomicLongArray(DropReason.COUNT);
                lost = counts;
            }
            counts.addAndGet(reason.ordinal(), packets);
        }
    }

    /** Counts frames that were lost before they were received. Control thread. */
    public void addMissed(long frames) {
        if (frames > 0) {
            missed = missed + frames;
        }
    }

    /** Frames dropped for this reason, on ingress or egress, frames never received included. */
    public long drops(DropReason reason) {
        return ingressDrops(reason) + egressDrops(reason) + (reason == DropReason.RING_FULL ? missed : 0);
    }

    /** Frames dropped for any reason, on ingress or egress. */
    public long dropped() {
        long sum = missed;
        AtomicLongArray more = lost;
        for (int reason = 0; more != null && reason < DropReason.COUNT; reason++) {
            sum += more.get(reason);
        }
        for (int cell = INGRESS_DROPS; cell < EGRESS_DROPS + DropReason.COUNT; cell++) {
            sum += sum(cell);
        }
        return sum;
    }
}
