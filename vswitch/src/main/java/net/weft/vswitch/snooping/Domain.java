package net.weft.vswitch.snooping;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * What is known of one VLAN and family: who asks, which ports have routers, which ports want which group, and until when each of it
 * holds. Times are nanoseconds of a clock that never goes back.
 */
final class Domain {
    static final long SECOND_NS = 1_000_000_000L;
    static final long SLACK_NS = SECOND_NS / 2;
    /** How long after a station left a group others on its port may still ask for it: two queries, a second each. */
    static final long LAST_MEMBER_NS = 2 * SECOND_NS + SLACK_NS;
    /** The group membership interval of RFC 3376, 8.4, with its defaults; a querier that asks more often cannot shorten it. */
    static final long MEMBERSHIP_NS = 260 * SECOND_NS;
    private static final long LONGEST_NS = 3600 * SECOND_NS;
    /** More than one station, or some that may keep silent when they hear another's report. */
    private static final long SEVERAL = -1;
    private static final long NOBODY = 0;

    /** What a port is limited to, over all domains. */
    interface Share {
        /** A port wants one group more; false when it has as many as it may. */
        boolean take(int port);

        /** It wants one less. */
        void give(int port);
    }

    /** A port that wants a group. */
    private static final class Member {
        private long untilNs;
        /** The only station that asked for it, or {@link #SEVERAL}, or {@link #NOBODY} since one has left. */
        private long station;
    }

    /** The ports that queriers and multicast routers are behind, until when. */
    final Map<Integer, Long> routers = new TreeMap<>();
    private final Map<InetAddress, Map<Integer, Member>> groups = new HashMap<>();
    private final boolean ipv6;
    private final Share share;
    private boolean queried;
    private long queriedUntilNs;
    private long completeAtNs;
    private boolean deferring;
    private long deferUntilNs;
    private boolean shown;
    /** Memberships that were not kept, because the port had too many. */
    long refused;

    Domain(boolean ipv6, Share share) {
        this.ipv6 = ipv6;
        this.share = share;
    }

    /** Whether every station has had time to say what it wants, and somebody will ask again. */
    boolean isSnooped(long nowNs) {
        return queried && completeAtNs - nowNs <= 0;
    }

    /** Whether somebody else asks who goes before this switch. */
    boolean defers(long nowNs) {
        return deferring && deferUntilNs - nowNs > 0;
    }

    /** Somebody asks all stations; he will again before {@code presentNs} have passed. */
    void asked(long maxResponseNs, long presentNs, long nowNs) {
        if (!queried || queriedUntilNs - nowNs <= 0) {
            queried = true;
            completeAtNs = nowNs + maxResponseNs + SLACK_NS;
            queriedUntilNs = nowNs + presentNs;
        }
        completeAtNs = earlier(completeAtNs, nowNs + maxResponseNs + SLACK_NS);
        queriedUntilNs = later(queriedUntilNs, nowNs + presentNs);
    }

    /** @param outranks whether its sender goes before this switch */
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
        long station = report.alone() ? report.station() : SEVERAL;
        member.station = member.station == NOBODY || member.station == station ? station : SEVERAL;
        member.untilNs = nowNs + MEMBERSHIP_NS;
        if (queried) {
            member.untilNs = later(member.untilNs, queriedUntilNs + SLACK_NS);
        }
        return changed;
    }

    /** At once when nobody else behind the port can want it; else when nobody there asks again. */
    boolean leave(int port, InetAddress group, GroupMessage.Report report, long nowNs) {
        Map<Integer, Member> members = groups.get(group);
        Member member = members == null ? null : members.get(port);
        if (members == null || member == null) {
            return false;
        }
        if (report.alone() && member.station == report.station()) {
            remove(group, members, port);
            return true;
        }
        member.station = NOBODY;
        shorten(member, nowNs + LAST_MEMBER_NS);
        return false;
    }

    boolean wants(int port, InetAddress group) {
        Map<Integer, Member> members = groups.get(group);
        return members != null && members.containsKey(port);
    }

    /** Hands over each group with the ports that want it. */
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

    /** Whether frames to a group are sent where it was asked for: it is a group of the family, and not a link-local one. */
    static boolean isAsked(InetAddress group, boolean ipv6) {
        byte[] bytes = group.getAddress();
        return group.isMulticastAddress() && bytes.length == (ipv6 ? 16 : 4) && (ipv6
                ? (bytes[1] & 15) > 2
                : bytes[0] != (byte) 224 || bytes[1] != 0 || bytes[2] != 0);
    }

    /** Forgets what has run out. Returns whether the workers should be told. */
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
        changed |= isSnooped(nowNs) != shown;
        shown = isSnooped(nowNs);
        return changed;
    }

    /** A port is down, gone or elsewhere. {@code asking}: whether this switch asks here where nobody else does. */
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
