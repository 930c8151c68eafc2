package net.weft.vswitch.port;

/**
 * Which frames a link protocol of the switch gets from the packet path, and how many. A rule has a policer on each port and a queue on each
 * worker of its own, so that a flood of one protocol's frames takes nothing from another's, nor from another port's.
 *
 * @param protocol what the protocol is called where a trace names it
 * @param meaning what the protocol does with the frame; a sentence without full stop, for traces
 * @param match which frames
 * @param isTaken true: the frame ends here; false: the protocol gets a copy, and the frame goes on
 * @param isLinkControl true: handed over before the frames of every rule that is not (LACP, hellos, LLDP)
 * @param perSecond frames a second that one port may have handed over
 * @param burst frames that one port may have handed over at once
 */
public record PuntRule(String protocol, String meaning, Match match, boolean isTaken, boolean isLinkControl,
        int perSecond, int burst) {
    /** EtherType of a match that looks at none. */
    public static final int ANY_TYPE = -1;
    /** Instead of an EtherType: the LLC header of the spanning tree protocol, IEEE 802.1Q-2022, 14.1.2. */
    public static final int BPDU_LLC = -2;
    /** Payload offset of a match that looks at no payload. */
    public static final int NO_PAYLOAD = -1;

    /** How frames are recognized. */
    public sealed interface Match {
        /**
         * By their Ethernet header, and where asked by eight bytes of payload.
         *
         * @param destination MAC address, first byte lowest
         * @param etherType value, {@link #ANY_TYPE} or {@link #BPDU_LLC}
         * @param portFlag the port they come in by must have one of these {@link PortFlags}; 0 for any port
         * @param payloadOffset of eight bytes behind the EtherType, or {@link #NO_PAYLOAD}
         * @param payload the eight bytes, first byte uppermost
         */
        record Header(long destination, int etherType, int portFlag, int payloadOffset, long payload)
                implements
                    Match {
        }

        /** IGMP and MLD messages, PIM and multicast router discovery. */
        record GroupMessages() implements Match {
        }
    }
}
