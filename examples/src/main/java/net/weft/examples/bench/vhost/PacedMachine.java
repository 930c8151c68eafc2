package net.weft.examples.bench.vhost;

import net.weft.examples.lab.FrontEndRing;
import net.weft.examples.lab.VhostFrontEnd;
import net.weft.linux.Memory;
import org.HdrHistogram.Histogram;

/**
 * One machine that sends by the clock. Every frame carries the time at which it was due, whether or not the ring then had room
 * for it: what waits because the switch is behind counts as the switch's delay, and a stall is seen by all that it held up.
 */
final class PacedMachine {
    /** Frames taken or sent before the other machine has its turn, as testpmd's bursts. */
    private static final int BURST = 32;
    private static final int STAMP = VhostFrontEnd.HEADER_BYTES + ProbeFrame.STAMP;
    private static final long LONGEST_NS = 10_000_000_000L;

    private final FrontEndRing sending;
    private final FrontEndRing receiving;
    private long firstDueNs;
    private double intervalNs;
    private long sent;
    private long received;

    /** @param frame that it sends, again and again */
    PacedMachine(VhostFrontEnd guest, byte[] frame) {
        sending = guest.sending();
        receiving = guest.receiving();
        for (int position = 0; position < FrontEndRing.SIZE; position++) {
            guest.write(position, frame);
        }
    }

    /** Sends from {@code startNs} on a frame every {@code nanoseconds}; 0 as fast as it can. */
    void schedule(long startNs, double nanoseconds) {
        firstDueNs = startNs;
        intervalNs = nanoseconds;
        sent = 0;
        received = 0;
    }

    long sent() {
        return sent;
    }

    long received() {
        return received;
    }

    /**
     * Sends what is due and finds room.
     *
     * @param most frames
     * @return how long the first of them has been due, ns; -1 when there was nothing to send
     */
    long send(long nowNs, long most) {
        long room = Math.min(Math.min(BURST, most), sending.room());
        int count = 0;
        long lateNs = -1;
        while (count < room) {
            long dueNs = firstDueNs + (long) (sent * intervalNs);
            if (dueNs - nowNs > 0) {
                break;
            }
            lateNs = count == 0 ? nowNs - dueNs : lateNs;
            Memory.putLong(sending.buffer(sending.published() + count) + STAMP, dueNs);
            count++;
            sent++;
        }
        if (count > 0) {
            sending.publish(count);
            sending.kick();
        }
        return lateNs;
    }

    /**
     * Takes what has come, and notes how long ago it was due.
     *
     * @param fromNs what was due earlier is not noted
     * @return frames
     */
    int receive(Histogram latencyNs, long fromNs) {
        int count = Math.min(BURST, receiving.waiting());
        if (count > 0) {
            long nowNs = System.nanoTime();
            for (int n = 0; n < count; n++) {
                long dueNs = Memory.getLong(receiving.buffer(receiving.taken() + n) + STAMP);
                if (dueNs - fromNs >= 0) {
                    latencyNs.recordValue(Math.min(nowNs - dueNs, LONGEST_NS));
                }
            }
            receiving.take(count);
            receiving.publish(count);
            received += count;
        }
        return count;
    }
}
