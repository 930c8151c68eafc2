package net.weft.zone.track;

import net.weft.zone.ConnectionLimits;

/** Creates the connection that a packet begins. One per worker. */
final class NewConnection {
    /** The result of {@link #begin} when a limit is reached. */
    static final int FULL = -1;
    /** The result of {@link #begin} when another worker has created the same connection concurrently. */
    static final int MET = -2;

    private final ConnectionTable table;
    private final ConnectionTuple key;
    private final TcpSegment tcp;

    NewConnection(ConnectionTable table, ConnectionTuple key, TcpSegment tcp) {
        this.table = table;
        this.key = key;
        this.tcp = tcp;
    }

    /**
     * Creates a connection.
     *
     * @param phase its first phase
     * @param beginner the side that opened it, or must have
     * @return the slot, {@link #FULL} or {@link #MET}
     */
    int begin(int phase, int beginner, int decision, int epoch, int nowSeconds, int ingressPort,
            ConnectionLimits limits) {
        int slot = ConnectionState.isCounted(phase)
                ? table.occupancy().admit(key.vlan, ingressPort, limits)
                : table.occupancy().admitUncounted(ingressPort);
        if (slot < 0) {
            return FULL;
        }
        long first = Layout.withSeconds(phase | (long) beginner << 5 | Layout.SEEN << key.side, nowSeconds);
        long policy = Layout.withRuling(key.membership | (long) ingressPort << Layout.PORT_SHIFT, epoch, decision);
        return insert(slot, first, policy) ? slot : MET;
    }

    private boolean insert(int slot, long first, long policy) {
        long scales = 0;
        long mine = 0;
        long other = 0;
        int mineAcknowledged = 0;
        int otherAcknowledged = 0;
        int phase = ConnectionState.base(Layout.phase(first));
        if (phase == ConnectionState.TCP_SYN_SENT) {
            scales = TcpWindows.ofSyn(key.side, tcp.window, tcp.scale);
            mine = TcpWindows.window(tcp.end, tcp.end);
            mineAcknowledged = tcp.sequence + 1;
        } else if (phase == ConnectionState.TCP_PICKED_UP) {
            first |= Layout.IS_LIBERAL;
            scales = TcpWindows.ofPickedUp(key.side, tcp.window);
            mine = TcpWindows.window(tcp.end,
                    tcp.acknowledgment + Math.max(tcp.window << TcpSegment.MAX_SCALE, 1));
            other = TcpWindows.window(tcp.acknowledgment, tcp.end + TcpWindows.LARGEST_WINDOW);
            mineAcknowledged = tcp.sequence - TcpWindows.LARGEST_WINDOW;
            otherAcknowledged = tcp.acknowledgment;
        }
        boolean isA = key.side == 0;
        table.setAcknowledged(slot, key.side, mineAcknowledged);
        table.setAcknowledged(slot, key.side ^ 1, otherAcknowledged);
        return table.insert(slot, key, first, policy, scales, isA ? mine : other, isA ? other : mine);
    }
}
