package net.weft.zone.track;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import net.weft.zone.PolicyDecision;

/**
 * Where things lie in a table of connections: a header, the index (8 bytes a connection, or more where the number is no power of
 * two), the entries (112 bytes each, two cache lines or three, and one page). All words are in the order of the machine.
 * <p>
 * The two sides of a connection are A and B, A having the smaller address and port, so that a packet of either direction finds it.
 */
final class Layout {
    static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
    static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    // ---- header: constant after the table was made, but for the words that have a cache line each
    /** "WeftConn". */
    static final long MAGIC_VALUE = 0x6e_6e_6f_43_74_66_65_57L;
    static final int VERSION_VALUE = 2;
    static final long MAGIC = 0;
    /** Version in the upper half, capacity in the lower. */
    static final long SHAPE = 8;
    static final long BOOT_HIGH = 16;
    static final long BOOT_LOW = 24;
    /** Six words. */
    static final long SECRET = 32;
    static final int SECRET_WORDS = 6;
    /** Over the words before it. */
    static final long CHECK = 80;
    /** Processes that have attached. */
    static final long GENERATION = 88;
    /** Until when TCP is picked up in the middle, seconds. */
    static final long COLD_UNTIL = 96;
    /** Slots that were ever used: those from here on are as the file was made. */
    static final long USED = 128;
    /** First of the free slots, a stack: version in the upper half, slot + 1 in the lower. */
    static final long FREE = 192;
    /** Entries that are not in their first bucket: in the next one lower half, further away upper half. */
    static final long STRAYS = 256;
    static final long HEADER_BYTES = 4096;

    // ---- index: buckets of a cache line
    static final int WAYS = 16;
    static final int BUCKET_BYTES = WAYS * 4;
    /** Buckets in which an entry may lie beside its own. */
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
    /** Port of A 16, port of B 16, zone of A 12, zone of B 12, protocol 8. */
    static final int TUPLE = 40;
    /** VLAN 12, IPv6 1, ingress port 16, epoch 16, ruling 19. */
    static final int POLICY = 48;
    /** Largest window of A 16, of B 16, in units of their scales, 4 bits each. */
    static final int SCALES = 56;
    /** Of A, of B: packets, lower 32; {@link #ACKNOWLEDGMENT}; and a word with bytes, lower 54, and the upper 10 of packets. */
    static final int COUNTERS = 64;
    /** From {@link #COUNTERS} of a side: the highest number of the other's that it has acknowledged, 32. */
    static final int ACKNOWLEDGMENT = 4;
    static final int BYTES = 8;
    static final int BYTES_BITS = 54;
    /** Of A, of B: the end of what was sent, 32, and the end of what the other side may send, 32. */
    static final int WINDOWS = 96;
    /** In the place of {@link #HIGH_A} of a free entry: slot + 1 of the next. */
    static final int NEXT_FREE = HIGH_A;

    // ---- the state word
    static final long PHASE_MASK = 0x1f;
    /** B began it. */
    static final long BEGUN_BY_B = 1 << 5;
    static final long IS_REPLIED = 1 << 6;
    /** TCP whose windows are known roughly. */
    static final long IS_LIBERAL = 1 << 7;
    /** Of A; B's is the bit above. */
    static final long FIN = 1 << 8;
    static final long FIN_ACKED = 1 << 10;
    static final long SEEN = 1 << 12;
    static final long RESET = 1 << 14;
    /** Changes whenever the entry is given up. */
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
    /** What belongs to the key. */
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

    /** 0: A, 1: B. */
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

    /** The {@link PolicyDecision} that admitted the connection, without what matters to its first packet only. */
    static int decision(long policy) {
        int kept = (int) (policy & RULING_MASK);
        return (kept & 3) << 2 | PolicyDecision.allowedBy((kept >>> 2) - 1);
    }
}
