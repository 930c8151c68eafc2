package net.weft.zone.guard;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The link-local addresses from which a router, or a host behind an unguarded port, has advertised within {@value
 * #SECONDS} s: no guarded guest may use them. At most {@value #MOST} a VLAN; routers take precedence.
 * <p>Workers read without a lock; adding an address takes one.
 */
final class AdvertisedAddresses {
    static final int MOST = 64;
    static final int SECONDS = 1800;
    private static final int VLANS = 4096;
    private static final Entry[] NONE = {};

    private static final class Entry {
        final long low;
        final long mac;
        final int port;
        final boolean isRouter;
        int seenSeconds;

        Entry(long low, long mac, int port, boolean isRouter, int seenSeconds) {
            this.low = low;
            this.mac = mac;
            this.port = port;
            this.isRouter = isRouter;
            this.seenSeconds = seenSeconds;
        }

        boolean isOver(int nowSeconds) {
            return nowSeconds - seenSeconds >= SECONDS;
        }
    }

    private final AtomicReferenceArray<Entry @Nullable []> entries = new AtomicReferenceArray<>(VLANS);

    private Entry[] of(int vlan) {
        Entry @Nullable [] found = entries.get(vlan);
        return found == null ? NONE : found;
    }

    /** Records that a port has advertised from, or about, an address. */
    void note(int vlan, long low, long mac, int port, boolean isRouter, int nowSeconds) {
        Entry[] known = of(vlan);
        boolean hasRoom = known.length < MOST;
        for (Entry entry : known) {
            if (entry.low == low && entry.port == port && entry.mac == mac && entry.isRouter == isRouter) {
                if (entry.seenSeconds != nowSeconds) {
                    entry.seenSeconds = nowSeconds;
                }
                return;
            }
            hasRoom |= entry.low == low || entry.isOver(nowSeconds) || isRouter && !entry.isRouter;
        }
        if (hasRoom) {
            add(vlan, new Entry(low, mac, port, isRouter, nowSeconds), nowSeconds);
        }
    }

    private synchronized void add(int vlan, Entry entry, int nowSeconds) {
        Entry[] known = of(vlan);
        int place = known.length;
        for (int i = 0; i < known.length; i++) {
            if (known[i].low == entry.low) {
                // An advertisement of another host does not replace the entry of a router.
                if (known[i].isRouter && !entry.isRouter && !known[i].isOver(nowSeconds)) {
                    return;
                }
                place = i;
                break;
            }
            boolean mayGo = known[i].isOver(nowSeconds)
                    || known.length >= MOST && entry.isRouter && !known[i].isRouter;
            place = mayGo ? i : place;
        }
        if (place >= MOST) {
            return;
        }
        Entry[] next = Arrays.copyOf(known, Math.max(known.length, place + 1));
        next[place] = entry;
        entries.set(vlan, next);
    }

    /**
     * Returns the MAC address that has recently advertised from an address at another port; negative if there is none.
     */
    long advertiser(int vlan, long low, int port, int nowSeconds) {
        for (Entry entry : of(vlan)) {
            if (entry.low == low && entry.port != port && !entry.isOver(nowSeconds)) {
                return entry.mac;
            }
        }
        return -1;
    }
}
