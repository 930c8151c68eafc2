package net.weft.zone.track;

/** The relation of a packet to the connections when it was evaluated. */
public enum PacketState {
    /** The packet began a connection. */
    NEW("new"),
    /** The connection is not answered, or its handshake is incomplete. */
    OPENING("opening"),
    /** The packet was sent by the side that opened the connection. */
    ESTABLISHED("established"),
    /** The packet was sent by the other side. */
    REPLY("reply"),
    /** The packet is an ICMP or ICMPv6 error that quotes a packet of a connection. */
    RELATED("related"),
    /** The connection is ending, or has ended. */
    CLOSING("closing"),
    /** The packet was evaluated without a connection. */
    STATELESS("stateless"),
    /** The policies denied the packet. */
    DENIED("denied"),
    /** The packet belongs to no connection, or does not fit the state of its connection. */
    INVALID("invalid");

    private final String label;

    PacketState(String label) {
        this.label = label;
    }

    /** Returns the state of a packet of a connection. @param state the state word @param side the packet's side */
    static PacketState of(long state, int side) {
        int phase = Layout.phase(state);
        if (ConnectionState.isEnding(phase)) {
            return CLOSING;
        }
        if (ConnectionState.isSpare(phase)) {
            return OPENING;
        }
        return Layout.beginner(state) == side ? ESTABLISHED : REPLY;
    }

    /** Returns the word for people. */
    public String label() {
        return label;
    }
}
