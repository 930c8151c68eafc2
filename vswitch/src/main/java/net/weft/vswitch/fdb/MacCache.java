package net.weft.vswitch.fdb;

import net.weft.zone.guard.AddressOwners;
import org.jspecify.annotations.Nullable;

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
    private final boolean noting;
    /** Null where nobody declares addresses. */
    private @Nullable AddressOwners owners;
    private long source = NONE;
    private int sourcePort;
    private long destination = NONE;
    private int egress;

    /** @param noting false: nobody is heard, for a trace */
    public MacCache(MacTable macs, boolean noting) {
        this.macs = macs;
        this.noting = noting;
    }

    /** Takes over whose the declared addresses are; between bursts only. */
    public void adopt(AddressOwners next) {
        owners = next.isEmpty() ? null : next;
        forget();
    }

    /** Clears the cache when a burst begins: another worker may have changed the table. */
    public void forget() {
        source = NONE;
        destination = NONE;
    }

    /** As {@link MacTable#learn}, or {@link MacTable#HELD}. */
    public int learn(int vid, long mac, int port, int nowSeconds, int limit) {
        long key = (long) vid << VID_SHIFT | mac;
        if (key == source && port == sourcePort) {
            return MacTable.KNOWN;
        }
        AddressOwners asked = owners;
        if (asked != null && asked.declared().concerns(vid)) {
            long value = Long.reverseBytes(mac) >>> 16;
            if (asked.refusesMac(vid, value, port)) {
                return MacTable.HELD;
            }
            if (noting) {
                asked.hear(vid, value, port);
            }
        }
        int outcome = macs.learn(vid, mac, port, nowSeconds, limit);
        if (outcome < MacTable.LIMIT) {
            source = key;
            sourcePort = port;
        }
        if (outcome != MacTable.KNOWN) {
            destination = NONE;
        }
        return outcome;
    }

    private int holder(int vid, long mac) {
        AddressOwners asked = owners;
        return asked != null && asked.declared().concerns(vid) ? asked.holder(vid, Long.reverseBytes(mac) >>> 16) : -1;
    }

    /** As {@link MacTable#lookup}; a declared address that its port holds is never unknown. */
    public int lookup(int vid, long mac) {
        long key = (long) vid << VID_SHIFT | mac;
        if (key != destination) {
            int holder = holder(vid, mac);
            egress = holder >= 0 ? holder : macs.lookup(vid, mac);
            destination = key;
        }
        return egress;
    }
}
