package net.weft.vswitch.protocol;

import java.net.InetAddress;
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
import net.weft.vswitch.forward.PuntedFrame;
import net.weft.vswitch.snooping.GroupMessage;
import net.weft.vswitch.snooping.QueryFrame;
import net.weft.vswitch.snooping.SnoopedVlan;
import net.weft.vswitch.snooping.Snooping;

/**
 * Runs {@link Snooping} for the switch, and its querier: shows the workers who wants what, asks in the VLANs that are to be asked
 * in while nobody goes before it there, and asks again for a group that a station has left (RFC 3376, 6.6.3).
 * <p>
 * A port that comes up is asked alone, wherever multicast is snooped (RFC 4541, 2.1.1: proxied queries for faster convergence): its stations
 * may have joined long ago, and the querier may not ask again for minutes.
 * <p>
 * Control thread only.
 */
public final class MulticastControl {
    private static final long LAST_MEMBER_INTERVAL_NS = 1_000_000_000L;
    private static final long STARTUP_INTERVAL_NS = QueryFrame.INTERVAL_NS / 4;
    private static final int STARTUP_QUERIES = 2;
    private static final int LAST_MEMBER_QUERIES = 2;
    /** Groups asked for again at once behind one port; the others are let go without. */
    private static final int MOST_LEAVING = 64;
    /** The table is made anew at most so often: stations may come and go faster. */
    private static final long SHOW_INTERVAL_NS = 50_000_000L;

    /** The ports of the switch, by number. */
    public interface Ports {
        /** Those that are up. */
        Map<Integer, VlanMembership> reachable();

        /** Sends a frame of the switch's own out of a port, if that is in the VLAN. */
        void say(int vid, int port, byte[] frame);
    }

    private record Place(int vid, boolean ipv6) {
    }

    private record Left(int vid, int port, InetAddress group) {
    }

    /** When to ask next, and how often that was done. */
    private record Asking(long atNs, int sent) {
    }

    private final Snooping snooping;
    private final MulticastGroups groups;
    private final byte[] source;
    private final Ports ports;
    private final Map<Place, Asking> asking = new HashMap<>();
    private final Map<Left, Asking> leaving = new LinkedHashMap<>();
    private final Map<Integer, Integer> leavingOfPort = new HashMap<>();
    /** The ports that were up when last looked at. */
    private Map<Integer, VlanMembership> reachable = Map.of();
    private boolean changed;
    private long shownNs;

    /** @param source MAC address that queries come from */
    public MulticastControl(MulticastGroups groups, byte[] source, Ports ports, long nowNs) {
        this.groups = groups;
        this.source = source.clone();
        this.ports = ports;
        snooping = new Snooping(source);
        shownNs = nowNs - SHOW_INTERVAL_NS;
    }

    /** The VLANs to ask in. */
    public void queriers(Set<Integer> vids, long nowNs) {
        snooping.ownQueriers(vids);
        asking.keySet().removeIf(place -> !vids.contains(place.vid()));
        for (int vid : vids) {
            asking.putIfAbsent(new Place(vid, false), new Asking(nowNs, 0));
            asking.putIfAbsent(new Place(vid, true), new Asking(nowNs, 0));
        }
    }

    /** A frame that a worker has punted. */
    void take(PuntedFrame punted, long nowNs) {
        GroupMessage.parse(punted.frame()).ifPresent(message -> take(punted, message, nowNs));
    }

    private void take(PuntedFrame punted, GroupMessage message, long nowNs) {
        int vid = punted.vid();
        if (message instanceof GroupMessage.Report report && asks(vid, report.ipv6(), nowNs)) {
            report.left().stream().filter(group -> snooping.wants(vid, punted.port(), group))
                    .forEach(group -> askAgain(new Left(vid, punted.port(), group), nowNs));
        }
        changed |= snooping.take(vid, punted.port(), message, nowNs);
    }

    private boolean asks(int vid, boolean ipv6, long nowNs) {
        return asking.containsKey(new Place(vid, ipv6)) && !snooping.defers(vid, ipv6, nowNs);
    }

    private void askAgain(Left left, long nowNs) {
        if (!leaving.containsKey(left) && leavingOfPort.getOrDefault(left.port(), 0) < MOST_LEAVING) {
            leavingOfPort.merge(left.port(), 1, Integer::sum);
            leaving.put(left, new Asking(nowNs, 0));
        }
    }

    private void lookAtPorts(long nowNs) {
        Map<Integer, VlanMembership> now = ports.reachable();
        reachable.forEach((port, membership) -> {
            if (!Objects.equals(membership, now.get(port))) {
                forget(port);
            }
        });
        now.forEach((port, membership) -> {
            if (!Objects.equals(membership, reachable.get(port))) {
                greet(port, nowNs);
            }
        });
        reachable = now;
    }

    /** It is down, gone or in other VLANs. */
    private void forget(int port) {
        changed |= snooping.forget(port);
        leaving.keySet().removeIf(left -> left.port() == port);
        leavingOfPort.remove(port);
    }

    /** It is up, or in other VLANs than before: what its stations want is not known. */
    private void greet(int port, long nowNs) {
        for (boolean ipv6 : List.of(false, true)) {
            for (int vid : snooping.snooped(ipv6, nowNs)) {
                ports.say(vid, port, QueryFrame.of(ipv6, source, Optional.empty()));
            }
        }
    }

    /** Sends what is due, and shows the workers what has changed. */
    public void tick(long nowNs) {
        lookAtPorts(nowNs);
        changed |= snooping.expire(nowNs);
        asking.replaceAll((place, next) -> next.atNs() - nowNs > 0 || snooping.defers(place.vid(), place.ipv6(), nowNs)
                ? next
                : ask(place, next, nowNs));
        for (Iterator<Map.Entry<Left, Asking>> each = leaving.entrySet().iterator(); each.hasNext();) {
            Map.Entry<Left, Asking> entry = each.next();
            if (entry.getValue().atNs() - nowNs <= 0 && askedEnough(entry, nowNs)) {
                leavingOfPort.merge(entry.getKey().port(), -1, (count, less) -> count + less > 0 ? count + less : null);
                each.remove();
            }
        }
        show(nowNs);
    }

    private Asking ask(Place place, Asking now, long nowNs) {
        byte[] query = QueryFrame.of(place.ipv6(), source, Optional.empty());
        reachable.keySet().forEach(port -> ports.say(place.vid(), port, query));
        snooping.asked(place.vid(), place.ipv6(), QueryFrame.RESPONSE_NS, QueryFrame.INTERVAL_NS, nowNs);
        return new Asking(nowNs + (now.sent() < STARTUP_QUERIES ? STARTUP_INTERVAL_NS : QueryFrame.INTERVAL_NS),
                now.sent() + 1);
    }

    private boolean askedEnough(Map.Entry<Left, Asking> entry, long nowNs) {
        Left left = entry.getKey();
        boolean ipv6 = left.group().getAddress().length == 16;
        ports.say(left.vid(), left.port(), QueryFrame.of(ipv6, source, Optional.of(left.group())));
        int sent = entry.getValue().sent() + 1;
        entry.setValue(new Asking(nowNs + LAST_MEMBER_INTERVAL_NS, sent));
        return sent == LAST_MEMBER_QUERIES;
    }

    /** Whether nobody is to be asked soon and nothing is to be shown, so that {@link #tick} may be rare. */
    public boolean isIdle() {
        return asking.isEmpty() && leaving.isEmpty() && !changed;
    }

    /** Shows the workers what has changed since the last time, unless that was just now. */
    void show(long nowNs) {
        if (changed && nowNs - shownNs >= SHOW_INTERVAL_NS) {
            changed = false;
            shownNs = nowNs;
            groups.show(snooping.table(nowNs));
        }
    }

    /** What is known of each VLAN in which anything was heard. */
    public List<SnoopedVlan> vlans(long nowNs) {
        return snooping.vlans(nowNs);
    }
}
