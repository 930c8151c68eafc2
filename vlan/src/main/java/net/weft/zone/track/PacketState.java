package net.weft.zone.track;

/** What a packet was to the connections when it was judged. */
public enum PacketState {
    /** It began a connection. */
    NEW("new"),
    /** Of a connection that nobody, or only half, has answered. */
    OPENING("opening"),
    /** From the side that began the connection. */
    ESTABLISHED("established"),
    /** From the other side. */
    REPLY("reply"),
    /** An ICMP or ICMPv6 error that quotes a packet of a connection. */
    RELATED("related"),
    /** Of a connection that is about to end, or has. */
    CLOSING("closing"),
    /** Judged by itself. */
    STATELESS("stateless"),
    /** Refused by the policies. */
    DENIED("denied"),
    /** Of no connection, or not what its connection expects. */
    INVALID("invalid");

    private final String label;

    PacketState(String label) {
        this.label = label;
    }

    /** For people. */
    public String label() {
        return label;
    }
}
