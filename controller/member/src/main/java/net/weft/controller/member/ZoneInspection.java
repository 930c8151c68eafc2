package net.weft.controller.member;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import net.weft.controller.model.ZoneConfig;
import net.weft.controller.model.yaml.value.MatchText;
import net.weft.v1.ListPoliciesResponse;
import net.weft.v1.Policy;
import net.weft.v1.Zone;
import net.weft.v1.ZonePair;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.port.PortStatus;
import net.weft.vswitch.zoning.PolicyCounters;
import net.weft.zone.Match;
import net.weft.zone.PolicyDecision;
import net.weft.zone.PortZones;
import net.weft.zone.Zoning;
import org.jspecify.annotations.Nullable;

/** Reads zones and policies, their configuration and their counters, for the API. Any thread. */
final class ZoneInspection {
    /** Most zones of a matrix; a larger one would be unreadable. */
    static final int MAX_MATRIX = 256;
    private static final Set<DropReason> ZONE_DROPS = Set.of(DropReason.ZONE_DENIED, DropReason.POLICY_DROP,
            DropReason.POLICY_REJECT, DropReason.INVALID_STATE, DropReason.FRAGMENT, DropReason.CONNECTION_LIMIT);

    private final MemberAgent agent;
    private final InstantSource clock;

    ZoneInspection(MemberAgent agent, InstantSource clock) {
        this.agent = agent;
        this.clock = clock;
    }

    List<Zone> zones() {
        Zoning zoning = agent.desired().zoning();
        List<PortStatus> ports = agent.vswitch().ports();
        return all(zoning).map(zone -> {
            List<PortStatus> in = ports.stream().filter(port -> isIn(port, zone.id())).toList();
            return Zone.newBuilder().setName(zone.name()).setTenant(zone.tenant() == null ? "" : zone.tenant())
                    .setNumber(zone.id()).setIntra(zone.intraAllowed() ? "allow" : "deny")
                    .addAllPorts(in.stream().map(port -> port.spec().name()).toList())
                    .setPolicies((int) zoning.policies().stream().filter(policy -> names(policy, zone)).count())
                    .setDropped(in.stream().mapToLong(ZoneInspection::dropped).sum()).build();
        }).toList();
    }

    /** Returns all zones, {@code none} and {@code local} first; no zones if zoning is off. */
    private static Stream<net.weft.zone.Zone> all(Zoning zoning) {
        return zoning.isActive()
                ? Stream.concat(
                        Stream.of(new net.weft.zone.Zone(net.weft.zone.Zone.NONE, null, ZoneConfig.NONE, true),
                                new net.weft.zone.Zone(net.weft.zone.Zone.LOCAL, null, ZoneConfig.LOCAL, true)),
                        zoning.zones().stream())
                : Stream.empty();
    }

    private static boolean isIn(PortStatus port, int zone) {
        PortZones zones = port.spec().zones();
        return zones.byVlan().containsValue(zone)
                || zones.zone() == zone && zones.byVlan().size() < port.spec().membership().members().size();
    }

    private static boolean names(net.weft.zone.Policy policy, net.weft.zone.Zone zone) {
        return appliesTo(policy, zone)
                && (policy.from().isEmpty() || policy.to().isEmpty() || policy.from().contains(zone.id())
                        || policy.to().contains(zone.id()));
    }

    /** Returns whether the policy is evaluated between ports of the zone at all. */
    private static boolean appliesTo(net.weft.zone.Policy policy, net.weft.zone.Zone zone) {
        return policy.tenant() == null || zone.tenant() == null || policy.tenant().equals(zone.tenant());
    }

    private static long dropped(PortStatus port) {
        return ZONE_DROPS.stream()
                .mapToLong(reason -> port.counters().ingressDrops(reason) + port.counters().egressDrops(reason)).sum();
    }

    /**
     * Returns the matrix of zones.
     *
     * @param tenant only this tenant's zones and the fabric's; empty: all zones
     * @throws IllegalArgumentException if there is no such tenant, or there are too many zones
     */
    List<ZonePair> pairs(String tenant) {
        MemberAgent.Desired desired = agent.desired();
        if (!tenant.isEmpty() && !desired.config().tenants().containsKey(tenant)) {
            throw new IllegalArgumentException("there is no tenant " + tenant);
        }
        List<net.weft.zone.Zone> zones = all(desired.zoning())
                .filter(zone -> tenant.isEmpty() || zone.tenant() == null || zone.tenant().equals(tenant)).toList();
        if (zones.size() > MAX_MATRIX) {
            throw new IllegalArgumentException(zones.size() + " zones are too many for a matrix (" + MAX_MATRIX
                    + "); ask for those of one tenant");
        }
        List<ZonePair> pairs = new ArrayList<>();
        for (net.weft.zone.Zone from : zones) {
            for (net.weft.zone.Zone to : zones) {
                pairs.add(pair(from, to, tenant, desired.zoning()));
            }
        }
        return pairs;
    }

    private static ZonePair pair(net.weft.zone.Zone from, net.weft.zone.Zone to, String tenant, Zoning zoning) {
        ZonePair.Builder pair = ZonePair.newBuilder().setFrom(ZoneDirectory.name(from)).setTo(ZoneDirectory.name(to));
        if (from.tenant() != null && to.tenant() != null && !from.tenant().equals(to.tenant())) {
            return pair.setOtherwise("apart").build();
        }
        @Nullable
        String between = !tenant.isEmpty() ? tenant : from.tenant() != null ? from.tenant() : to.tenant();
        for (net.weft.zone.Policy policy : zoning.policies()) {
            boolean applies = policy.tenant() == null || policy.tenant().equals(between);
            if (applies && isAmong(policy.from(), from) && isAmong(policy.to(), to)) {
                if (matchesEverything(policy)) {
                    return pair.setDecidedBy(ZoneDirectory.name(policy)).setOtherwise(word(policy.action())).build();
                }
                pair.addPolicies(ZoneDirectory.name(policy));
            }
        }
        boolean allowed = from.id() == to.id() && from.intraAllowed();
        return pair.setOtherwise(allowed ? "allow" : "deny").build();
    }

    private static boolean isAmong(Set<Integer> zones, net.weft.zone.Zone zone) {
        return zones.isEmpty() || zones.contains(zone.id());
    }

    private static boolean matchesEverything(net.weft.zone.Policy policy) {
        return policy.matches().contains(Match.ANY) && policy.sources().isEmpty() && policy.destinations().isEmpty();
    }

    ListPoliciesResponse policies() {
        Zoning zoning = agent.desired().zoning();
        ZoneDirectory directory = new ZoneDirectory(zoning);
        ListPoliciesResponse.Builder rows = ListPoliciesResponse.newBuilder();
        zoning.policies().forEach(policy -> rows.addPolicies(counted(policy(policy, directory), policy.id())));
        return rows.setUnmatched(counted(Policy.newBuilder(), PolicyDecision.NO_POLICY)).build();
    }

    private static Policy.Builder policy(net.weft.zone.Policy policy, ZoneDirectory directory) {
        Policy.Builder row = Policy.newBuilder().setName(policy.name())
                .setTenant(policy.tenant() == null ? "" : policy.tenant()).setNumber(policy.id())
                .addAllFrom(zones(policy.from(), directory)).addAllTo(zones(policy.to(), directory))
                .addAllMatch(policy.matches().stream().map(MatchText::text).toList()).setAction(word(policy.action()))
                .addAllSource(policy.sources().stream().map(Object::toString).toList())
                .addAllDestination(policy.destinations().stream().map(Object::toString).toList());
        if (policy.log()) {
            row.addFlags("log");
        }
        if (policy.keepEstablished()) {
            row.addFlags("keep-established");
        }
        if (policy.midstream()) {
            row.addFlags("midstream");
        }
        if (policy.stateless()) {
            row.addFlags("stateless");
        }
        if (policy.multicastReplies()) {
            row.addFlags("multicast-replies");
        }
        return row;
    }

    private static List<String> zones(Set<Integer> zones, ZoneDirectory directory) {
        return zones.isEmpty() ? List.of(ZoneConfig.ANY) : zones.stream().sorted().map(directory::zone).toList();
    }

    private Policy counted(Policy.Builder row, int number) {
        PolicyCounters.Count count = agent.vswitch().zones().counted(number);
        row.setPackets(count.packets()).setBytes(count.bytes()).setConnections(count.connections());
        if (count.lastHitNs() != 0) {
            Instant hit = clock.instant().minusNanos(Math.max(0, System.nanoTime() - count.lastHitNs()));
            row.setLastHit(hit.truncatedTo(ChronoUnit.MILLIS).toString());
        }
        return row.build();
    }

    private static String word(net.weft.zone.Action action) {
        return action.name().toLowerCase(Locale.ROOT);
    }
}
