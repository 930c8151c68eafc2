package net.weft.vswitch.zoning;

import java.util.Optional;
import java.util.function.IntFunction;
import net.weft.vswitch.burst.DropReason;
import net.weft.zone.Policy;
import net.weft.zone.PolicyDecision;
import net.weft.zone.Zone;
import net.weft.zone.Zoning;

/** The names of zones and policies for users. */
public final class ZoneNames {
    private ZoneNames() {
    }

    /** Returns the name of a zone, for example {@code dmz}, {@code acme/batch}, {@code none}. */
    public static String zone(Zoning zoning, int id) {
        return switch (id) {
            case Zone.NONE -> "none";
            case Zone.LOCAL -> "local";
            default -> zoning.zones().stream().filter(zone -> zone.id() == id)
                    .map(zone -> zone.tenant() == null ? zone.name() : zone.tenant() + "/" + zone.name()).findFirst()
                    .orElse(Integer.toString(id));
        };
    }

    /** Returns the policy of a {@link PolicyDecision}. */
    public static Optional<Policy> policy(Zoning zoning, int decision) {
        int id = PolicyDecision.policy(decision);
        return zoning.policies().stream().filter(policy -> policy.id() == id).findFirst();
    }

    /** Returns the name of a policy, for example {@code web-to-db}, {@code acme/nightly}. */
    public static String policy(Policy policy) {
        return policy.tenant() == null ? policy.name() : policy.tenant() + "/" + policy.name();
    }

    static String sentence(Zoning zoning, LoggedPacket packet, IntFunction<String> ports) {
        return "policy " + policy(zoning, packet.decision()).map(ZoneNames::policy).orElse("that is gone") + ": "
                + packet.what()
                + (packet.reason() == ZoneFilter.PASS ? " allowed" : " " + DropReason.of(packet.reason()).label())
                + ", VLAN " + packet.vlan() + ", from " + zone(zoning, packet.from()) + " ("
                + ports.apply(packet.ingress()) + ") to " + zone(zoning, packet.to()) + " ("
                + ports.apply(packet.egress()) + ")";
    }
}
