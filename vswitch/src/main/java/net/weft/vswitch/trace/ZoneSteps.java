package net.weft.vswitch.trace;

import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.zoning.ZoneFilter;
import net.weft.vswitch.zoning.ZoneNames;
import net.weft.vswitch.zoning.ZoneTable;
import net.weft.zone.Policy;
import net.weft.zone.PolicyDecision;
import net.weft.zone.Zoning;
import org.jspecify.annotations.Nullable;

/** Puts into words what guards and zones said of the one frame of a traced burst. */
final class ZoneSteps {
    private final boolean asked;
    private final String from;
    private final String to;
    private final String state;
    private final boolean allowed;
    private final @Nullable Policy policy;

    /** @param burst of the one frame, which has been forwarded */
    ZoneSteps(ZoneTable table, ZoneFilter gate, Burst burst) {
        int egress = burst.evaluatedFor[0];
        int ingress = burst.port[0];
        int vlan = burst.vid[0];
        Zoning zoning = table.policies.zoning();
        asked = table.isActive() && egress >= 0;
        from = asked ? "zone " + ZoneNames.zone(zoning, table.zone(ingress, vlan)) : "";
        to = asked ? "zone " + ZoneNames.zone(zoning, table.zone(egress, vlan)) : "";
        state = asked ? gate.state() : "";
        allowed = asked && PolicyDecision.isAllowed(gate.decision());
        policy = asked ? ZoneNames.policy(zoning, gate.decision()).orElse(null) : null;
    }

    /** Whether a port's zone and another's were held against each other. */
    boolean isAsked() {
        return asked;
    }

    /** Which decided. */
    @Nullable
    Policy policy() {
        return policy;
    }

    String evaluated() {
        String who = policy != null
                ? "policy " + ZoneNames.policy(policy)
                        + (allowed ? " allows it" : " does not let it pass")
                : allowed ? "allowed without a policy" : "no policy lets it pass";
        return "from " + from + " to " + to + ": " + state + ", " + who;
    }

    /** @param refusal a guard's reason, null where it had none */
    static String guard(@Nullable DropReason refusal) {
        return switch (refusal) {
            case null -> "it claims the port's own addresses only";
            case GUARD_MAC -> "its source is not among the port's MAC addresses, or another port holds it";
            case GUARD_IP -> "it claims an address that is not among the port's, or that another port has declared";
            case GUARD_DHCP -> "it is from a DHCP server, and the port is guarded";
            case GUARD_RA -> "it is from a router, and the port is guarded";
            case GUARD_QUERIER -> "it is from a querier, and the port is guarded";
            default -> refusal.meaning();
        };
    }
}
