package net.weft.vswitch.zoning;

import net.weft.vswitch.burst.DropReason;
import net.weft.zone.ZoneVerdict;
import net.weft.zone.guard.PortGuard;

/** Maps the results of guards and trackers to the ordinal of a {@link DropReason}, or to {@link ZoneFilter#PASS}. */
final class Reasons {
    static final int MALFORMED = DropReason.MALFORMED.ordinal();
    static final int TOO_LONG = DropReason.HEADER_TOO_LONG.ordinal();

    private static final int[] GUARD = new int[PortGuard.ANSWERS];
    private static final int[] VERDICT = new int[7];

    static {
        GUARD[PortGuard.ALLOW] = ZoneFilter.PASS;
        GUARD[PortGuard.MAC] = DropReason.GUARD_MAC.ordinal();
        GUARD[PortGuard.IP] = DropReason.GUARD_IP.ordinal();
        GUARD[PortGuard.DHCP] = DropReason.GUARD_DHCP.ordinal();
        GUARD[PortGuard.RA] = DropReason.GUARD_RA.ordinal();
        GUARD[PortGuard.UNREADABLE] = MALFORMED;
        GUARD[PortGuard.NEEDS_LONGER_HEAD] = TOO_LONG;
        GUARD[PortGuard.QUERIER] = DropReason.GUARD_QUERIER.ordinal();
        VERDICT[ZoneVerdict.ALLOW] = ZoneFilter.PASS;
        VERDICT[ZoneVerdict.ZONE_DENIED] = DropReason.ZONE_DENIED.ordinal();
        VERDICT[ZoneVerdict.POLICY_DROP] = DropReason.POLICY_DROP.ordinal();
        VERDICT[ZoneVerdict.POLICY_REJECT] = DropReason.POLICY_REJECT.ordinal();
        VERDICT[ZoneVerdict.INVALID_STATE] = DropReason.INVALID_STATE.ordinal();
        VERDICT[ZoneVerdict.FRAGMENT] = DropReason.FRAGMENT.ordinal();
        VERDICT[ZoneVerdict.CONNECTION_LIMIT] = DropReason.CONNECTION_LIMIT.ordinal();
    }

    private Reasons() {
    }

    /** @param answer result of {@link PortGuard#check} */
    static int ofGuard(int answer) {
        return GUARD[answer];
    }

    /** @param verdict a {@link ZoneVerdict} */
    static int ofVerdict(int verdict) {
        return VERDICT[verdict];
    }
}
