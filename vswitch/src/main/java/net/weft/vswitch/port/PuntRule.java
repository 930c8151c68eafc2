package net.weft.vswitch.port;

/**
 * A rule that punts frames from the packet path to a link protocol of the switch, at a limited rate. Each rule has its
 * own policer on each port and its own queue on each worker, so that a flood of one protocol's frames affects neither
 * other protocols nor other ports.
 * @param protocol name of the protocol in traces
 * @param meaning what the protocol does with the frame; a sentence without full stop, for traces
 * @param match the frames that the rule matches
 * @param isTaken true: the frame is not forwarded; false: the protocol gets a copy, and the frame is forwarded
 * @param isLinkControl true: the frames are dequeued before those of rules that are not link control (LACP, hellos,
 *            LLDP)
 * @param perSecond maximum number of punted frames a second of one port
 * @param burst maximum number of frames of one port that are punted at once
 */
public record PuntRule(String protocol, String meaning, Match match, boolean isTaken, boolean isLinkControl,
        int perSecond, int burst) {
    /** EtherType of a match with frames of any EtherType. */
    public static final int ANY_TYPE = -1;
    /** EtherType of a match with the LLC header of the spanning tree protocol, IEEE 802.1Q-2022, 14.1.2. */
    public static final int BPDU_LLC = -2;
    /** Payload offset of a match with any payload. */
    public static final int NO_PAYLOAD = -1;

    /** The condition by which a rule matches frames. */
    public sealed interface Match {
        /**
         * Matches the Ethernet header and, optionally, eight bytes of payload.
         * @param destination MAC address, first byte lowest
         * @param etherType value, {@link #ANY_TYPE} or {@link #BPDU_LLC}
         * @param portFlag {@link PortFlags} of which the ingress port must have one; 0 for any port
         * @param payloadOffset offset of the eight bytes behind the EtherType, or {@link #NO_PAYLOAD}
         * @param payload the eight bytes, first byte highest
         */
        record Header(long destination, int etherType, int portFlag, int payloadOffset, long payload)
                implements
                    Match {
        }

        /** Matches IGMP and MLD messages, PIM and multicast router discovery. */
        record GroupMessages() implements Match {
        }

        /** Matches ARP to everyone, and neighbour solicitations and advertisements to groups. */
        record NeighborMessages() implements Match {
        }
    }
}
