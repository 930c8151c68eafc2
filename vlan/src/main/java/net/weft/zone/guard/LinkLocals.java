package net.weft.zone.guard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The link-local addresses that guarded guests took, first come, besides those made of their MAC addresses: stable and temporary ones (RFC
 * 7217, RFC 8981) cannot be told from a MAC. Few a MAC; free again when the port goes down, or after a day of silence.
 *
 * <p>Workers look without a lock; a claim that is new takes one, and a guest may make few of these.
 */
final class LinkLocals {
    /** Claims of one MAC address in a VLAN. */
    static final int CLAIMS_A_MAC = 2;
    static final int SILENCE_SECONDS = 86_400;
    private static final int VLANS = 4096;
    private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;

    /** One address of one guest. */
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
    /** By VLAN, open addressing over the lower half of the address. */
    private final AtomicReferenceArray<@Nullable Claim[]> tables = new AtomicReferenceArray<>(VLANS);
    /** By port, how many claims; guarded by this. */
    private final Map<Integer, Integer> counts = new HashMap<>();

    LinkLocals(long secret) {
        this.secret = secret;
    }

    private int place(long low, int length) {
        return (int) ((low ^ secret) * MULTIPLIER >>> 40) & length - 1;
    }

    /** Who has an address; null for nobody. */
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
     * Whether a guest may have an address; if nobody has it yet, and it has not too many, it is the guest's from now on.
     *
     * @param perMac false where the port declares no MAC address: then its addresses are counted together
     * @param beats whether it may take what another has: a router
     * @param changes false: only asked
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

    /** Forgets what the guests of a port have taken. */
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
