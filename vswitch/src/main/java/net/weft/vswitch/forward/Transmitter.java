package net.weft.vswitch.forward;

import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;
import net.weft.vswitch.offload.Segmenter;
import net.weft.vswitch.port.PortCounters;

/**
 * Sends a list of frames by one device, in order: runs of frames whose offloads the device supports with one call each,
 * the frames between them segmented or checksummed in software. Every entry is counted in the row of its port, as sent
 * or with its drop reason.
 * <p>
 * One per worker; not thread-safe; nothing is allocated per frame.
 */
final class Transmitter implements AutoCloseable {
    private final Segmenter segmenter = new Segmenter();
    private final Scratch scratch = new Scratch();
    private long frames;
    private long bytes;

    /** Returns the number of frames that were sent since the last call; super-frames count as one. */
    long takeFrames() {
        long sent = frames;
        frames = 0;
        return sent;
    }

    /** Returns the number of bytes that were sent since the last call. */
    long takeBytes() {
        long sent = bytes;
        bytes = 0;
        return sent;
    }

    /**
     * Sends a list.
     * @param rows the worker's counters by port index
     * @param mtu by port index, maximum length of a layer-3 packet in bytes
     */
    void send(Burst burst, TransmitList list, Device device, long[][] rows, int[] mtu) {
        int from = 0;
        while (from < list.count) {
            int until = endOfRun(burst, list, from, device.offloads());
            if (until > from) {
                sendRun(burst, list, from, until, device, rows);
                from = until;
            } else {
                int port = list.port[from];
                sendSegmented(burst, list, from, device, rows[port], mtu[port]);
                from++;
            }
        }
    }

    /** Returns the end of the run of entries from {@code from} on whose offloads the device supports. */
    private static int endOfRun(Burst burst, TransmitList list, int from, int offloads) {
        int until = from;
        while (until < list.count && (Offload.needs(burst.offload[list.frame[until]]) & ~offloads) == 0) {
            until++;
        }
        return until;
    }

    private void sendRun(Burst burst, TransmitList list, int from, int until, Device device, long[][] rows) {
        int all = list.count;
        list.count = until;
        int next = from;
        while (next < until) {
            int sent = device.transmit(burst, list, next, scratch);
            countSent(burst, list, next, next + sent, rows);
            next += sent;
            boolean refused = scratch.takeRefused();
            if (next < until) {
                int end = refused ? next + 1 : until;
                int reason = PortCounters.egressDrop(unsentReason(refused, scratch.refusal(), device).ordinal());
                while (next < end) {
                    rows[list.port[next++]][reason]++;
                }
            }
        }
        list.count = all;
    }

    /** Counts entries as sent, one run of entries of the same port at a time. */
    private void countSent(Burst burst, TransmitList list, int from, int until, long[][] rows) {
        int n = from;
        while (n < until) {
            int port = list.port[n];
            int first = n;
            long length = 0;
            do {
                length += burst.egressLength(list.frame[n], list.tag[n]);
                n++;
            } while (n < until && list.port[n] == port);
            rows[port][PortCounters.TX_PACKETS] += n - first;
            rows[port][PortCounters.TX_BYTES] += length;
            frames += n - first;
            bytes += length;
        }
    }

    private void sendSegmented(Burst burst, TransmitList list, int at, Device device, long[] row, int mtu) {
        boolean taken = true;
        boolean refused = false;
        segmenter.start(burst, list.frame[at], mtu);
        while (taken && segmenter.next()) {
            TransmitList pieces = segmenter.list(list.tag[at], list.port[at]);
            int sent = device.transmit(segmenter.burst(), pieces, 0, scratch);
            for (int n = 0; n < sent; n++) {
                int length = segmenter.burst().egressLength(n, list.tag[at]);
                row[PortCounters.TX_BYTES] += length;
                bytes += length;
            }
            taken = sent == pieces.count;
            refused = scratch.takeRefused();
        }
        if (taken) {
            row[PortCounters.TX_PACKETS]++;
            frames++;
        } else {
            row[PortCounters.egressDrop(unsentReason(refused, scratch.refusal(), device).ordinal())]++;
        }
    }

    /**
     * Returns why a device did not send a frame.
     * @param refusal the reason that the device gave when it refused, see {@link Scratch#refusal}
     */
    static DropReason unsentReason(boolean refused, DropReason refusal, Device device) {
        return refused
                ? refusal
                : device.failure() == null && !device.isComingUp() ? DropReason.RING_FULL : DropReason.PORT_DOWN;
    }

    @Override
    public void close() {
        segmenter.close();
        scratch.close();
    }
}
