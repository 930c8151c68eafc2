package net.weft.vswitch.forward;

import java.util.List;
import java.util.stream.IntStream;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.port.FlowFields;
import org.jspecify.annotations.Nullable;

/**
 * The legs of a port that has several, and how flows are distributed over them: {@value #BUCKETS} buckets, each with an order of
 * preference. A flow belongs to the bucket of its hash and leaves by the first leg of the bucket's order that is up. So when a leg fails
 * only its own flows move, spread evenly over the others, and they move back when it returns.
 * <p>
 * The group of a link aggregation has {@link LegBuckets} instead of an order of its own: there a protocol decides when a
 * bucket moves back.
 */
public final class LegGroup {
    /** Number of buckets that flow hashes are divided into; a power of two. */
    public static final int BUCKETS = LegBuckets.BUCKETS;
    /** Result of {@link #pick} if no leg is up. */
    public static final int NONE = -1;
    /** Result of {@link #pick} if the frame must be held, because its bucket is about to move. */
    static final int HOLD = -3;

    private final int[] legs;
    private final byte[] order;
    private final @Nullable LegBuckets buckets;
    private final FlowFields fields;

    private LegGroup(int[] legs, byte[] order, @Nullable LegBuckets buckets, FlowFields fields) {
        this.legs = legs;
        this.order = order;
        this.buckets = buckets;
        this.fields = fields;
    }

    /**
     * Creates the group of a link aggregation.
     * @param legs numbers of the legs by slot, negative where a slot is free
     * @param buckets the slot of each bucket, beside the snapshot
     * @param fields what tells flows apart
     */
    static LegGroup aggregated(int[] legs, LegBuckets buckets, FlowFields fields) {
        return new LegGroup(legs.clone(), new byte[0], buckets, fields);
    }

    /**
     * Creates a group with an even distribution: each leg comes first in the same number of buckets, and the second
     * legs of those buckets are evenly distributed, too.
     * @param legs numbers of the legs in the order of their bits in {@link LinkState}, 1 to {@value LinkState#MAX_LEGS}
     *            of them
     * @throws IllegalArgumentException for another number of legs
     */
    public static LegGroup balanced(int[] legs) {
        int count = legs.length;
        if (count < 1 || count > LinkState.MAX_LEGS) {
            throw new IllegalArgumentException(count + " legs of one port: expected 1 to " + LinkState.MAX_LEGS);
        }
        byte[] order = new byte[BUCKETS * count];
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            int first = bucket % count;
            order[bucket * count] = (byte) first;
            int turn = count == 1 ? 0 : bucket / count % (count - 1);
            for (int n = 0; n < count - 1; n++) {
                int other = (turn + n) % (count - 1);
                order[bucket * count + 1 + n] = (byte) (other < first ? other : other + 1);
            }
        }
        return new LegGroup(legs.clone(), order, null, FlowFields.L3_L4);
    }

    /** Number of legs; of a link aggregation the number of slots, of which some may be free. */
    public int size() {
        return legs.length;
    }

    /**
     * Number of the attachment of a leg; negative for a free slot.
     * @param n the bit of the leg in {@link LinkState}
     */
    public int leg(int n) {
        return legs[n];
    }

    /**
     * Returns the leg by which a frame leaves, and notes when its bucket was used.
     * @param up the port's word of {@link LinkState}
     * @param worker id of the worker that sends the frame; negative for a trace, which notes nothing
     * @param nowNs monotonic clock
     * @return number of the leg, or a negative number
     */
    int pick(Burst burst, int i, int up, int worker, long nowNs) {
        LegBuckets live = buckets;
        if (live == null) {
            return pick(FlowHash.of(burst, i, FlowFields.L3_L4), up);
        }
        return worker >= 0 && live.mustHold(worker, LegBuckets.bucket(FlowHash.of(burst, i, fields)))
                ? HOLD
                : pickUnheld(burst, i, up, worker, nowNs);
    }

    /** Returns whether {@link #pick} may return {@link #HOLD}. */
    boolean mayHold() {
        return buckets != null && buckets.isAnyHeld();
    }

    /**
     * As {@link #pick(Burst, int, int, int, long)}, for a worker that holds no frames, while {@link #mayHold} is false.
     */
    int pickUnheld(Burst burst, int i, int up, int worker, long nowNs) {
        LegBuckets live = buckets;
        if (live == null) {
            return pick(FlowHash.of(burst, i, FlowFields.L3_L4), up);
        }
        int bucket = LegBuckets.bucket(FlowHash.of(burst, i, fields));
        if (worker >= 0) {
            live.used(worker)[bucket] = nowNs;
        }
        int slot = live.pick(bucket, up);
        return slot < 0 ? NONE : legs[slot];
    }

    /**
     * Returns the leg by which a frame of a bucket leaves that was held, and notes when its bucket was used.
     * @param up the port's word of {@link LinkState}
     * @param worker id of the worker that sends the frame; negative for a trace, which notes nothing
     * @param nowNs monotonic clock
     */
    int release(int bucket, int up, int worker, long nowNs) {
        LegBuckets live = buckets;
        if (live != null && worker >= 0) {
            live.used(worker)[bucket] = nowNs;
        }
        return legOf(bucket, up);
    }

    /**
     * Why a frame leaves a link aggregation by a leg.
     * @param bucket the bucket of its flow
     * @param isHome whether the leg is that of the bucket, and not one that takes its place because that is down
     * @param legsInUse numbers of the legs that carry frames now
     */
    public record Choice(int bucket, boolean isHome, FlowFields fields, List<Integer> legsInUse) {
    }

    /** Returns why a frame leaves by a leg; null unless this is a link aggregation. @param up legs that carry frames */
    @Nullable
    Choice explain(Burst burst, int i, int up) {
        LegBuckets live = buckets;
        if (live == null) {
            return null;
        }
        int bucket = LegBuckets.bucket(FlowHash.of(burst, i, fields));
        int slot = live.slot(bucket);
        return new Choice(bucket, slot >= 0 && (up >>> slot & 1) != 0, fields,
                IntStream.range(0, legs.length).filter(n -> (up >>> n & 1) != 0).mapToObj(n -> legs[n]).toList());
    }

    /** The buckets of a link aggregation; null for any other group. */
    @Nullable
    LegBuckets buckets() {
        return buckets;
    }

    /** The header fields by which flows are distinguished. */
    FlowFields fields() {
        return fields;
    }

    /** Returns the leg of a bucket of a link aggregation, whether its frames are held or not. */
    int legOf(int bucket, int up) {
        int slot = buckets == null ? NONE : buckets.pick(bucket, up);
        return slot < 0 ? NONE : legs[slot];
    }

    /**
     * Returns the leg by which a flow leaves.
     * @param hash of the flow
     * @param up the port's word of {@link LinkState}
     * @return number of the leg, or {@link #NONE}
     */
    public int pick(int hash, int up) {
        int at = (hash & BUCKETS - 1) * legs.length;
        for (int n = at; n < at + legs.length; n++) {
            int leg = order[n];
            if ((up >>> leg & 1) != 0) {
                return legs[leg];
            }
        }
        return NONE;
    }
}
