package net.weft.zone.fragment;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import net.weft.zone.ZoneVerdict;

/** The rules said plainly: a set of units a datagram, without any bound. */
final class NaiveFragments {
    private static final class Datagram {
        private final BitSet units = new BitSet();
        private final long expiry;
        private long forgetAt = Long.MAX_VALUE;
        private int end = -1;
        private int verdict = FragmentTracker.HOLD;
        private boolean spoilt;
        private boolean awaited;

        Datagram(long expiry) {
            this.expiry = expiry;
        }

        boolean isWhole() {
            return end >= 0 && units.cardinality() == end;
        }
    }

    private final Map<Object, Datagram> datagrams = new HashMap<>();

    private Datagram find(Object key, long now) {
        datagrams.values().removeIf(datagram -> Math.min(datagram.expiry, datagram.forgetAt) <= now);
        return datagrams.computeIfAbsent(key, _ -> new Datagram(now + FragmentTracker.LIFETIME_NS));
    }

    private static boolean add(Datagram datagram, int start, int end, boolean last) {
        if (datagram.spoilt) {
            return false;
        }
        int known = datagram.units.get(start, end).cardinality();
        boolean pastEnd = datagram.end >= 0 && (end > datagram.end || (last && end != datagram.end));
        boolean endTooSoon = last && datagram.units.length() > end;
        if (pastEnd || endTooSoon || (known > 0 && known < end - start)) {
            datagram.spoilt = true;
            return false;
        }
        if (known > 0) {
            return false;
        }
        datagram.units.set(start, end);
        datagram.end = last ? end : datagram.end;
        return true;
    }

    int first(Object key, int end, int verdict, long now) {
        Datagram datagram = find(key, now);
        if (datagram.isWhole() && !datagram.spoilt) {
            datagrams.remove(key);
            datagram = find(key, now);
        }
        if (!add(datagram, 0, end, false)) {
            return ZoneVerdict.FRAGMENT;
        }
        datagram.verdict = verdict;
        finish(key, datagram, now);
        return verdict;
    }

    int later(Object key, int start, int end, boolean last, long now) {
        Datagram datagram = find(key, now);
        if (!add(datagram, start, end, last)) {
            return ZoneVerdict.FRAGMENT;
        }
        if (datagram.verdict == FragmentTracker.HOLD) {
            datagram.awaited = true;
            return FragmentTracker.HOLD;
        }
        finish(key, datagram, now);
        return datagram.verdict;
    }

    int recall(Object key, long now) {
        Datagram datagram = find(key, now);
        if (datagram.units.isEmpty()) {
            datagrams.remove(key);
        }
        return datagram.spoilt ? ZoneVerdict.FRAGMENT : datagram.verdict;
    }

    private void finish(Object key, Datagram datagram, long now) {
        if (datagram.isWhole()) {
            if (datagram.awaited) {
                datagram.forgetAt = now + FragmentTracker.HOLD_NS;
            } else {
                datagrams.remove(key);
            }
        }
    }
}
