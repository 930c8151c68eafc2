package net.weft.vpn;

import java.util.EnumMap;
import java.util.Map;
import net.weft.vswitch.burst.DropReason;
import net.weft.wireguard.Refusal;
import net.weft.wireguard.RefusalCounts;
import org.jspecify.annotations.Nullable;

/** The datagrams that the protocol refused, as drops of the gateway's port. Control thread. */
final class RefusalDrops {
    private final RefusalCounts counts;
    private final Map<Refusal, Long> taken = new EnumMap<>(Refusal.class);

    RefusalDrops(RefusalCounts counts) {
        this.counts = counts;
    }

    /** Returns the datagrams refused since the last call that count as a reason. */
    long take(DropReason reason) {
        long fresh = 0;
        for (Refusal refusal : Refusal.values()) {
            if (reason(refusal) == reason) {
                long now = counts.count(refusal);
                Long before = taken.put(refusal, now);
                fresh += now - (before == null ? 0 : before);
            }
        }
        return fresh;
    }

    /** The reason that a refusal counts as. Packets that wait for a session are counted where they end. */
    private static @Nullable DropReason reason(Refusal refusal) {
        return switch (refusal) {
            case UNKNOWN_TYPE, WRONG_LENGTH, MALFORMED_PACKET -> DropReason.MALFORMED;
            case WRONG_MAC1, UNKNOWN_INDEX, NOT_AUTHENTIC, LOW_ORDER_KEY, UNKNOWN_PEER, UNEXPECTED_RESPONSE,
                    UNEXPECTED_COOKIE ->
                DropReason.NOT_AUTHENTICATED;
            case UNDER_LOAD, RATE_LIMITED, INITIATION_FLOOD -> DropReason.PUNT_LIMIT;
            case REPLAYED_INITIATION, REPLAYED_PACKET -> DropReason.REPLAYED;
            case EXPIRED_KEYS -> DropReason.EXPIRED;
            case SOURCE_NOT_ALLOWED -> DropReason.WRONG_SOURCE;
            case NO_SESSION, NO_ENDPOINT -> null;
        };
    }
}
