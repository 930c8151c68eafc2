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
 * The numbers of zones and policies, given when a name first appears and kept, whatever order a file has: connections that
 * outlive the switch name theirs by them. As with {@link PortNumbers}, a removed name keeps its number while others are free.
 *
 * @param zones by {@link ScopedName} as text, {@code 2..}{@link Zone#MAX_ID}
 * @param policies the same, {@code 0..}{@link Policy#MAX_ID}
 */
public record ZoneNumbers(Map<String, Integer> zones, Map<String, Integer> policies) {
    public static final ZoneNumbers NONE = new ZoneNumbers(Map.of(), Map.of());

    public ZoneNumbers {
        zones = Map.copyOf(zones);
        policies = Map.copyOf(policies);
    }

    /** With numbers for every zone and policy of the configuration; new ones ascend in its order. */
    public ZoneNumbers assign(FabricConfig config) {
        return new ZoneNumbers(
                Numbering.assign(zones, config.allZones().map(ZoneConfig::name).map(ScopedName::toString).toList(),
                        Zone.LOCAL + 1, Zone.MAX_ID, "zones"),
                Numbering.assign(policies,
                        config.allPolicies().map(PolicyConfig::name).map(ScopedName::toString).toList(), 0,
                        Policy.MAX_ID, "policies"));
    }

    /** Number of a zone; {@link Zone#NONE} if none was given to that name. */
    public int zone(ScopedName name) {
        return zones.getOrDefault(name.toString(), Zone.NONE);
    }

    /** Number of a policy; 0 if none was given to that name. */
    public int policy(ScopedName name) {
        return policies.getOrDefault(name.toString(), 0);
    }

    /** The zones and policies of a configuration that these numbers were assigned for. */
    public Zonings zonings(FabricConfig config) {
        return new Zonings(config, this::zone, this::policy);
    }
}
