package net.weft.vswitch.snooping;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.weft.vswitch.snooping.GroupTable.Ports;
import org.jspecify.annotations.Nullable;

/**
 * Which ports of which VLAN want which group (RFC 4541). Stations report to queriers; the switch listens.
 * <p>
 * A VLAN counts as snooped while a querier is heard in it (this switch's own counts too), and only from a whole response time after the
 * first query on, when every station has answered. Before, and when the querier has fallen silent, multicast is flooded. A
 * group's frames go to the ports that have joined it and to those that queriers and multicast routers are behind. A querier without
 * address counts as one too: behind it may be another switch that learns by its own queries only. Groups that are never asked for, the
 * link-local ones, are none of this class's business: the worker floods them.
 * <p>
 * No port can say anything of another: what one reports, leaves or asks never ends sooner than RFC 3376 allows what others have.
 * <p>
 * Pure: one thread, and the clock is the caller's.
 */
public final class Snooping {
    /** Groups remembered for one port; what it joins beyond these it does not get. */
    public static final int GROUPS_OF_PORT = 512;

    private record Key(int vid, boolean ipv6) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            return vid != other.vid ? Integer.compare(vid, other.vid) : Boolean.compare(ipv6, other.ipv6);
        }
    }

    private final long station;
    private final byte[] address;
    private final Map<Key, Domain> domains = new TreeMap<>();
    private final Map<Integer, Integer> groupsOfPort = new HashMap<>();
    private final Domain.Share share = new Domain.Share() {
        @Override
        public boolean take(int port) {
            if (groupsOfPort.getOrDefault(port, 0) >= GROUPS_OF_PORT) {
                return false;
            }
            groupsOfPort.merge(port, 1, Integer::sum);
            return true;
        }

        @Override
        public void give(int port) {
            groupsOfPort.merge(port, -1, (count, less) -> count + less > 0 ? count + less : null);
        }
    };
    private Set<Integer> own = Set.of();

    /** @param mac that this switch's own queries come from, 6 bytes */
    public Snooping(byte[] mac) {
        long number = 0;
        for (byte octet : mac) {
            number = number << 8 | octet & 0xFF;
        }
        station = number;
        address = QueryFrame.linkLocal(mac);
    }

    /** The VLANs in which this switch itself asks. */
    public void ownQueriers(Set<Integer> vids) {
        own = Set.copyOf(vids);
    }

    /** Whether another querier is heard that goes before this switch's own. */
    public boolean defers(int vid, boolean ipv6, long nowNs) {
        Domain domain = domains.get(new Key(vid, ipv6));
        return domain != null && domain.defers(nowNs);
    }

    /** This switch asks all stations of a VLAN itself. */
    public void asked(int vid, boolean ipv6, long maxResponseNs, long intervalNs, long nowNs) {
        domain(vid, ipv6).asked(maxResponseNs, 2 * intervalNs + maxResponseNs, nowNs);
    }

    /**
     * A message came in by a port.
     *
     * @return whether {@link #table} may be another now
     */
    public boolean take(int vid, int port, GroupMessage message, long nowNs) {
        Domain domain = domain(vid, message.ipv6());
        return switch (message) {
            case GroupMessage.Query query -> domain.query(port, query, outranks(query), nowNs);
            case GroupMessage.Router router -> domain.router(port, router.holdNs(), nowNs);
            case GroupMessage.Report report -> report(domain, port, report, nowNs);
        };
    }

    private static boolean report(Domain domain, int port, GroupMessage.Report report, long nowNs) {
        boolean changed = false;
        for (InetAddress group : report.joined()) {
            changed |= domain.join(port, group, report, nowNs);
        }
        for (InetAddress group : report.left()) {
            changed |= domain.leave(port, group, report, nowNs);
        }
        return changed;
    }

    /** The lowest address asks (RFC 3376, 6.6.2; RFC 3810, 7.6.2), but who has none comes last (RFC 4541, 2.1.1). */
    private boolean outranks(GroupMessage.Query query) {
        return query.ipv6()
                ? Arrays.compareUnsigned(query.source().getAddress(), address) < 0
                : !query.source().isAnyLocalAddress() || query.station() < station;
    }

    private Domain domain(int vid, boolean ipv6) {
        return domains.computeIfAbsent(new Key(vid, ipv6), _ -> new Domain(ipv6, share));
    }

    /** Whether stations behind the port want a group. */
    public boolean wants(int vid, int port, InetAddress group) {
        Domain domain = domains.get(new Key(vid, group.getAddress().length == 16));
        return domain != null && domain.wants(port, group);
    }

    /** The VLANs that are snooped, of one family. */
    public List<Integer> snooped(boolean ipv6, long nowNs) {
        List<Integer> vids = new ArrayList<>();
        domains.forEach((key, domain) -> {
            if (key.ipv6() == ipv6 && domain.isSnooped(nowNs)) {
                vids.add(key.vid());
            }
        });
        return vids;
    }

    /** Forgets what has run out. Returns whether {@link #table} may be another now. */
    public boolean expire(long nowNs) {
        boolean changed = false;
        for (Domain domain : domains.values()) {
            changed |= domain.expire(nowNs);
        }
        domains.values().removeIf(Domain::isEmpty);
        return changed;
    }

    /** A port is down, gone or in other VLANs. Returns whether {@link #table} may be another now. */
    public boolean forget(int port) {
        boolean changed = false;
        for (Map.Entry<Key, Domain> entry : domains.entrySet()) {
            changed |= entry.getValue().forget(port, own.contains(entry.getKey().vid()));
        }
        return changed;
    }

    /** What is known of each VLAN, in the order of their IDs. */
    public List<SnoopedVlan> vlans(long nowNs) {
        List<SnoopedVlan> vlans = new ArrayList<>();
        domains.forEach((key, domain) -> {
            Map<InetAddress, List<Integer>> groups = new HashMap<>();
            domain.groups((group, ports) -> groups.put(group, List.copyOf(ports)));
            vlans.add(new SnoopedVlan(key.vid(), key.ipv6(), domain.isSnooped(nowNs),
                    List.copyOf(domain.routers.keySet()), groups, domain.refused));
        });
        return vlans;
    }

    /** What the workers are to know now. */
    public GroupTable table(long nowNs) {
        @Nullable
        Ports[] routers4 = new @Nullable Ports[4096];
        @Nullable
        Ports[] routers6 = new @Nullable Ports[4096];
        Map<Key, Map<Long, Set<Integer>>> byMac = new HashMap<>();
        int groups = 0;
        for (Map.Entry<Key, Domain> entry : domains.entrySet()) {
            Domain domain = entry.getValue();
            if (domain.isSnooped(nowNs)) {
                (entry.getKey().ipv6() ? routers6 : routers4)[entry.getKey().vid()] = ports(domain.routers.keySet());
                Map<Long, Set<Integer>> macs = byMac.computeIfAbsent(entry.getKey(), _ -> new HashMap<>());
                domain.groups((group, ports) -> macs.computeIfAbsent(GroupTable.mac(group),
                        _ -> new TreeSet<>(domain.routers.keySet())).addAll(ports));
                groups += macs.size();
            }
        }
        GroupTable table = new GroupTable(routers4, routers6, groups);
        byMac.forEach((key, macs) -> macs.forEach((mac, ports) -> table.put(key.vid(), mac, ports(ports))));
        return table;
    }

    private static Ports ports(Set<Integer> ports) {
        return new Ports(ports.stream().mapToInt(Integer::intValue).toArray());
    }
}
