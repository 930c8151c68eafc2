package net.weft.zone.track;

import java.util.function.IntFunction;

/**
 * Removes the other connections that a flooded packet has begun once one of them is answered. They differ from it only
 * in the zone of the side that answers, so each zone of the VLAN is looked up. One per worker.
 */
final class FloodSiblings {
    /** The maximum number of zones that are looked up; connections in further ones expire by themselves. */
    private static final int MAX_ZONES = 64;
    private static final int ZONE_A_SHIFT = 20;
    private static final int ZONE_B_SHIFT = 8;
    private static final long ZONE_MASK = 0xfff;

    private final ConnectionTable table;
    private final ConnectionTuple sibling = new ConnectionTuple();
    /** The zones of each VLAN. */
    IntFunction<int[]> zones = _ -> new int[0];

    FloodSiblings(ConnectionTable table) {
        this.table = table;
    }

    /** Removes the siblings of a connection. @param answered the key of its first answer */
    void remove(ConnectionTuple answered) {
        int[] all = zones.apply(answered.vlan);
        int shift = answered.side == 0 ? ZONE_A_SHIFT : ZONE_B_SHIFT;
        for (int n = 0; n < Math.min(all.length, MAX_ZONES); n++) {
            if (all[n] != answered.from) {
                sibling.copy(answered);
                sibling.tuple = answered.tuple & ~(ZONE_MASK << shift) | (long) all[n] << shift;
                removeFound(Layout.beginner(answered.state));
            }
        }
    }

    private void removeFound(int beginner) {
        sibling.hash = table.index().hash(sibling.highA, sibling.lowA, sibling.highB, sibling.lowB, sibling.tuple,
                sibling.membership);
        int slot = table.index().find(sibling);
        if (slot >= 0 && ConnectionState.isFlooded(Layout.phase(sibling.state))
                && Layout.beginner(sibling.state) == beginner) {
            table.remove(slot, sibling.state);
        }
    }
}
