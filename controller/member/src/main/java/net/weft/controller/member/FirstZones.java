package net.weft.controller.member;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.weft.controller.model.PortConfig;
import net.weft.controller.model.Zonings;
import net.weft.controller.model.revision.Revision;
import net.weft.zone.Action;
import net.weft.zone.Policy;
import net.weft.zone.Zone;
import net.weft.zone.Zoning;

/**
 * Foresees what a switch without zones will judge once it has its first one. Until then it tracks no connections, so
 * that only the ports are known behind which stations are: the sentences name those in one VLAN whose zones may not
 * exchange everything.
 */
public final class FirstZones {
    /** The maximum number of sentences. */
    private static final int MOST = 20;
    private static final int PORTS_NAMED = 3;

    private record Place(int port, int vlan) {
    }

    private final Zoning zoning;
    private final ZoneDirectory directory;
    /** The ports with stations, by VLAN and zone. */
    private final Map<Integer, Map<Integer, Set<String>>> ports = new TreeMap<>();

    private FirstZones(Revision next, MemberAgent agent, Zonings zonings) {
        zoning = zonings.zoning();
        directory = new ZoneDirectory(zoning);
        Set<Place> inUse = new HashSet<>();
        agent.vswitch().macs().forEach(agent.vswitch().nowSeconds(),
                (vid, _, index, _) -> inUse.add(new Place(agent.vswitch().portNumber(index), vid)));
        for (PortConfig port : next.config().allPorts().toList()) {
            if (next.config().isAt(port, agent.member()) && port.enabled()) {
                int number = next.portNumbers().of(port.name());
                next.config().vlans(port).vids().filter(vid -> inUse.contains(new Place(number, vid)))
                        .forEach(vid -> ports.computeIfAbsent(vid, _ -> new TreeMap<>())
                                .computeIfAbsent(zonings.zones(port).zone(vid), _ -> new TreeSet<>())
                                .add(port.name()));
            }
        }
    }

    /**
     * Returns a sentence for each pair of zones of a VLAN between which frames have passed unjudged and will not all
     * pass; none if the switch has zones already, or will have none.
     */
    public static List<String> newlyJudged(Revision next, MemberAgent agent) {
        Zonings zonings = next.zoneNumbers().zonings(next.config());
        return agent.vswitch().zones().isActive() || !zonings.zoning().isActive()
                ? List.of()
                : new FirstZones(next, agent, zonings).sentences();
    }

    private List<String> sentences() {
        List<String> all = new ArrayList<>();
        ports.forEach((vlan, byZone) -> byZone.forEach((from, senders) -> byZone.forEach((to, receivers) -> {
            if (!from.equals(to) || senders.size() > 1) {
                permitted(vlan, from, to).ifPresent(what -> all.add("VLAN " + vlan + ", from " + words(from, senders)
                        + " to " + words(to, receivers) + ": " + what));
            }
        })));
        if (all.size() > MOST) {
            int more = all.size() - MOST;
            all.subList(MOST, all.size()).clear();
            all.add("and " + more + " more");
        }
        return all;
    }

    /** Returns what policies permit from one zone to another; empty if that is everything. */
    private Optional<String> permitted(int vlan, int from, int to) {
        String tenant = zoning.tenantByVlan().get(vlan);
        List<Policy> asked = zoning.policies().stream()
                .filter(policy -> (policy.tenant() == null || policy.tenant().equals(tenant))
                        && (policy.from().isEmpty() || policy.from().contains(from))
                        && (policy.to().isEmpty() || policy.to().contains(to)))
                .toList();
        String names = asked.stream().map(policy -> directory.policy(policy.id())).collect(Collectors.joining(", "));
        if (isAllowedWithin(from, to)) {
            return asked.stream().allMatch(policy -> policy.action() == Action.ALLOW)
                    ? Optional.empty()
                    : Optional.of("all but what is refused by " + names);
        }
        return Optional.of(asked.stream().anyMatch(policy -> policy.action() == Action.ALLOW)
                ? "only what is allowed by " + names
                : "no policy allows anything");
    }

    private boolean isAllowedWithin(int from, int to) {
        return from == to && (from == Zone.NONE || from == Zone.LOCAL
                || zoning.zones().stream().anyMatch(zone -> zone.id() == from && zone.intraAllowed()));
    }

    private String words(int zone, Set<String> names) {
        String named = names.stream().limit(PORTS_NAMED).collect(Collectors.joining(", "));
        int more = names.size() - PORTS_NAMED;
        return named + (more > 0 ? " and " + more + " more" : "") + " (zone " + directory.zone(zone) + ")";
    }
}
