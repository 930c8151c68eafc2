package net.weft.vswitch.protocol;

import java.net.InetAddress;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.forward.MulticastGroups;
import net.weft.vswitch.forward.punt.PuntedFrame;
import net.weft.vswitch.port.PuntRule;
import net.weft.vswitch.snooping.GroupMessage;
import net.weft.vswitch.snooping.MessageParser;
import net.weft.vswitch.snooping.QueryFrame;
import net.weft.vswitch.snooping.SnoopedVlan;
import net.weft.vswitch.snooping.Snooping;

/**
 * Runs {@link Snooping} for the switch, and its querier: publishes the group memberships to the workers, sends general
 * queries in the configured VLANs while no other querier is elected there, and group-specific queries for a group that
 * a host has left (RFC 3376, 6.6.3).
 * <p>
 * A port that comes up is queried by itself in every snooped VLAN (RFC 4541, 2.1.1: proxied queries for faster
 * convergence): its hosts may have joined long ago, and the next general query may be minutes away.
 * <p>
 * Runs on the thread of the {@link ProtocolHost}.
 */
public final class MulticastControl implements LinkProtocol {
    private static final long LAST_MEMBER_INTERVAL_NS = 1_000_000_000L;
    private static final long TICK_NS = 100_000_000L;
    private static final int PER_SECOND = 500;
    private static final int BURST = 250;
    /** The rule that copies the IGMP and MLD messages of all ports. */
    public static final PuntRule RULE = new PuntRule("multicast-snooping",
            "multicast snooping is told who asks, and who wants which group; `weft show multicast` has what it knows",
            new PuntRule.Match.GroupMessages(), false, false, PER_SECOND, BURST);
    private static final long STARTUP_INTERVAL_NS = QueryFrame.INTERVAL_NS / 4;
    private static final int STARTUP_QUERIES = 2;
    private static final int LAST_MEMBER_QUERIES = 2;
    /**
     * The maximum number of groups a port for which last-member queries run at once; further leaves are processed
     * without one.
     */
    private static final int MAX_LEAVING = 64;
    /** The shortest interval between two published tables, however often hosts join and leave. */
    private static final long SHOW_INTERVAL_NS = 50_000_000L;

    private record QueryDomain(int vid, boolean ipv6) {
    }

    private record Left(int vid, int port, InetAddress group) {
    }

    /** A query timer. @param atNs the time of the next query @param sent the number of queries sent so far */
    private record QueryTimer(long atNs, int sent) {
    }

    private final Snooping snooping;
    private final MulticastGroups groups;
    private final byte[] source;
    private final ProtocolPorts ports;
    private final Map<QueryDomain, QueryTimer> queryTimers = new HashMap<>();
    private final Map<Left, QueryTimer> leaving = new LinkedHashMap<>();
    private final Map<Integer, Integer> leavingOfPort = new HashMap<>();
    /** The memberships of the ports that were up at the last check, by port index. */
    private Map<Integer, VlanMembership> reachable = Map.of();
    /** The ports that were checked last, and by their place in that list which of them were up. */
    private List<ProtocolPort> checkedPorts = List.of();
    private final BitSet checkedUp = new BitSet();
    private boolean changed;
    private long shownNs;

    /** @param source source MAC address of queries */
    public MulticastControl(MulticastGroups groups, byte[] source, ProtocolPorts ports, long nowNs) {
        this.groups = groups;
        this.source = source.clone();
        this.ports = ports;
        snooping = new Snooping(source);
        shownNs = nowNs - SHOW_INTERVAL_NS;
    }

    /** Sets the VLANs in which the switch is a querier. */
    public void queriers(Set<Integer> vids, long nowNs) {
        snooping.ownQueriers(vids);
        queryTimers.keySet().removeIf(domain -> !vids.contains(domain.vid()));
        for (int vid : vids) {
            queryTimers.putIfAbsent(new QueryDomain(vid, false), new QueryTimer(nowNs, 0));
            queryTimers.putIfAbsent(new QueryDomain(vid, true), new QueryTimer(nowNs, 0));
        }
    }

    @Override
    public List<PuntRule> rules() {
        return List.of(RULE);
    }

    @Override
    public void receive(PuntedFrame punted, long nowNs) {
        MessageParser.parse(punted.frame()).ifPresent(message -> take(punted, message, nowNs));
    }

    private void take(PuntedFrame punted, GroupMessage message, long nowNs) {
        int vid = punted.vid();
        if (message instanceof GroupMessage.Report report && isQuerier(vid, report.ipv6(), nowNs)) {
            report.left().stream().filter(group -> snooping.wants(vid, punted.port(), group))
                    .forEach(group -> queryLeftGroup(new Left(vid, punted.port(), group), nowNs));
        }
        changed |= snooping.take(vid, punted.port(), message, nowNs);
        show(nowNs);
    }

    private boolean isQuerier(int vid, boolean ipv6, long nowNs) {
        return queryTimers.containsKey(new QueryDomain(vid, ipv6)) && !snooping.defers(vid, ipv6, nowNs);
    }

    private void queryLeftGroup(Left left, long nowNs) {
        if (!leaving.containsKey(left) && leavingOfPort.getOrDefault(left.port(), 0) < MAX_LEAVING) {
            leavingOfPort.merge(left.port(), 1, Integer::sum);
            leaving.put(left, new QueryTimer(nowNs, 0));
        }
    }

    private void checkPorts(long nowNs) {
        List<ProtocolPort> all = ports.all();
        if (all == checkedPorts && isSameLink(all)) {
            return;
        }
        checkedPorts = all;
        Map<Integer, VlanMembership> now = reachable(all);
        reachable.forEach((port, membership) -> {
            if (!Objects.equals(membership, now.get(port))) {
                forget(port);
            }
        });
        now.forEach((port, membership) -> {
            if (!Objects.equals(membership, reachable.get(port))) {
                queryPort(port, nowNs);
            }
        });
        reachable = now;
    }

    /** Whether no port went up or down since they were checked. */
    private boolean isSameLink(List<ProtocolPort> all) {
        for (int n = 0; n < all.size(); n++) {
            if (ports.isUp(all.get(n).index()) != checkedUp.get(n)) {
                return false;
            }
        }
        return true;
    }

    private Map<Integer, VlanMembership> reachable(List<ProtocolPort> all) {
        Map<Integer, VlanMembership> up = new HashMap<>();
        for (int n = 0; n < all.size(); n++) {
            ProtocolPort port = all.get(n);
            boolean isUp = ports.isUp(port.index());
            checkedUp.set(n, isUp);
            if (isUp) {
                up.put(port.index(), port.spec().membership());
            }
        }
        return up;
    }

    private void send(int vid, int port, byte[] frame) {
        ProtocolPort to = ports.at(port);
        if (to != null && to.spec().membership().isMember(vid)) {
            ports.inject(port, frame, to.spec().membership().egressTag(vid, 0));
        }
    }

    /** Removes the memberships of a port that is down, removed or in other VLANs. */
    private void forget(int port) {
        changed |= snooping.forget(port);
        leaving.keySet().removeIf(left -> left.port() == port);
        leavingOfPort.remove(port);
    }

    /** Queries a port that has come up or changed its VLANs, because the memberships behind it are unknown. */
    private void queryPort(int port, long nowNs) {
        for (boolean ipv6 : List.of(false, true)) {
            for (int vid : snooping.snooped(ipv6, nowNs)) {
                send(vid, port, QueryFrame.of(ipv6, source, Optional.empty()));
            }
        }
    }

    /** Sends the queries that are due, and publishes a changed table to the workers. */
    @Override
    public long tick(long nowNs) {
        checkPorts(nowNs);
        changed |= snooping.expire(nowNs);
        queryTimers.replaceAll(
                (domain, next) -> next.atNs() - nowNs > 0 || snooping.defers(domain.vid(), domain.ipv6(), nowNs)
                        ? next
                        : sendGeneralQuery(domain, next, nowNs));
        for (Iterator<Map.Entry<Left, QueryTimer>> each = leaving.entrySet().iterator(); each.hasNext();) {
            Map.Entry<Left, QueryTimer> entry = each.next();
            if (entry.getValue().atNs() - nowNs <= 0 && sendLastMemberQuery(entry, nowNs)) {
                leavingOfPort.merge(entry.getKey().port(), -1, (count, less) -> count + less > 0 ? count + less : null);
                each.remove();
            }
        }
        show(nowNs);
        return TICK_NS;
    }

    private QueryTimer sendGeneralQuery(QueryDomain domain, QueryTimer now, long nowNs) {
        byte[] query = QueryFrame.of(domain.ipv6(), source, Optional.empty());
        reachable.keySet().forEach(port -> send(domain.vid(), port, query));
        snooping.asked(domain.vid(), domain.ipv6(), QueryFrame.RESPONSE_NS, QueryFrame.INTERVAL_NS, nowNs);
        return new QueryTimer(nowNs + (now.sent() < STARTUP_QUERIES ? STARTUP_INTERVAL_NS : QueryFrame.INTERVAL_NS),
                now.sent() + 1);
    }

    private boolean sendLastMemberQuery(Map.Entry<Left, QueryTimer> entry, long nowNs) {
        Left left = entry.getKey();
        boolean ipv6 = left.group().getAddress().length == 16;
        send(left.vid(), left.port(), QueryFrame.of(ipv6, source, Optional.of(left.group())));
        int sent = entry.getValue().sent() + 1;
        entry.setValue(new QueryTimer(nowNs + LAST_MEMBER_INTERVAL_NS, sent));
        return sent == LAST_MEMBER_QUERIES;
    }

    /** Returns whether no query and no publication is pending, so that {@link #tick} may be called rarely. */
    public boolean isIdle() {
        return queryTimers.isEmpty() && leaving.isEmpty() && !changed;
    }

    /** Publishes a changed table to the workers, at most once every {@value #SHOW_INTERVAL_NS} ns. */
    void show(long nowNs) {
        if (changed && nowNs - shownNs >= SHOW_INTERVAL_NS) {
            changed = false;
            shownNs = nowNs;
            groups.show(snooping.table(nowNs));
        }
    }

    /** Returns the snooping state of each VLAN in which a message was received. */
    public List<SnoopedVlan> vlans(long nowNs) {
        return snooping.vlans(nowNs);
    }
}
