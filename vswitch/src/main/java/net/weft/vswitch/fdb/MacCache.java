package net.weft.vswitch.fdb;

/**
 * A cache of the last lookup and the last learned address of a MAC table, since most frames of a burst have the same
 * addresses. It is cleared for each burst, and its lookup for each address that is learned or moved, so that its
 * results equal those of the table.
 * <p>
 * One per worker; not thread-safe.
 */
public final class MacCache {
    private static final long NONE = -1;
    private static final int VID_SHIFT = 48;

    private final MacTable macs;
    private long source = NONE;
    private int sourcePort;
    private long destination = NONE;
    private int egress;

    public MacCache(MacTable macs) {
        this.macs = macs;
    }

    /** Clears the cache when a burst begins: another worker may have changed the table. */
    public void forget() {
        source = NONE;
        destination = NONE;
    }

    /** As {@link MacTable#learn}. */
    public int learn(int vid, long mac, int port, int nowSeconds, int limit) {
        long key = (long) vid << VID_SHIFT | mac;
        if (key == source && port == sourcePort) {
            return MacTable.KNOWN;
        }
        int outcome = macs.learn(vid, mac, port, nowSeconds, limit);
        if (outcome != MacTable.LIMIT) {
            source = key;
            sourcePort = port;
        }
        if (outcome != MacTable.KNOWN) {
            destination = NONE;
        }
        return outcome;
    }

    /** As {@link MacTable#lookup}. */
    public int lookup(int vid, long mac) {
        long key = (long) vid << VID_SHIFT | mac;
        if (key != destination) {
            egress = macs.lookup(vid, mac);
            destination = key;
        }
        return egress;
    }
}
