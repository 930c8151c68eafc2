package net.weft.vswitch.snooping;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** What an IGMP (RFC 1112, 2236, 3376), MLD (RFC 2710, 3810), PIM or router discovery (RFC 4286) frame says of who wants which group. */
public sealed interface GroupMessage {
    /** Whether it is MLD, or came over IPv6. */
    boolean ipv6();

    /**
     * A querier asks.
     *
     * @param source its IP address; 0.0.0.0 where it is only a switch (RFC 4541, 2.1.1)
     * @param station its MAC address as a number, first byte highest
     * @param group asked for; empty: all of them
     * @param shortens whether who does not answer has left the group: neither sources nor the S flag are in it
     * @param maxResponseNs within which stations answer
     * @param robustness frames that are sent for each that may be lost, at least 1
     * @param intervalNs from one general query to the next
     */
    record Query(boolean ipv6, InetAddress source, long station, Optional<InetAddress> group, boolean shortens,
            long maxResponseNs, int robustness, long intervalNs) implements GroupMessage {
    }

    /**
     * A station joins groups, or leaves them.
     *
     * @param station its MAC address as a number, first byte highest
     * @param alone whether it speaks for itself only: IGMPv3 and MLDv2 stations do not keep silent when another has reported
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
     * A multicast router says that it is there.
     *
     * @param holdNs how long that holds; 0: it is there no more
     */
    record Router(boolean ipv6, long holdNs) implements GroupMessage {
    }

    /**
     * Reads an untagged frame. Empty when it is none of these, or when a station would not heed it: damaged, not to the address
     * that it belongs to, not from this link. A switch that believed more than the stations do would wait for answers that
     * never come, and starve them.
     */
    static Optional<GroupMessage> parse(byte[] frame) {
        return MessageParser.parse(frame);
    }
}
