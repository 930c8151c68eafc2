package net.weft.zone.guard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The link-local addresses that guarded guests use, on a first-come basis, besides those derived from their MAC
 * addresses: stable and temporary addresses (RFC 7217, RFC 8981) cannot be derived from a MAC address. Few for each MAC
 * address; released when the port goes down, or after {@value #SILENCE_SECONDS} s without use.
 * <p>Workers read without a lock; a new claim takes one, and a guest can make only few.
 */
final class LinkLocals {
    /** The maximum number of claims of one MAC address in a VLAN. */
    static final int CLAIMS_A_MAC = 2;
    static final int SILENCE_SECONDS = 86_400;
    private static final int VLANS = 4096;
    private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;

    /** The claim of one guest to one address. */
    static final class Claim {
        final long low;
        final long mac;
        final int port;
        int seenSeconds;

        Claim(long low, long mac, int port, int seenSeconds) {
            this.low = low;
            this.mac = mac;
            this.port = port;
            this.seenSeconds = seenSeconds;
        }

        boolean isOver(int nowSeconds) {
            return nowSeconds - seenSeconds >= SILENCE_SECONDS;
        }
    }

    private final long secret;
    /** The claims by VLAN: hash tables with open addressing, keyed by the lower half of the address. */
    private final AtomicReferenceArray<@Nullable Claim[]> tables = new AtomicReferenceArray<>(VLANS);
    /** The number of claims by port; guarded by this. */
    private final Map<Integer, Integer> counts = new HashMap<>();

    LinkLocals(long secret) {
        this.secret = secret;
    }

    private int place(long low, int length) {
        return (int) ((low ^ secret) * MULTIPLIER >>> 40) & length - 1;
    }

    /** Returns the claim to an address; null if there is none. */
    @Nullable
    Claim find(int vlan, long low) {
        @Nullable
        Claim[] table = tables.get(vlan);
        if (table == null) {
            return null;
        }
        for (int i = place(low, table.length); table[i] != null; i = i + 1 & table.length - 1) {
            Claim claim = table[i];
            if (claim != null && claim.low == low) {
                return claim;
            }
        }
        return null;
    }

    /**
     * Returns whether a guest may use an address; an unclaimed address is claimed for the guest, unless it has too
     * many.
     *
     * @param perMac false if the port declares no MAC address: then its claims are counted together
     * @param beats whether it may take over the claims of others: a router
     * @param changes false to claim nothing, for a trace
     */
    boolean permits(int vlan, long low, long mac, int port, boolean perMac, boolean beats, int nowSeconds,
            boolean changes) {
        Claim claim = find(vlan, low);
        if (claim != null && claim.port == port && (claim.mac == mac || !perMac)) {
            if (changes && claim.seenSeconds != nowSeconds) {
                claim.seenSeconds = nowSeconds;
            }
            return true;
        }
        if (claim != null && !beats && !claim.isOver(nowSeconds)
                || count(vlan, mac, port, perMac, nowSeconds) >= CLAIMS_A_MAC) {
            return false;
        }
        return !changes || take(vlan, low, mac, port, perMac, beats, nowSeconds);
    }

    private int count(int vlan, long mac, int port, boolean perMac, int nowSeconds) {
        @Nullable
        Claim[] table = tables.get(vlan);
        int count = 0;
        if (table != null) {
            for (Claim claim : table) {
                if (claim != null && claim.port == port && (claim.mac == mac || !perMac) && !claim.isOver(nowSeconds)) {
                    count++;
                }
            }
        }
        return count;
    }

    private synchronized boolean take(int vlan, long low, long mac, int port, boolean perMac, boolean beats,
            int nowSeconds) {
        Claim before = find(vlan, low);
        boolean isFree = before == null || beats || before.isOver(nowSeconds) || before.port == port;
        if (!isFree || count(vlan, mac, port, perMac, nowSeconds) >= CLAIMS_A_MAC) {
            return false;
        }
        List<Claim> claims = new ArrayList<>();
        for (Claim claim : claims(vlan)) {
            if (claim.low != low && !claim.isOver(nowSeconds)) {
                claims.add(claim);
            } else {
                counts.merge(claim.port, -1, Integer::sum);
            }
        }
        claims.add(new Claim(low, mac, port, nowSeconds));
        counts.merge(port, 1, Integer::sum);
        publish(vlan, claims);
        return true;
    }

    private List<Claim> claims(int vlan) {
        List<Claim> claims = new ArrayList<>();
        @Nullable
        Claim[] table = tables.get(vlan);
        if (table != null) {
            for (Claim claim : table) {
                if (claim != null) {
                    claims.add(claim);
                }
            }
        }
        return claims;
    }

    private void publish(int vlan, List<Claim> claims) {
        @Nullable
        Claim[] table = new @Nullable Claim[Integer.highestOneBit(claims.size() + 1) * 4];
        for (Claim claim : claims) {
            int i = place(claim.low, table.length);
            while (table[i] != null) {
                i = i + 1 & table.length - 1;
            }
            table[i] = claim;
        }
        tables.set(vlan, table);
    }

    /** Removes the claims of all guests of a port. */
    synchronized void forget(int port) {
        if (counts.getOrDefault(port, 0) == 0) {
            return;
        }
        counts.remove(port);
        for (int vlan = 1; vlan < VLANS; vlan++) {
            List<Claim> claims = claims(vlan);
            if (claims.removeIf(claim -> claim.port == port)) {
                publish(vlan, claims);
            }
        }
    }
}
