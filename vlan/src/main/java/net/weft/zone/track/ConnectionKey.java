package net.weft.zone.track;

/**
 * The key of a connection as stored in the table, and the words of the entry that was found. VLAN, zones, addresses and
 * ports are in one order whatever the direction, so that packets of both directions have the same key.
 */
class ConnectionKey {
    long highA;
    long lowA;
    long highB;
    long lowB;
    long tuple;
    long membership;
    /** The side that sent the packet: 0 for A, 1 for B. */
    int side;

    // The words of the entry that was found.
    long state;
    long policy;

    /** Returns whether the packet is the first reply of the responder; not valid for TCP. */
    final boolean isFirstAnswer() {
        return ConnectionState.isSpare(Layout.phase(state)) && Layout.beginner(state) != side;
    }

    final void copy(ConnectionKey other) {
        highA = other.highA;
        lowA = other.lowA;
        highB = other.highB;
        lowB = other.lowB;
        tuple = other.tuple;
        membership = other.membership;
        side = other.side;
    }
}
