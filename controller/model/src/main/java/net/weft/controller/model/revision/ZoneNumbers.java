package net.weft.controller.model.revision;

import java.util.Map;

import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.PolicyConfig;
import net.weft.controller.model.ScopedName;
import net.weft.controller.model.ZoneConfig;
import net.weft.controller.model.Zonings;
import net.weft.zone.Policy;
import net.weft.zone.Zone;

/**
 * The numbers of zones and policies. They are assigned when a name first appears and kept whatever the order of the
 * file, because connections that survive a restart of the switch refer to zones and policies by number. As with {@link
 * PortNumbers}, a removed name keeps its number while others are free.
 *
 * @param zones numbers {@code 2..}{@link Zone#MAX_ID} by {@link ScopedName} as text
 * @param policies numbers {@code 0..}{@link Policy#MAX_ID} by {@link ScopedName} as text
 */
public record ZoneNumbers(Map<String, Integer> zones, Map<String, Integer> policies) {
    public static final ZoneNumbers NONE = new ZoneNumbers(Map.of(), Map.of());

    public ZoneNumbers {
        zones = Map.copyOf(zones);
        policies = Map.copyOf(policies);
    }

    /**
     * Returns the numbers with one assigned to every zone and policy of the configuration; new numbers ascend in its
     * order.
     */
    public ZoneNumbers assign(FabricConfig config) {
        return new ZoneNumbers(
                Numbering.assign(zones, config.allZones().map(ZoneConfig::name).map(ScopedName::toString).toList(),
                        Zone.LOCAL + 1, Zone.MAX_ID, "zones"),
                Numbering.assign(policies,
                        config.allPolicies().map(PolicyConfig::name).map(ScopedName::toString).toList(), 0,
                        Policy.MAX_ID, "policies"));
    }

    /** Returns the number of a zone; {@link Zone#NONE} if the name has none. */
    public int zone(ScopedName name) {
        return zones.getOrDefault(name.toString(), Zone.NONE);
    }

    /** Returns the number of a policy; 0 if the name has none. */
    public int policy(ScopedName name) {
        return policies.getOrDefault(name.toString(), 0);
    }

    /** Returns the numbered zones and policies of a configuration to which these numbers were assigned. */
    public Zonings zonings(FabricConfig config) {
        return new Zonings(config, this::zone, this::policy);
    }
}
