package net.weft.vswitch.port;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import net.weft.vswitch.burst.DropReason;

/**
 * What one port has counted. Each worker writes a row of its own with plain stores; a reader adds the rows up.
 * <p>
 * The accounts balance at all times: {@code RX_PACKETS + AGAIN = unicast + FLOODED + PUNTED + HELD + drops on the way in}, and over all ports
 * {@code COPIES = TX_PACKETS + drops on the way out}. A frame of the switch's own is a copy of the port it leaves by.
 */
public final class PortCounters {
    public static final int RX_PACKETS = 0;
    public static final int RX_BYTES = 1;
    public static final int TX_PACKETS = 2;
    public static final int TX_BYTES = 3;
    /** Frames received that were flooded. */
    public static final int FLOODED = 4;
    /** Copies of received frames that were handed to egress ports. */
    public static final int COPIES = 5;
    /** Frames received that only the switch itself had to do with. */
    public static final int PUNTED = 6;
    /** Frames received that wait for something: fragments for their first. */
    public static final int HELD = 7;
    /** Frames that have waited, and were looked at again. */
    public static final int AGAIN = 8;
    private static final int INGRESS_DROPS = 9;
    private static final int EGRESS_DROPS = INGRESS_DROPS + DropReason.COUNT;
    /** Numbers in a row; rows of two workers never share a cache line. */
    private static final int ROW = EGRESS_DROPS + DropReason.COUNT + 8;
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[][] rows;
    private volatile long missed;

    public PortCounters(int workers) {
        rows = new long[workers][ROW];
    }

    /** Of a port that never counted anything. */
    public static PortCounters none() {
        return new PortCounters(0);
    }

    /** The row that worker {@code id} adds to. */
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

    /** Frames received here that only the switch itself had to do with: probes of its own. */
    public long punted() {
        return sum(PUNTED);
    }

    /** Frames received here that wait for something now. */
    public long held() {
        return Math.max(0, sum(HELD) - sum(AGAIN));
    }

    /** Copies of frames received here that were handed to egress ports. */
    public long copies() {
        return sum(COPIES);
    }

    /** Frames received here and dropped for this reason. */
    public long ingressDrops(DropReason reason) {
        return sum(ingressDrop(reason.ordinal()));
    }

    /** Frames that should have left here and were dropped for this reason. */
    public long egressDrops(DropReason reason) {
        return sum(egressDrop(reason.ordinal()));
    }

    /** Frames lost before they could be received, because the switch was too slow: they count as {@code ring-full}. */
    public long missed() {
        return missed;
    }

    /**
     * What one worker has counted.
     *
     * @param rxPackets received by it
     * @param txPackets sent by it, whichever port they came in by
     * @param dropped by it, on the way in or out
     */
    public record OfWorker(long rxPackets, long rxBytes, long txPackets, long txBytes, long dropped) {
        public static final OfWorker NONE = new OfWorker(0, 0, 0, 0, 0);

        /** Both together. */
        public OfWorker plus(OfWorker other) {
            return new OfWorker(rxPackets + other.rxPackets, rxBytes + other.rxBytes, txPackets + other.txPackets,
                    txBytes + other.txBytes, dropped + other.dropped);
        }
    }

    /** What worker {@code id} has counted on the port. */
    public OfWorker ofWorker(int id) {
        long[] row = rows[id];
        long dropped = 0;
        for (int cell = INGRESS_DROPS; cell < EGRESS_DROPS + DropReason.COUNT; cell++) {
            dropped += cell(row, cell);
        }
        return new OfWorker(cell(row, RX_PACKETS), cell(row, RX_BYTES), cell(row, TX_PACKETS), cell(row, TX_BYTES),
                dropped);
    }

    /** Adds what a port that is gone had counted, which no worker writes to any more. Control thread. */
    public void retire(PortCounters gone) {
        for (int worker = 0; worker < rows.length; worker++) {
            for (int cell = 0; cell < ROW; cell++) {
                CELL.setOpaque(rows[worker], cell, cell(rows[worker], cell) + cell(gone.rows[worker], cell));
            }
        }
        missed = missed + gone.missed;
    }

    /** Control thread. */
    public void addMissed(long frames) {
        if (frames > 0) {
            missed = missed + frames;
        }
    }

    /** Frames dropped for this reason, on the way in or out, those never received included. */
    public long drops(DropReason reason) {
        return ingressDrops(reason) + egressDrops(reason) + (reason == DropReason.RING_FULL ? missed : 0);
    }

    /** Frames dropped for any reason, on the way in or out. */
    public long dropped() {
        long sum = missed;
        for (int cell = INGRESS_DROPS; cell < EGRESS_DROPS + DropReason.COUNT; cell++) {
            sum += sum(cell);
        }
        return sum;
    }
}
