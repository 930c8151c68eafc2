package net.weft.vswitch.snooping;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The snooping state of one VLAN and address family: the querier, the router ports and the group memberships of ports,
 * each with its expiry time. Times are nanoseconds of a monotonic clock.
 */
final class Domain {
    static final long SECOND_NS = 1_000_000_000L;
    static final long SLACK_NS = SECOND_NS / 2;
    /**
     * Time for which a port stays a member after a leave, in which other hosts on the port may report: two queries, one
     * second each.
     */
    static final long LAST_MEMBER_NS = 2 * SECOND_NS + SLACK_NS;
    /**
     * The group membership interval of RFC 3376, 8.4, with its defaults; a querier with shorter intervals cannot
     * shorten it.
     */
    static final long MEMBERSHIP_NS = 260 * SECOND_NS;
    private static final long LONGEST_NS = 3600 * SECOND_NS;
    /** Value of {@link Member#host}: several hosts, or hosts that suppress their report when they hear another's. */
    private static final long SEVERAL = -1;
    private static final long NOBODY = 0;

    /** Counts the memberships of each port over all domains and limits them. */
    interface Share {
        /** Counts one more membership of a port; returns false if the port has reached its limit. */
        boolean take(int port);

        /** Counts one membership of a port less. */
        void give(int port);
    }

    /** The membership of a port in a group. */
    private static final class Member {
        private long untilNs;
        /** MAC address of the only host that joined, or {@link #SEVERAL}, or {@link #NOBODY} after a leave. */
        private long host;
    }

    /** The router ports, which lead to queriers and multicast routers, each with its expiry time. */
    final Map<Integer, Long> routers = new TreeMap<>();
    private final Map<InetAddress, Map<Integer, Member>> groups = new HashMap<>();
    private final boolean ipv6;
    private final Share share;
    private boolean queried;
    private long queriedUntilNs;
    private long completeAtNs;
    private boolean deferring;
    private long deferUntilNs;
    private boolean wasSnooped;
    /** Number of memberships that were refused because the port had reached its limit. */
    long refused;

    Domain(boolean ipv6, Share share) {
        this.ipv6 = ipv6;
        this.share = share;
    }

    /** Returns whether the VLAN is snooped: a querier is present, and all hosts have had time to report. */
    boolean isSnooped(long nowNs) {
        return queried && completeAtNs - nowNs <= 0;
    }

    /** Returns whether another querier is present that wins the election against this switch. */
    boolean defers(long nowNs) {
        return deferring && deferUntilNs - nowNs > 0;
    }

    /** Reports a general query. The querier counts as present for {@code presentNs}. */
    void asked(long maxResponseNs, long presentNs, long nowNs) {
        if (!queried || queriedUntilNs - nowNs <= 0) {
            queried = true;
            completeAtNs = nowNs + maxResponseNs + SLACK_NS;
            queriedUntilNs = nowNs + presentNs;
        }
        completeAtNs = earlier(completeAtNs, nowNs + maxResponseNs + SLACK_NS);
        queriedUntilNs = later(queriedUntilNs, nowNs + presentNs);
    }

    /**
     * Processes a query and returns whether the group table may have changed.
     * @param outranks whether its sender wins the querier election against this switch
     */
    boolean query(int port, GroupMessage.Query query, boolean outranks, long nowNs) {
        long presentNs = Math.min(query.robustness() * query.intervalNs() + query.maxResponseNs(), LONGEST_NS);
        boolean changed = routers.put(port, nowNs + presentNs) == null;
        if (outranks) {
            deferring = true;
            deferUntilNs = nowNs + presentNs;
        }
        if (query.group().isEmpty()) {
            asked(query.maxResponseNs(), presentNs, nowNs);
        } else if (query.shortens()) {
            long answerNs = Math.max(query.robustness() * query.maxResponseNs() + SLACK_NS, LAST_MEMBER_NS);
            Map<Integer, Member> members = groups.get(query.group().get());
            if (members != null) {
                members.values().forEach(member -> shorten(member, nowNs + answerNs));
            }
        }
        return changed;
    }

    boolean router(int port, long holdNs, long nowNs) {
        return holdNs == 0 ? routers.remove(port) != null : routers.put(port, nowNs + holdNs) == null;
    }

    boolean join(int port, InetAddress group, GroupMessage.Report report, long nowNs) {
        if (!isAsked(group, ipv6)) {
            return false;
        }
        Map<Integer, Member> members = groups.get(group);
        Member member = members == null ? null : members.get(port);
        boolean changed = member == null;
        if (member == null) {
            if (!share.take(port)) {
                refused++;
                return false;
            }
            member = new Member();
            groups.computeIfAbsent(group, _ -> new TreeMap<>()).put(port, member);
        }
        long host = report.alone() ? report.station() : SEVERAL;
        member.host = member.host == NOBODY || member.host == host ? host : SEVERAL;
        member.untilNs = nowNs + MEMBERSHIP_NS;
        if (queried) {
            member.untilNs = later(member.untilNs, queriedUntilNs + SLACK_NS);
        }
        return changed;
    }

    /**
     * Removes a membership at once if no other host on the port can be a member; else shortens its time, so that it
     * expires unless another host reports.
     */
    boolean leave(int port, InetAddress group, GroupMessage.Report report, long nowNs) {
        Map<Integer, Member> members = groups.get(group);
        Member member = members == null ? null : members.get(port);
        if (members == null || member == null) {
            return false;
        }
        if (report.alone() && member.host == report.station()) {
            remove(group, members, port);
            return true;
        }
        member.host = NOBODY;
        shorten(member, nowNs + LAST_MEMBER_NS);
        return false;
    }

    boolean wants(int port, InetAddress group) {
        Map<Integer, Member> members = groups.get(group);
        return members != null && members.containsKey(port);
    }

    /** Passes each group with its member ports to a consumer. */
    void groups(BiConsumer<InetAddress, Set<Integer>> to) {
        groups.forEach((group, members) -> to.accept(group, members.keySet()));
    }

    private void remove(InetAddress group, Map<Integer, Member> members, int port) {
        members.remove(port);
        share.give(port);
        if (members.isEmpty()) {
            groups.remove(group);
        }
    }

    private static void shorten(Member member, long untilNs) {
        member.untilNs = earlier(member.untilNs, untilNs);
    }

    private static long earlier(long oneNs, long otherNs) {
        return oneNs - otherNs < 0 ? oneNs : otherNs;
    }

    private static long later(long oneNs, long otherNs) {
        return oneNs - otherNs > 0 ? oneNs : otherNs;
    }

    /** Returns whether a group is snooped: it is a multicast address of the family and not link-local. */
    static boolean isAsked(InetAddress group, boolean ipv6) {
        byte[] bytes = group.getAddress();
        return group.isMulticastAddress() && bytes.length == (ipv6 ? 16 : 4) && (ipv6
                ? (bytes[1] & 15) > 2
                : bytes[0] != (byte) 224 || bytes[1] != 0 || bytes[2] != 0);
    }

    /** Removes expired state. Returns whether the group table may have changed. */
    boolean expire(long nowNs) {
        boolean changed = routers.values().removeIf(untilNs -> untilNs - nowNs <= 0);
        queried &= queriedUntilNs - nowNs > 0;
        deferring &= deferUntilNs - nowNs > 0;
        for (Iterator<Map<Integer, Member>> each = groups.values().iterator(); each.hasNext();) {
            Map<Integer, Member> members = each.next();
            for (Iterator<Map.Entry<Integer, Member>> of = members.entrySet().iterator(); of.hasNext();) {
                Map.Entry<Integer, Member> entry = of.next();
                if (entry.getValue().untilNs - nowNs <= 0) {
                    share.give(entry.getKey());
                    of.remove();
                    changed = true;
                }
            }
            if (members.isEmpty()) {
                each.remove();
            }
        }
        changed |= isSnooped(nowNs) != wasSnooped;
        wasSnooped = isSnooped(nowNs);
        return changed;
    }

    /**
     * Removes the state of a port that is down, removed or in other VLANs. Returns whether the group table may have
     * changed.
     * @param asking whether this switch is a querier of the VLAN
     */
    boolean forget(int port, boolean asking) {
        boolean changed = routers.remove(port) != null;
        if (changed && routers.isEmpty()) {
            deferring = false;
            queried &= asking;
        }
        for (InetAddress group : groups.keySet().toArray(new InetAddress[0])) {
            Map<Integer, Member> members = groups.get(group);
            if (members != null && members.containsKey(port)) {
                remove(group, members, port);
                changed = true;
            }
        }
        return changed;
    }

    boolean isEmpty() {
        return !queried && groups.isEmpty() && routers.isEmpty();
    }
}
