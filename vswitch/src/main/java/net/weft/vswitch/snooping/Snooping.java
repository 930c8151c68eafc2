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
 * IGMP and MLD snooping (RFC 4541): tracks the group memberships of ports in each VLAN, from the reports that hosts
 * send to queriers.
 * <p>
 * A VLAN is snooped while a querier is present (this switch's own counts, too), beginning one response time after the
 * first query, when every host has answered. Before that, and when the querier has fallen silent, multicast is flooded.
 * A group's frames are forwarded to the ports that have joined it and to the router ports, which lead to queriers and
 * multicast routers. A port with a querier without address is a router port, too: behind it may be another switch that
 * learns by its own queries only. Link-local groups are not snooped: the workers flood them.
 * <p>
 * Ports do not affect each other: reports, leaves and queries of one port never end memberships of other ports sooner
 * than RFC 3376 allows.
 * <p>
 * One thread; the caller passes the time, by a monotonic clock in nanoseconds.
 */
public final class Snooping {
    /** Maximum number of memberships of one port; further joins are refused. */
    public static final int GROUPS_OF_PORT = 512;

    private record Key(int vid, boolean ipv6) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            return vid != other.vid ? Integer.compare(vid, other.vid) : Boolean.compare(ipv6, other.ipv6);
        }
    }

    private final long ownMac;
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

    /** @param mac source MAC address of this switch's own queries, 6 bytes */
    public Snooping(byte[] mac) {
        long number = 0;
        for (byte part : mac) {
            number = number << 8 | part & 0xFF;
        }
        ownMac = number;
        address = QueryFrame.linkLocal(mac);
    }

    /** Sets the VLANs in which this switch is a querier. */
    public void ownQueriers(Set<Integer> vids) {
        own = Set.copyOf(vids);
    }

    /** Returns whether another querier is present that wins the election against this switch. */
    public boolean defers(int vid, boolean ipv6, long nowNs) {
        Domain domain = domains.get(new Key(vid, ipv6));
        return domain != null && domain.defers(nowNs);
    }

    /** Reports that this switch sent a general query in a VLAN. */
    public void asked(int vid, boolean ipv6, long maxResponseNs, long intervalNs, long nowNs) {
        domain(vid, ipv6).asked(maxResponseNs, 2 * intervalNs + maxResponseNs, nowNs);
    }

    /**
     * Processes a message that was received by a port.
     * @return whether {@link #table} may have changed
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

    /**
     * Returns whether the sender of a query wins the querier election against this switch: the lowest address wins (RFC
     * 3376, 6.6.2; RFC 3810, 7.6.2), but a querier without address loses (RFC 4541, 2.1.1).
     */
    private boolean outranks(GroupMessage.Query query) {
        return query.ipv6()
                ? Arrays.compareUnsigned(query.source().getAddress(), address) < 0
                : !query.source().isAnyLocalAddress() || query.station() < ownMac;
    }

    private Domain domain(int vid, boolean ipv6) {
        return domains.computeIfAbsent(new Key(vid, ipv6), _ -> new Domain(ipv6, share));
    }

    /** Returns whether a port is a member of a group. */
    public boolean wants(int vid, int port, InetAddress group) {
        Domain domain = domains.get(new Key(vid, group.getAddress().length == 16));
        return domain != null && domain.wants(port, group);
    }

    /** Returns the VLANs that are snooped for one address family. */
    public List<Integer> snooped(boolean ipv6, long nowNs) {
        List<Integer> vids = new ArrayList<>();
        domains.forEach((key, domain) -> {
            if (key.ipv6() == ipv6 && domain.isSnooped(nowNs)) {
                vids.add(key.vid());
            }
        });
        return vids;
    }

    /** Removes expired state. Returns whether {@link #table} may have changed. */
    public boolean expire(long nowNs) {
        boolean changed = false;
        for (Domain domain : domains.values()) {
            changed |= domain.expire(nowNs);
        }
        domains.values().removeIf(Domain::isEmpty);
        return changed;
    }

    /**
     * Removes the state of a port that is down, removed or in other VLANs. Returns whether {@link #table} may have
     * changed.
     */
    public boolean forget(int port) {
        boolean changed = false;
        for (Map.Entry<Key, Domain> entry : domains.entrySet()) {
            changed |= entry.getValue().forget(port, own.contains(entry.getKey().vid()));
        }
        return changed;
    }

    /** Returns the state of each VLAN, in the order of VLAN IDs. */
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

    /** Returns the group table to publish to the workers. */
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
