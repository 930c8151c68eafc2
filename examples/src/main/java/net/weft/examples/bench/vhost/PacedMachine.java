package net.weft.examples.bench.vhost;

import net.weft.examples.lab.FrontEndRing;
import net.weft.examples.lab.VhostFrontEnd;
import net.weft.linux.Memory;
import org.HdrHistogram.Histogram;

/**
 * One machine that sends by the clock. Every frame carries the time at which it was due, whether or not the ring then
 * had room for it: time that a frame waits because the switch is behind counts as the switch's delay, and a stall
 * delays every frame that was due.
 */
final class PacedMachine {
    /** Frames received or sent before the other machine has its turn, as testpmd's bursts. */
    private static final int BURST = 32;
    private static final int STAMP = VhostFrontEnd.HEADER_BYTES + ProbeFrame.STAMP;
    private static final long LONGEST_NS = 10_000_000_000L;

    private final FrontEndRing sending;
    private final FrontEndRing receiving;
    private long firstDueNs;
    private double intervalNs;
    private long sent;
    private long received;

    /** @param frame the frame that it sends, again and again */
    PacedMachine(VhostFrontEnd guest, byte[] frame) {
        sending = guest.sending();
        receiving = guest.receiving();
        for (int position = 0; position < FrontEndRing.SIZE; position++) {
            guest.write(position, frame);
        }
    }

    /** Schedules a frame every {@code nanoseconds} from {@code startNs} on; 0: as fast as it can. */
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
     * Sends the frames that are due and find room.
     *
     * @param most frames at most
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
     * Receives frames, and records how long ago each was due.
     *
     * @param fromNs frames due earlier are not recorded
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
