package net.weft.zone.track;

/**
 * A connection as its entry in the table has it: VLAN, zones, addresses and ports in one order whatever the direction, so that packets of both
 * directions have one key; and what was found there.
 */
class ConnectionKey {
    long highA;
    long lowA;
    long highB;
    long lowB;
    long tuple;
    long membership;
    /** Whose packet this is of: 0 for A, 1 for B. */
    int side;

    // what the table's entry was found to say
    long state;
    long policy;

    /** Whether its packet is the first of the side that did not begin; not asked of TCP. */
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
