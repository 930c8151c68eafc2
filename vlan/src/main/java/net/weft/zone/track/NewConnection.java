package net.weft.zone.track;

import net.weft.zone.ConnectionLimits;

/** Makes the connection that a packet begins. One per worker. */
final class NewConnection {
    /** {@link #begin}: there are too many. */
    static final int FULL = -1;
    /** {@link #begin}: another worker has met a packet of the connection at the same time, and it is made. */
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
     * @param phase its first
     * @param beginner the side that begins it, or would have
     * @return slot, {@link #FULL} or {@link #MET}
     */
    int begin(int phase, int beginner, int said, int epoch, int nowSeconds, int ingressPort, ConnectionLimits limits) {
        int slot = table.occupancy().admit(key.vlan, ingressPort, limits);
        if (slot < 0) {
            return FULL;
        }
        long first = Layout.withSeconds(phase | (long) beginner << 5 | Layout.SEEN << key.side, nowSeconds);
        long policy = Layout.withRuling(key.membership | (long) ingressPort << Layout.PORT_SHIFT, epoch, said);
        return insert(slot, first, policy) ? slot : MET;
    }

    private boolean insert(int slot, long first, long policy) {
        long scales = 0;
        long mine = 0;
        long other = 0;
        int mineAcknowledged = 0;
        int otherAcknowledged = 0;
        if (Layout.phase(first) == ConnectionState.TCP_SYN_SENT) {
            scales = TcpWindows.ofSyn(key.side, tcp.window, tcp.scale);
            mine = TcpWindows.window(tcp.end, tcp.end);
            mineAcknowledged = tcp.sequence + 1;
        } else if (Layout.phase(first) == ConnectionState.TCP_PICKED_UP) {
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
