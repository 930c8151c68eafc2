package net.weft.vswitch.zoning;

import java.lang.foreign.MemorySegment;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import net.weft.zone.guard.AddressClaims;
import net.weft.zone.guard.GuardQuery;
import net.weft.zone.guard.PortGuard;
import org.jspecify.annotations.Nullable;

/**
 * What guards say of a frame: whether a guarded port calls itself what it may, and whether any port claims an address that another holds. It
 * remembers probes that were refused, which are answered in the owner's name. One per worker; nothing is allocated per frame.
 */
final class AddressFilter {
    private final boolean observing;
    private final GuardQuery query = new GuardQuery();
    private ZoneTable table = ZoneTable.off(0);
    private boolean isProbed;

    AddressFilter(boolean observing) {
        this.observing = observing;
    }

    void adopt(ZoneTable next) {
        table = next;
        query.adopt(next.owners(), !observing);
    }

    /**
     * @param guard of its port, or null
     * @param headers of the frame, which can be read
     * @return {@link ZoneFilter#PASS} or a {@link DropReason}
     */
    int check(Burst burst, int i, long headers, int vlan, @Nullable PortGuard guard, int nowSeconds) {
        query.of(vlan, burst.port[i], nowSeconds, guard == null || guard.isRouter());
        int answer = guard == null ? PortGuard.ALLOW : guarded(guard, burst, i, headers);
        if (answer == PortGuard.ALLOW && table.isWatched(burst.port[i])) {
            answer = claims(burst, i, headers);
        }
        if (query.probedMac() != 0) {
            burst.probedMac[i] = query.probedMac();
            isProbed = true;
        }
        return Reasons.ofGuard(answer);
    }

    private int guarded(PortGuard guard, Burst burst, int i, long headers) {
        MemorySegment heads = burst.heads();
        int answer = guard.check(heads, burst.headOffset(i), burst.headLength[i], headers, query);
        return answer == PortGuard.NEEDS_LONGER_HEAD && extended(burst, i)
                ? guard.check(heads, burst.headOffset(i), burst.headLength[i], headers, query)
                : answer;
    }

    private int claims(Burst burst, int i, long headers) {
        MemorySegment heads = burst.heads();
        int answer = AddressClaims.check(heads, burst.headOffset(i), burst.headLength[i], headers, query);
        return answer == PortGuard.NEEDS_LONGER_HEAD && extended(burst, i)
                ? AddressClaims.check(heads, burst.headOffset(i), burst.headLength[i], headers, query)
                : answer;
    }

    static boolean extended(Burst burst, int i) {
        return burst.extendHead(i, Math.min(burst.length[i], Burst.HEAD_LIMIT));
    }

    /** Whether a probe was refused since this was last asked. */
    boolean takeProbed() {
        boolean was = isProbed;
        isProbed = false;
        return was;
    }
}
