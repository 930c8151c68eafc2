package net.weft.vswitch.zoning;

import java.lang.foreign.MemorySegment;
import net.weft.packet.NetworkOrder;
import net.weft.vswitch.burst.Burst;
import net.weft.zone.guard.PolicyExempt;
import net.weft.zone.guard.PortGuard;
import org.jspecify.annotations.Nullable;

/** Which frames no policy judges; what is behind their message leaves as zeros. Stateless. */
final class Exemptions {
    /** Padding that a frame of the smallest size can have (IEEE 802.3, 3.2.7), a tag in the frame included. */
    private static final int MAX_PADDING = 46;

    private Exemptions() {
    }

    /**
     * Whether a frame passes without being judged.
     *
     * @param guard of the port it came in by, or null
     * @param mayAnswer whether there may be a DHCP server behind the port it leaves by
     */
    static boolean holds(Burst burst, int i, long headers, @Nullable PortGuard guard, boolean mayAnswer) {
        MemorySegment heads = burst.heads();
        long frame = burst.headOffset(i);
        int kind = PolicyExempt.kind(heads, frame, burst.headLength[i], headers, guard);
        if (kind == PolicyExempt.NEEDS_LONGER_HEAD && AddressFilter.extended(burst, i)) {
            kind = PolicyExempt.kind(heads, frame, burst.headLength[i], headers, guard);
        }
        boolean isExempt = kind == PolicyExempt.EXEMPT || kind == PolicyExempt.FOR_SERVERS && mayAnswer;
        return isExempt && isCleared(burst, i, PolicyExempt.end(heads, frame, headers));
    }

    private static boolean isCleared(Burst burst, int i, int end) {
        int length = burst.length[i];
        if (length == end) {
            return true;
        }
        if (length - end > MAX_PADDING || !burst.extendHead(i, length)) {
            return false;
        }
        MemorySegment heads = burst.heads();
        long frame = burst.headOffset(i);
        for (int at = end; at < length; at++) {
            NetworkOrder.putU8(heads, frame + at, 0);
        }
        return true;
    }
}
