package net.weft.vswitch.zoning;

import java.lang.foreign.MemorySegment;
import net.weft.vswitch.burst.Burst;
import net.weft.zone.reject.ProbeAnswer;
import net.weft.zone.reject.RejectReply;

/** Builds replies to the senders of rejected frames and probes. Stateless. */
public final class RejectionFrames {
    private RejectionFrames() {
    }

    /**
     * Builds the reply to the sender of a rejected frame or probe.
     *
     * @param to receives the reply, {@link RejectReply#MAX_LENGTH} bytes from {@code at}
     * @return the length of the reply, 0 when none must be sent
     */
    public static int build(Burst burst, int i, MemorySegment to, long at) {
        MemorySegment heads = burst.heads();
        long frame = burst.headOffset(i);
        return burst.probedMac[i] != 0
                ? ProbeAnswer.build(heads, frame, burst.parsed[i], burst.probedMac[i], to, at)
                : RejectReply.build(heads, frame, burst.headLength[i], burst.parsed[i], to, at);
    }
}
