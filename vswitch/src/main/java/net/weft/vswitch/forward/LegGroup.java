package net.weft.vswitch.forward;

/**
 * The legs of a port that has several, and how flows are distributed over them: {@value #BUCKETS} buckets, each with an order of
 * preference. A flow belongs to the bucket of its hash and leaves by the first leg of the bucket's order that is up. So when a leg fails
 * only its own flows move, spread evenly over the others, and they move back when it returns.
 */
public final class LegGroup {
    /** Number of buckets that flow hashes are divided into; a power of two. */
    public static final int BUCKETS = 256;
    /** Result of {@link #pick} if no leg is up. */
    public static final int NONE = -1;

    private final int[] legs;
    private final byte[] order;

    private LegGroup(int[] legs, byte[] order) {
        this.legs = legs;
        this.order = order;
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
        return new LegGroup(legs.clone(), order);
    }

    /** Number of legs. */
    public int size() {
        return legs.length;
    }

    /**
     * Number of the attachment of a leg.
     * @param n the bit of the leg in {@link LinkState}
     */
    public int leg(int n) {
        return legs[n];
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
