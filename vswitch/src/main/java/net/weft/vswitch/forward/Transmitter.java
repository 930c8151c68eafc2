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
 * Sends a list of frames by one device, in order: runs that the device can carry as they are with one call each, the frames
 * between them cut or finished in software. Every entry is counted in the port's row, as sent or with the reason why not.
 * <p>
 * One per worker; not thread-safe; nothing is allocated per frame.
 */
final class Transmitter implements AutoCloseable {
    private final Segmenter segmenter = new Segmenter();
    private final Scratch scratch = new Scratch();

    /**
     * @param row the egress port's counters
     * @param mtu the egress port's
     */
    void send(Burst burst, TransmitList list, Device device, long[] row, int mtu) {
        int from = 0;
        while (from < list.count) {
            int until = carriedUntil(burst, list, from, device.offloads());
            if (until > from) {
                sendRun(burst, list, from, until, device, row);
                from = until;
            } else {
                sendSegmented(burst, list, from, device, row, mtu);
                from++;
            }
        }
    }

    /** End of the run of entries, from {@code from} on, that the device can carry as they are. */
    private static int carriedUntil(Burst burst, TransmitList list, int from, int offloads) {
        int until = from;
        while (until < list.count && (Offload.needs(burst.offload[list.frame[until]]) & ~offloads) == 0) {
            until++;
        }
        return until;
    }

    private void sendRun(Burst burst, TransmitList list, int from, int until, Device device, long[] row) {
        int all = list.count;
        list.count = until;
        int next = from;
        while (next < until) {
            int sent = device.transmit(burst, list, next, scratch);
            long bytes = 0;
            for (int n = next; n < next + sent; n++) {
                bytes += burst.egressLength(list.frame[n], list.tag[n]);
            }
            row[PortCounters.TX_PACKETS] += sent;
            row[PortCounters.TX_BYTES] += bytes;
            next += sent;
            boolean refused = scratch.takeRefused();
            if (next < until) {
                int unsent = refused ? 1 : until - next;
                countUnsent(row, unsent, refused, device);
                next += unsent;
            }
        }
        list.count = all;
    }

    private void sendSegmented(Burst burst, TransmitList list, int at, Device device, long[] row, int mtu) {
        boolean taken = true;
        boolean refused = false;
        segmenter.start(burst, list.frame[at], mtu);
        while (taken && segmenter.next()) {
            TransmitList pieces = segmenter.list(list.tag[at]);
            int sent = device.transmit(segmenter.burst(), pieces, 0, scratch);
            for (int n = 0; n < sent; n++) {
                row[PortCounters.TX_BYTES] += segmenter.burst().egressLength(n, list.tag[at]);
            }
            taken = sent == pieces.count;
            refused = scratch.takeRefused();
        }
        if (taken) {
            row[PortCounters.TX_PACKETS]++;
        } else {
            countUnsent(row, 1, refused, device);
        }
    }

    private void countUnsent(long[] row, int unsent, boolean refused, Device device) {
        row[PortCounters.egressDrop(unsentReason(refused, scratch.refusal(), device).ordinal())] += unsent;
    }

    /**
     * Why a device did not take a frame.
     *
     * @param refusal what the device said when it refused, see {@link Scratch#refusal}
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
