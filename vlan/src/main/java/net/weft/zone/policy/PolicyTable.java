package net.weft.zone.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.weft.zone.Policy;
import net.weft.zone.PolicyDecision;
import net.weft.zone.PolicyLookup;
import net.weft.zone.Zone;
import net.weft.zone.Zoning;
import org.jspecify.annotations.Nullable;

/**
 * All policies of a {@link Zoning}, compiled. A packet is looked up in the fabric's {@link Classifier} first and then
 * in that of the tenant that owns its VLAN; if no policy matches, {@code intra} decides within a zone, and all other
 * traffic is denied.
 */
public final class PolicyTable implements PolicyLookup {
    private static final int VLANS = 4096;

    private final Ordered fabric;
    private final @Nullable Ordered[] tenantByVlan = new Ordered[VLANS];
    private final boolean[] intraAllowed = new boolean[Zone.MAX_ID + 1];

    private PolicyTable(Zoning zoning) {
        Map<String, List<Policy>> byTenant = new HashMap<>();
        List<Policy> ofFabric = new ArrayList<>();
        for (Policy policy : zoning.policies()) {
            String tenant = policy.tenant();
            (tenant == null ? ofFabric : byTenant.computeIfAbsent(tenant, _ -> new ArrayList<>())).add(policy);
        }
        RowBudget budget = new RowBudget();
        fabric = new Ordered(ofFabric, budget);
        Map<String, Ordered> tenants = new HashMap<>();
        byTenant.forEach((tenant, policies) -> tenants.put(tenant, new Ordered(policies, budget)));
        zoning.tenantByVlan().forEach((vlan, tenant) -> tenantByVlan[vlan] = tenants.get(tenant));
        intraAllowed[Zone.NONE] = true;
        intraAllowed[Zone.LOCAL] = true;
        for (Zone zone : zoning.zones()) {
            intraAllowed[zone.id()] = zone.intraAllowed();
        }
    }

    /**
     * Compiles the policies; takes tens of milliseconds for thousands of policies.
     *
     * @throws OverlapException when the policies overlap too much; {@link Shadowing#find} throws it first
     */
    public static PolicyTable of(Zoning zoning) {
        return new PolicyTable(zoning);
    }

    @Override
    public int decision(int vlan, int from, int to, int etherType, int protocol, int port, long sourceHigh,
            long sourceLow, long destinationHigh, long destinationLow) {
        int place = fabric.classifier.first(from, to, etherType, protocol, port, sourceHigh, sourceLow,
                destinationHigh, destinationLow);
        if (place >= 0) {
            return fabric.decisions[place];
        }
        Ordered tenant = tenantByVlan[vlan];
        if (tenant != null) {
            place = tenant.classifier.first(from, to, etherType, protocol, port, sourceHigh, sourceLow,
                    destinationHigh, destinationLow);
            if (place >= 0) {
                return tenant.decisions[place];
            }
        }
        return PolicyDecision.withoutPolicy(from == to && intraAllowed[from]);
    }

    /** Policies in order of evaluation. */
    private static final class Ordered {
        private final Classifier classifier;
        private final int[] decisions;

        Ordered(List<Policy> policies, RowBudget budget) {
            classifier = new Classifier(policies, budget);
            decisions = policies.stream().mapToInt(PolicyDecision::of).toArray();
        }
    }
}
