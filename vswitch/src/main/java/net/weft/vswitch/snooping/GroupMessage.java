package net.weft.vswitch.snooping;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * A multicast control message, parsed from an IGMP (RFC 1112, 2236, 3376), MLD (RFC 2710, 3810), PIM or router
 * discovery (RFC 4286) frame.
 */
public sealed interface GroupMessage {
    /** Returns whether the message is MLD, or was received over IPv6. */
    boolean ipv6();

    /**
     * A query.
     * @param source IP address of the querier; 0.0.0.0 if it is a switch without address (RFC 4541, 2.1.1)
     * @param station MAC address of the sender as a number, first byte highest
     * @param group queried group; empty for a general query
     * @param shortens whether ports without an answer leave the group: the query is for a group, without sources and S
     *            flag
     * @param maxResponseNs time within which hosts answer, nanoseconds
     * @param robustness robustness variable of the querier, at least 1
     * @param intervalNs interval of general queries, nanoseconds
     */
    record Query(boolean ipv6, InetAddress source, long station, Optional<InetAddress> group, boolean shortens,
            long maxResponseNs, int robustness, long intervalNs) implements GroupMessage {
    }

    /**
     * A report or leave: a host joins or leaves groups.
     * @param station MAC address of the sender as a number, first byte highest
     * @param alone whether hosts of this version report individually: IGMPv3 and MLDv2 hosts do not suppress their
     *            report when they hear another's
     */
    record Report(boolean ipv6, long station, boolean alone, List<InetAddress> joined, List<InetAddress> left)
            implements
                GroupMessage {
        public Report {
            joined = List.copyOf(joined);
            left = List.copyOf(left);
        }
    }

    /**
     * The announcement of a multicast router.
     * @param holdNs time for which the router counts as present, nanoseconds; 0 if it terminates
     */
    record Router(boolean ipv6, long holdNs) implements GroupMessage {
    }

    /**
     * Parses an untagged frame. Returns empty if it is none of these messages, or if hosts would ignore it: it is
     * damaged, is not sent to the right address, or does not come from this link. A switch that accepted more messages
     * than the hosts do would wait for answers that never arrive, and cut the hosts off.
     */
    static Optional<GroupMessage> parse(byte[] frame) {
        return MessageParser.parse(frame);
    }
}
