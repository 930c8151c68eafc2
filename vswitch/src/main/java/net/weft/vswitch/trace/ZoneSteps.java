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

/** Describes how guards and zones evaluated the one frame of a traced burst. */
final class ZoneSteps {
    private final boolean evaluated;
    private final String from;
    private final String to;
    private final String state;
    private final boolean allowed;
    private final @Nullable Policy policy;

    /** @param burst the burst with the one traced frame, after forwarding */
    ZoneSteps(ZoneTable table, ZoneFilter gate, Burst burst) {
        int egress = burst.evaluatedFor[0];
        int ingress = burst.port[0];
        int vlan = burst.vid[0];
        Zoning zoning = table.policies.zoning();
        evaluated = table.isActive() && egress >= 0;
        from = evaluated ? "zone " + ZoneNames.zone(zoning, table.zone(ingress, vlan)) : "";
        to = evaluated ? "zone " + ZoneNames.zone(zoning, table.zone(egress, vlan)) : "";
        state = evaluated ? gate.state() : "";
        allowed = evaluated && PolicyDecision.isAllowed(gate.decision());
        policy = evaluated ? ZoneNames.policy(zoning, gate.decision()).orElse(null) : null;
    }

    /** Returns whether the frame was evaluated against a pair of zones. */
    boolean isEvaluated() {
        return evaluated;
    }

    /** Returns the policy that decided, or null. */
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

    /** Describes the result of a guard. @param refusal the guard's drop reason, null if it passed the frame */
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
