package net.weft.zone.track;

/** Walks round the table, a few slots at a time. */
final class Sweep {
    /** Epoch of an entry that was never judged by this process. */
    static final int UNJUDGED = 0;

    private final ConnectionTable table;
    private int cursor;

    Sweep(ConnectionTable table) {
        this.table = table;
    }

    /** Forgets the silent among the next slots. */
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
        int judgedIn = Layout.epoch(policy);
        if (judgedIn != epoch && judgedIn != UNJUDGED) {
            // So that no later epoch of the same number takes it for judged.
            table.changePolicy(cursor, state, policy, policy & ~Layout.EPOCH_MASK);
        }
    }
}
