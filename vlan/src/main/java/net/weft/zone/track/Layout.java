package net.weft.zone.track;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import net.weft.zone.PolicyDecision;

/**
 * The layout of a connection table: a header, the index (8 bytes a connection, or more if the number is not a power of
 * two), the entries (112 bytes each, on two or three cache lines of one page). All words are in native byte order.
 * <p>
 * The two sides of a connection are A and B; A has the smaller address and port, so that packets of both directions
 * have the same key.
 */
final class Layout {
    static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
    static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    // ---- header: constant after the table was made, but for the words that have a cache line each
    /** The magic number: "WeftConn". */
    static final long MAGIC_VALUE = 0x6e_6e_6f_43_74_66_65_57L;
    static final int VERSION_VALUE = 2;
    static final long MAGIC = 0;
    /** The version in the upper half, the capacity in the lower half. */
    static final long SHAPE = 8;
    static final long BOOT_HIGH = 16;
    static final long BOOT_LOW = 24;
    /** The hash key, six words. */
    static final long SECRET = 32;
    static final int SECRET_WORDS = 6;
    /** The checksum of the preceding words. */
    static final long CHECK = 80;
    /** The number of processes that have attached. */
    static final long GENERATION = 88;
    /** The end of mid-stream pickup of TCP, seconds. */
    static final long COLD_UNTIL = 96;
    /** The number of slots that were ever used; later slots are still zero. */
    static final long USED = 128;
    /** The head of the stack of free slots: version in the upper half, slot + 1 in the lower half. */
    static final long FREE = 192;
    /**
     * The number of entries outside their own bucket: those in the next one in the lower half, those further away in
     * the upper half.
     */
    static final long STRAYS = 256;
    static final long HEADER_BYTES = 4096;

    // ---- index: buckets of a cache line
    static final int WAYS = 16;
    static final int BUCKET_BYTES = WAYS * 4;
    /** The number of other buckets in which an entry may be. */
    static final int DETOURS = 8;
    static final int SLOT_BITS = 24;
    static final int SLOT_MASK = (1 << SLOT_BITS) - 1;
    static final int MAX_CAPACITY = 1 << 23;

    // ---- an entry
    static final int ENTRY_BYTES = 112;
    static final int STATE = 0;
    static final int HIGH_A = 8;
    static final int LOW_A = 16;
    static final int HIGH_B = 24;
    static final int LOW_B = 32;
    /** Port of A 16 bits, port of B 16, zone of A 12, zone of B 12, protocol 8. */
    static final int TUPLE = 40;
    /** VLAN 12 bits, IPv6 1, ingress port 16, epoch 16, policy decision 19. */
    static final int POLICY = 48;
    /** Largest window of A 16 bits, of B 16, in units of their scales, 4 bits each. */
    static final int SCALES = 56;
    /**
     * The counters of A, then of B: the lower 32 bits of packets; {@link #ACKNOWLEDGMENT}; and a word with bytes, lower
     * 54 bits, and the upper 10 bits of packets.
     */
    static final int COUNTERS = 64;
    /**
     * The offset from a side's {@link #COUNTERS} to the highest sequence number of the other side that it has
     * acknowledged, 32 bits.
     */
    static final int ACKNOWLEDGMENT = 4;
    static final int BYTES = 8;
    static final int BYTES_BITS = 54;
    /**
     * The windows of A, then of B: the end of what it has sent, 32 bits, and the end of what the other side may send,
     * 32 bits.
     */
    static final int WINDOWS = 96;
    /** The link of a free entry, in place of {@link #HIGH_A}: slot + 1 of the next free entry. */
    static final int NEXT_FREE = HIGH_A;

    // ---- the state word
    static final long PHASE_MASK = 0x1f;
    /** Set if B opened the connection. */
    static final long BEGUN_BY_B = 1 << 5;
    static final long IS_REPLIED = 1 << 6;
    /** Set if the windows of a TCP connection are known only approximately. */
    static final long IS_LIBERAL = 1 << 7;
    /** The bit of A; the bit of B is the next higher one. */
    static final long FIN = 1 << 8;
    static final long FIN_ACKED = 1 << 10;
    static final long SEEN = 1 << 12;
    static final long RESET = 1 << 14;
    /** The incarnation number, which changes whenever the entry is removed. */
    static final long INCARNATION = 0xffff_0000L;
    static final long INCARNATION_STEP = 0x1_0000L;
    static final int SECONDS_SHIFT = 32;

    // ---- the policy word
    static final int VLAN_SHIFT = 52;
    static final long IS_IPV6 = 1L << 51;
    static final int PORT_SHIFT = 35;
    static final int EPOCH_SHIFT = 19;
    static final long EPOCH_MASK = 0xffffL << EPOCH_SHIFT;
    static final long RULING_MASK = (1L << EPOCH_SHIFT) - 1;
    /** The bits of the policy word that belong to the key. */
    static final long MEMBERSHIP = -1L << 51;

    private Layout() {
    }

    static int phase(long state) {
        return (int) (state & PHASE_MASK);
    }

    static int seconds(long state) {
        return (int) (state >>> SECONDS_SHIFT);
    }

    static long withSeconds(long state, int seconds) {
        return state & 0xffff_ffffL | (long) seconds << SECONDS_SHIFT;
    }

    static long withPhase(long state, int phase) {
        return state & ~PHASE_MASK | phase;
    }

    /** Returns the side that opened the connection: 0 for A, 1 for B. */
    static int beginner(long state) {
        return (int) (state >>> 5) & 1;
    }

    static int vlan(long policy) {
        return (int) (policy >>> VLAN_SHIFT);
    }

    static int port(long policy) {
        return (int) (policy >>> PORT_SHIFT) & 0xffff;
    }

    static int epoch(long policy) {
        return (int) (policy >>> EPOCH_SHIFT) & 0xffff;
    }

    static long withRuling(long policy, int epoch, int decision) {
        long kept = (long) (PolicyDecision.policy(decision) + 1) << 2
                | (decision & (PolicyDecision.LOG | PolicyDecision.KEEP_ESTABLISHED)) >>> 2;
        return policy & ~(EPOCH_MASK | RULING_MASK) | (long) epoch << EPOCH_SHIFT | kept;
    }

    /**
     * Returns the {@link PolicyDecision} that allowed the connection, without the flags that concern its first packet
     * only.
     */
    static int decision(long policy) {
        int kept = (int) (policy & RULING_MASK);
        return (kept & 3) << 2 | PolicyDecision.allowedBy((kept >>> 2) - 1);
    }
}
