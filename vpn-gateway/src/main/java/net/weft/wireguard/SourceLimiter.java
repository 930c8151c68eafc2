package net.weft.wireguard;

import java.util.Arrays;

/**
 * A token bucket for each source address of handshake messages: 20 a second, 5 at once, as in the kernel. An IPv6 source is its /64,
 * because whoever has one address of it has all. The table has a fixed size; where a set of eight is full, the bucket that was idle the
 * longest gives way. Only sources that have shown a cookie get here, so a spoofed flood cannot push others out.
 */
final class SourceLimiter {
    private static final int WAYS = 8;
    private static final long COST_NS = 1_000_000_000L / 20;
    private static final long MAX_TOKENS_NS = 5 * COST_NS;
    private static final long HASH_MULTIPLIER = 0x9e37_79b9_7f4a_7c15L;

    private final int sets;
    private final long hashKey;
    private final long[] prefixes;
    private final long[] tokensNs;
    private final long[] seenNs;
    private final boolean[] used;

    /** @param sets number of sets of eight buckets, a power of two */
    SourceLimiter(int sets, Randomness random) {
        this.sets = sets;
        byte[] key = random.bytes(Long.BYTES);
        long word = 0;
        for (byte b : key) {
            word = word << 8 | b & 0xff;
        }
        hashKey = word | 1;
        prefixes = new long[sets * WAYS];
        tokensNs = new long[sets * WAYS];
        seenNs = new long[sets * WAYS];
        used = new boolean[sets * WAYS];
    }

    /** Takes one token of the source's bucket; false if there is none. */
    synchronized boolean allow(Source source, long nowNs) {
        int bucket = bucket(Source.isIpv4(source.high, source.low) ? source.low : source.high, nowNs);
        long tokens = Math.min(MAX_TOKENS_NS, tokensNs[bucket] + Math.max(0, nowNs - seenNs[bucket]));
        seenNs[bucket] = nowNs;
        boolean allowed = tokens >= COST_NS;
        tokensNs[bucket] = allowed ? tokens - COST_NS : tokens;
        return allowed;
    }

    private int bucket(long prefix, long nowNs) {
        long hash = (prefix ^ hashKey) * HASH_MULTIPLIER;
        int first = (int) ((hash ^ hash >>> 32) & sets - 1) * WAYS;
        int idlest = first;
        for (int way = first; way < first + WAYS; way++) {
            if (used[way] && prefixes[way] == prefix) {
                return way;
            }
            if (!used[way] || used[idlest] && seenNs[way] - seenNs[idlest] < 0) {
                idlest = way;
            }
        }
        used[idlest] = true;
        prefixes[idlest] = prefix;
        tokensNs[idlest] = MAX_TOKENS_NS;
        seenNs[idlest] = nowNs;
        return idlest;
    }

    synchronized void clear() {
        Arrays.fill(used, false);
    }
}
