package net.weft.zone.track;

/** Sweeps the table cyclically, a few slots at a time. */
final class Sweep {
    /** The epoch of an entry that this process has not evaluated yet. */
    static final int UNJUDGED = 0;

    private final ConnectionTable table;
    private int cursor;

    Sweep(ConnectionTable table) {
        this.table = table;
    }

    /** Removes expired connections from the next slots; returns their number. */
    int next(int slots, int nowSeconds, int[] silence, int epoch) {
        int used = table.used();
        int forgotten = 0;
        for (int i = Math.min(slots, used); i > 0; i--) {
            cursor = cursor + 1 < used ? cursor + 1 : 0;
            long state = table.state(cursor);
            if (Layout.phase(state) == ConnectionState.FREE) {
                continue;
            }
            if (ConnectionState.isSilent(state, nowSeconds, silence)) {
                forgotten += table.remove(cursor, state) ? 1 : 0;
            } else {
                keep(state, epoch);
            }
        }
        return forgotten;
    }

    private void keep(long state, int epoch) {
        long policy = table.policy(cursor);
        if (ConnectionState.isSpare(Layout.phase(state))) {
            table.occupancy().remind(cursor, Layout.vlan(policy), Layout.port(policy));
        }
        int evaluatedIn = Layout.epoch(policy);
        if (evaluatedIn != epoch && evaluatedIn != UNJUDGED) {
            // The epoch is cleared so that a later epoch with the same number does not count as evaluated.
            table.changePolicy(cursor, state, policy, policy & ~Layout.EPOCH_MASK);
        }
    }
}
