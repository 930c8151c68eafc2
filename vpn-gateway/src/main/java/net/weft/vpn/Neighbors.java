package net.weft.vpn;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import net.weft.vswitch.burst.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * Who has which address on the link of one network, as ARP and neighbour discovery told. Workers look up without a lock; everything else
 * holds the monitor. The table has a fixed size, eight places for each hash; the one unused for longest gives way. An entry is made only
 * for an address that a peer sent to, or whose owner asked for a peer, so that nobody fills it by announcing.
 *
 * <p>An entry that was used since its last answer is asked for again after {@value #RENEW_S} seconds and forgotten after
 * {@value #LOST_S}; one that was not is forgotten after {@value #RENEW_S}.
 */
final class Neighbors {
    private static final int SETS = 256;
    private static final int WAYS = 8;
    private static final long SECOND_NS = 1_000_000_000;
    private static final int RENEW_S = 30;
    private static final int LOST_S = 40;
    private static final int ASKED_MAX = 256;
    private static final int ASKED_MAX_PER_PEER = 32;
    private static final int WAITING_MAX = 8;
    private static final int TRIES = 3;
    private static final long MULTIPLIER = 0x9e37_79b9_7f4a_7c15L;
    private static final VarHandle MAC = MethodHandles.arrayElementVarHandle(long[].class);

    /** An address as a key of a map; mutable, so that a look-up for each ARP frame allocates nothing. */
    private static final class Address {
        long high;
        long low;

        Address set(long newHigh, long newLow) {
            high = newHigh;
            low = newLow;
            return this;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Address that && high == that.high && low == that.low;
        }

        @Override
        public int hashCode() {
            return Long.hashCode((high * MULTIPLIER ^ low) * MULTIPLIER);
        }
    }

    /** A packet that waits for an answer, and the peer that sent it. */
    private record Waiting(GatewayPeer from, byte[] packet) {
    }

    /** An address that was asked for by the newest asker, and the packets of all peers that wait for the answer. */
    private static final class Asked {
        final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
        /** The peer on whose account the question is. */
        final GatewayPeer opener;
        GatewayPeer asker;
        long atNs;
        int tries = 1;

        Asked(GatewayPeer opener, long atNs) {
            this.opener = opener;
            this.asker = opener;
            this.atNs = atNs;
        }

        void add(GatewayPeer from, byte[] packet) {
            if (waiting.size() == WAITING_MAX) {
                Waiting oldest = waiting.stream().filter(each -> each.from == from).findFirst()
                        .orElse(waiting.getFirst());
                waiting.remove(oldest);
                oldest.from.drops.add(DropReason.NO_ROUTE);
            }
            waiting.add(new Waiting(from, packet));
        }

        void dropAll() {
            waiting.forEach(each -> each.from.drops.add(DropReason.NO_ROUTE));
        }
    }

    private final LocalFrames frames;
    private final long[] high = new long[SETS * WAYS];
    private final long[] low = new long[SETS * WAYS];
    private final long[] mac = new long[SETS * WAYS];
    private final long[] heardNs = new long[SETS * WAYS];
    private final boolean[] used = new boolean[SETS * WAYS];
    /** The peer that asked for the address of each place. */
    private final @Nullable GatewayPeer[] users = new @Nullable GatewayPeer[SETS * WAYS];
    /** The key of look-ups; monitor held. */
    private final Address probe = new Address();
    private final Map<Address, Asked> asked = new LinkedHashMap<>();
    /** How many open questions each peer has opened. */
    private final Map<GatewayPeer, Integer> questions = new HashMap<>();

    Neighbors(LocalFrames frames) {
        this.frames = frames;
    }

    private static int first(long high, long low) {
        long hash = (high * MULTIPLIER ^ low) * MULTIPLIER;
        return (int) (hash >>> 40) % SETS * WAYS;
    }

    /** Returns the MAC address of a neighbour, 0 if it is not known. Any thread, without lock. */
    long find(long addressHigh, long addressLow) {
        int first = first(addressHigh, addressLow);
        for (int at = first; at < first + WAYS; at++) {
            long found = (long) MAC.getAcquire(mac, at);
            if (found != 0 && high[at] == addressHigh && low[at] == addressLow
                    && (long) MAC.getAcquire(mac, at) == found) {
                if (!used[at]) {
                    used[at] = true;
                }
                return found;
            }
        }
        return 0;
    }

    /**
     * A packet of a peer needs an address that is not known: asks for it, and keeps the packet meanwhile. A peer that has
     * {@value #ASKED_MAX_PER_PEER} questions open, or any where {@value #ASKED_MAX} are open in the network, asks no further one, and the
     * packet is dropped; where there are so many, a peer without any takes the place of the oldest question.
     */
    synchronized void want(GatewayPeer asker, long addressHigh, long addressLow, byte[] packet, long nowNs) {
        Asked entry = asked.get(probe.set(addressHigh, addressLow));
        if (entry == null) {
            int open = questions.getOrDefault(asker, 0);
            boolean isFull = asked.size() >= ASKED_MAX;
            if (open >= ASKED_MAX_PER_PEER || isFull && open > 0) {
                asker.drops.add(DropReason.PUNT_LIMIT);
                return;
            }
            if (isFull) {
                Iterator<Asked> each = asked.values().iterator();
                Asked oldest = each.next();
                each.remove();
                oldest.dropAll();
                closed(oldest);
            }
            entry = new Asked(asker, nowNs);
            Address address = new Address().set(addressHigh, addressLow);
            asked.put(address, entry);
            questions.merge(asker, 1, Integer::sum);
            ask(asker, address);
        }
        entry.asker = asker;
        entry.add(asker, packet);
    }

    private void closed(Asked question) {
        questions.computeIfPresent(question.opener, (_, open) -> open == 1 ? null : open - 1);
    }

    private void ask(GatewayPeer asker, Address address) {
        frames.ask(asker, address.high, address.low, address.high == 0 && address.low >>> 32 == 0xffff);
    }

    /**
     * An address was announced, answered or asked from.
     *
     * @param askedForPeer whether its owner asked for a peer's address, and will be answered by it soon
     */
    synchronized void heard(long addressHigh, long addressLow, long address, boolean askedForPeer, long nowNs) {
        Asked entry = asked.remove(probe.set(addressHigh, addressLow));
        if (entry != null) {
            closed(entry);
        }
        int at = place(addressHigh, addressLow);
        boolean isKnown = mac[at] != 0 && high[at] == addressHigh && low[at] == addressLow;
        if (!isKnown && entry == null && !askedForPeer) {
            return;
        }
        if (!isKnown) {
            MAC.setRelease(mac, at, 0L);
            VarHandle.fullFence();
            high[at] = addressHigh;
            low[at] = addressLow;
            users[at] = null;
        }
        used[at] = entry != null; // since it was heard last
        heardNs[at] = nowNs;
        MAC.setRelease(mac, at, address);
        if (entry != null) {
            users[at] = entry.asker;
            entry.waiting.forEach(each -> frames.forward(each.from, address, each.packet));
        }
    }

    /** The place of an address, or that which it would take. */
    private int place(long addressHigh, long addressLow) {
        int first = first(addressHigh, addressLow);
        int oldest = first;
        for (int at = first; at < first + WAYS; at++) {
            if (mac[at] != 0 && high[at] == addressHigh && low[at] == addressLow) {
                return at;
            }
            if (mac[oldest] != 0 && (mac[at] == 0 || heardNs[at] - heardNs[oldest] < 0)) {
                oldest = at;
            }
        }
        return oldest;
    }

    /** Asks again and forgets; about once a second. */
    synchronized void tick(long nowNs) {
        for (Iterator<Map.Entry<Address, Asked>> each = asked.entrySet().iterator(); each.hasNext();) {
            Map.Entry<Address, Asked> entry = each.next();
            Asked waiting = entry.getValue();
            if (nowNs - waiting.atNs < SECOND_NS) {
                continue;
            }
            if (waiting.tries++ == TRIES) {
                waiting.dropAll();
                each.remove();
                closed(waiting);
            } else {
                waiting.atNs = nowNs;
                ask(waiting.asker, entry.getKey());
            }
        }
        for (int at = 0; at < mac.length; at++) {
            if (mac[at] != 0 && nowNs - heardNs[at] > RENEW_S * SECOND_NS) {
                renew(at, nowNs);
            }
        }
    }

    private void renew(int at, long nowNs) {
        GatewayPeer user = users[at];
        if (nowNs - heardNs[at] > LOST_S * SECOND_NS || !used[at] || user == null) {
            MAC.setRelease(mac, at, 0L);
            users[at] = null;
        } else {
            ask(user, probe.set(high[at], low[at]));
        }
    }

    /**
     * Ends the questions of a peer that is gone. An address that other peers wait for too is asked for in the name of one of them.
     *
     * @return how many packets of the peer waited, which are lost
     */
    synchronized int forget(GatewayPeer peer) {
        for (int at = 0; at < users.length; at++) {
            if (users[at] == peer) {
                users[at] = null;
            }
        }
        int lost = 0;
        for (Iterator<Asked> each = asked.values().iterator(); each.hasNext();) {
            Asked entry = each.next();
            int before = entry.waiting.size();
            entry.waiting.removeIf(waiting -> waiting.from == peer);
            lost += before - entry.waiting.size();
            if (entry.waiting.isEmpty()) {
                each.remove();
                closed(entry);
            } else if (entry.asker == peer) {
                entry.asker = entry.waiting.getLast().from;
            }
        }
        questions.remove(peer);
        return lost;
    }
}
