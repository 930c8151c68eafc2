package net.weft.vswitch.zoning;

import java.lang.foreign.MemorySegment;
import net.weft.packet.NetworkOrder;
import net.weft.vswitch.burst.Burst;
import net.weft.zone.guard.PolicyExempt;
import net.weft.zone.guard.PortGuard;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes frames that are exempt from policies, and overwrites the padding after their message with zeros.
 * Stateless.
 */
final class Exemptions {
    /** The maximum padding of a minimum-size frame in bytes (IEEE 802.3, 3.2.7), including an inline tag. */
    private static final int MAX_PADDING = 46;

    private Exemptions() {
    }

    /**
     * Returns whether a frame is exempt from policies.
     *
     * @param guard guard of the ingress port, or null
     * @param mayAnswer whether a DHCP server may be reachable by the output port
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
