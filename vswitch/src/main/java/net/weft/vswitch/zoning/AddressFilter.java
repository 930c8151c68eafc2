package net.weft.vswitch.zoning;

import java.lang.foreign.MemorySegment;
import net.weft.packet.EtherType;
import net.weft.packet.HeaderParser;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import net.weft.zone.guard.AddressClaims;
import net.weft.zone.guard.GuardQuery;
import net.weft.zone.guard.PortGuard;
import net.weft.zone.guard.Snap;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates a frame by guards: whether a guarded port may use its source addresses, and whether any port claims an
 * address that another holds. It records rejected probes, which are answered on behalf of the owner. One per worker;
 * nothing is allocated per frame.
 */
final class AddressFilter {
    private static final long UNREADABLE = HeaderParser.IS_TOO_LONG | HeaderParser.IS_MALFORMED;
    private static final long NS_A_SECOND = 1_000_000_000L;

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
     * Checks a frame.
     *
     * @param headers parsed headers of the frame
     * @return {@link ZoneFilter#PASS} or the ordinal of a {@link DropReason}
     */
    int admit(Burst burst, int i, long headers, int vlan, long nowNs) {
        if ((headers & UNREADABLE) != 0) {
            return HeaderParser.isMalformed(headers) ? Reasons.MALFORMED : Reasons.TOO_LONG;
        }
        if (HeaderParser.etherType(headers) < EtherType.MIN
                && Snap.hidesPacket(burst.heads(), burst.headOffset(i), burst.headLength[i], burst.length[i],
                        headers)) {
            return Reasons.MALFORMED;
        }
        PortGuard guard = table.guard(burst.port[i]);
        if (HeaderParser.etherType(headers) == EtherType.IPV4) { // owners of addresses are asked about ARP and IPv6 only
            return guard == null ? ZoneFilter.PASS : Reasons.ofGuard(guarded(guard, burst, i, headers));
        }
        if (guard == null && !table.isWatched(burst.port[i])) {
            return ZoneFilter.PASS;
        }
        return guard != null && EtherType.isVlan(HeaderParser.etherType(headers))
                ? Reasons.TOO_LONG
                : check(burst, i, headers, vlan, guard, (int) (nowNs / NS_A_SECOND));
    }

    private int check(Burst burst, int i, long headers, int vlan, @Nullable PortGuard guard, int nowSeconds) {
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

    /** Returns whether a probe was rejected since the last call. */
    boolean takeProbed() {
        boolean was = isProbed;
        isProbed = false;
        return was;
    }
}
