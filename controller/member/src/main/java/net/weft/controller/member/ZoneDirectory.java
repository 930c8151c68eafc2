package net.weft.controller.member;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.weft.controller.model.ScopedName;
import net.weft.controller.model.ZoneConfig;
import net.weft.zone.Policy;
import net.weft.zone.PolicyDecision;
import net.weft.zone.PortZones;
import net.weft.zone.Zone;
import net.weft.zone.Zoning;

/** Maps numbers of zones and policies to their names and back. */
final class ZoneDirectory {
    private final Map<Integer, String> zones = new HashMap<>();
    private final Map<String, Integer> zoneNumbers = new HashMap<>();
    private final Map<Integer, String> policies = new HashMap<>();
    private final Map<String, Integer> policyNumbers = new HashMap<>();

    ZoneDirectory(Zoning zoning) {
        add(Zone.NONE, ZoneConfig.NONE);
        add(Zone.LOCAL, ZoneConfig.LOCAL);
        zoning.zones().forEach(zone -> add(zone.id(), name(zone)));
        zoning.policies().forEach(policy -> {
            policies.put(policy.id(), name(policy));
            policyNumbers.put(name(policy), policy.id());
        });
    }

    private void add(int number, String name) {
        zones.put(number, name);
        zoneNumbers.put(name, number);
    }

    /** Returns the name of a zone, such as {@code dmz} or {@code acme/batch}. */
    static String name(Zone zone) {
        return new ScopedName(Optional.ofNullable(zone.tenant()), zone.name()).toString();
    }

    /** Returns the name of a policy, such as {@code web-to-db} or {@code acme/nightly}. */
    static String name(Policy policy) {
        return new ScopedName(Optional.ofNullable(policy.tenant()), policy.name()).toString();
    }

    /** Returns the name of a zone; the number itself if the zone was removed. */
    String zone(int number) {
        return zones.getOrDefault(number, Integer.toString(number));
    }

    /** Returns the name of a policy; empty for none, and the number itself if the policy was removed. */
    String policy(int number) {
        return number == PolicyDecision.NO_POLICY ? "" : policies.getOrDefault(number, Integer.toString(number));
    }

    /**
     * Returns the number of a zone.
     *
     * @throws IllegalArgumentException if there is no zone of that name
     */
    int zoneNumber(String name) {
        return number(zoneNumbers, name, "zone");
    }

    /**
     * Returns the number of a policy.
     *
     * @throws IllegalArgumentException if there is no policy of that name
     */
    int policyNumber(String name) {
        return number(policyNumbers, name, "policy");
    }

    private static int number(Map<String, Integer> numbers, String name, String what) {
        Integer number = numbers.get(name);
        if (number == null) {
            List<String> others = numbers.keySet().stream().filter(other -> other.endsWith("/" + name)).sorted()
                    .limit(3)
                    .toList();
            throw new IllegalArgumentException("there is no " + what + " " + name
                    + (others.isEmpty() ? "" : "; there is " + String.join(", ", others)));
        }
        return number;
    }

    /**
     * Returns the names of the zones of a port, each once.
     *
     * @param vlans number of VLANs of the port
     */
    Stream<String> zones(PortZones zones, int vlans) {
        Stream<Integer> other = zones.byVlan().size() < Math.max(vlans, 1) ? Stream.of(zones.zone()) : Stream.empty();
        return Stream.concat(zones.byVlan().values().stream(), other).distinct().sorted()
                .map(this::zone);
    }
}
