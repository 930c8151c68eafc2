package net.weft.vswitch.observe;

import java.util.concurrent.atomic.AtomicLong;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.TransmitList;
import net.weft.vswitch.burst.Verdict;
import net.weft.vswitch.capture.CaptureRing;
import net.weft.vswitch.forward.PortMonitor;
import org.jspecify.annotations.Nullable;

/**
 * Copies one port's frames with their fate into one worker's ring of a capture, and counts the frames for which the
 * ring has no room. Any thread may read the counters.
 */
final class CaptureTap implements PortMonitor {
    private static final int OUTBOUND = 1 << 16;
    private static final int REASON_SHIFT = 24;

    private final int port;
    private final int index;
    private final CaptureRing ring;
    private final AtomicLong seen = new AtomicLong();
    private final AtomicLong missed = new AtomicLong();

    /** @param index of the port among those captured, below 65536 */
    CaptureTap(int port, int index, CaptureRing ring) {
        this.port = port;
        this.index = index;
        this.ring = ring;
    }

    /** Index of the captured port, from a record's word. */
    static int index(int word) {
        return word & OUTBOUND - 1;
    }

    static boolean isOutbound(int word) {
        return (word & OUTBOUND) != 0;
    }

    /** Drop reason of the frame, from a record's word; null if it was not dropped. */
    static @Nullable DropReason reason(int word) {
        int reason = word >>> REASON_SHIFT;
        return reason == 0 ? null : DropReason.of(reason - 1);
    }

    @Override
    public int port() {
        return port;
    }

    /** Number of frames observed, missed frames included. */
    long seen() {
        return seen.get();
    }

    /** Number of frames that were lost because the ring was full. */
    long missed() {
        return missed.get();
    }

    @Override
    public void received(Burst burst, long nowNs) {
        for (int i = 0; i < burst.count; i++) {
            if (burst.port[i] == port) {
                int verdict = burst.verdict[i];
                int word = Verdict.isDrop(verdict) ? Verdict.reason(verdict) + 1 << REASON_SHIFT : 0;
                copy(burst, i, burst.tag[i], word, nowNs);
            }
        }
    }

    @Override
    public void sent(Burst burst, TransmitList list, int from, int until, long nowNs) {
        for (int n = from; n < until; n++) {
            copy(burst, list.frame[n], list.tag[n], OUTBOUND, nowNs);
        }
    }

    @Override
    public void lost(Burst burst, int i, int tag, DropReason reason, long nowNs) {
        copy(burst, i, tag, OUTBOUND | reason.ordinal() + 1 << REASON_SHIFT, nowNs);
    }

    private void copy(Burst burst, int i, int tag, int word, long nowNs) {
        if (!ring.offer(burst, i, tag, word | index, nowNs)) {
            missed.setOpaque(missed.getPlain() + 1);
        }
        seen.setOpaque(seen.getPlain() + 1);
    }
}
