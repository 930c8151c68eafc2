package net.weft.lacp.distribution;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Spreads 256 buckets over the legs of a LAG. A leg has a slot, 0 to 31, which it keeps while it belongs to the LAG. A bucket has a
 * home leg, and an order in which the other legs take its place.
 * <p>
 * Homes differ by at most one bucket between legs, and a change of the legs moves as few as that allows. The buckets of a leg that fails
 * are spread evenly over the others, and no other bucket moves. Immutable: a failure is a change of the mask that {@link #slot} is given.
 */
public final class LegTable {
    public static final int BUCKETS = 256;
    public static final int MAX_SLOTS = 32;
    /** The result when no leg is live. */
    public static final int NONE = -1;

    private static final int FREE = 0;

    /** The leg number of each slot, {@link #FREE} when there is none. */
    private final int[] legs;
    private final int count;
    /** For each bucket its slots, most preferred first. */
    private final byte[] preference;

    private LegTable(int[] legs, byte[] homes) {
        this.legs = legs;
        count = (int) Arrays.stream(legs).filter(leg -> leg != FREE).count();
        preference = new byte[BUCKETS * count];
        fillPreference(homes);
    }

    /** A table without legs, to begin with. */
    public static LegTable empty() {
        byte[] homes = new byte[BUCKETS];
        Arrays.fill(homes, (byte) NONE);
        return new LegTable(new int[MAX_SLOTS], homes);
    }

    /**
     * The table for other legs. Legs that stay keep their slots; a new leg takes the lowest free one.
     *
     * @param numbers LACP port numbers, each at least 1 and once, at most 32
     */
    public LegTable with(int... numbers) {
        int[] wanted = Arrays.stream(numbers).sorted().distinct().toArray();
        if (wanted.length != numbers.length || wanted.length > MAX_SLOTS
                || (wanted.length > 0 && wanted[0] <= FREE)) {
            throw new IllegalArgumentException("legs " + Arrays.toString(numbers)
                    + ": expected at most 32 different numbers from 1 on");
        }
        int[] slots = legs.clone();
        byte[] homes = homes();
        for (int slot = 0; slot < MAX_SLOTS; slot++) {
            if (slots[slot] != FREE && Arrays.binarySearch(wanted, slots[slot]) < 0) {
                slots[slot] = FREE;
                forget(homes, slot);
            }
        }
        for (int leg : wanted) {
            if (indexOf(slots, leg) < 0) {
                slots[indexOf(slots, FREE)] = leg;
            }
        }
        balance(homes, slots, wanted.length);
        return new LegTable(slots, homes);
    }

    /** The slot that a bucket uses: the first of its order that is live, or {@link #NONE}. */
    public int slot(int bucket, int liveSlots) {
        int at = bucket * count;
        for (int i = 0; i < count; i++) {
            int slot = preference[at + i];
            if ((liveSlots & 1 << slot) != 0) {
                return slot;
            }
        }
        return NONE;
    }

    /** The slot of a leg, or {@link #NONE}. */
    public int slotOf(int leg) {
        return indexOf(legs, leg);
    }

    /** The number of the leg in a slot; 0 when the slot is free. */
    public int leg(int slot) {
        return legs[slot];
    }

    /** The bucket of a flow. All bits of the hash count. */
    public static int bucket(long flowHash) {
        return (int) ((flowHash * 0x9e37_79b9_7f4a_7c15L) >>> 56);
    }

    private byte[] homes() {
        byte[] homes = new byte[BUCKETS];
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            homes[bucket] = count == 0 ? NONE : preference[bucket * count];
        }
        return homes;
    }

    private static void forget(byte[] homes, int slot) {
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            if (homes[bucket] == slot) {
                homes[bucket] = NONE;
            }
        }
    }

    /** Takes buckets from legs that have more than their share, and gives these and the homeless ones to legs that have less. */
    private static void balance(byte[] homes, int[] slots, int legCount) {
        if (legCount == 0) {
            return;
        }
        int[] load = new int[MAX_SLOTS];
        for (byte home : homes) {
            if (home != NONE) {
                load[home]++;
            }
        }
        int extra = BUCKETS % legCount;
        int[] share = new int[MAX_SLOTS];
        for (int slot : byLoad(slots, load)) {
            share[slot] = BUCKETS / legCount + (extra-- > 0 ? 1 : 0);
        }
        for (int bucket = BUCKETS - 1; bucket >= 0; bucket--) {
            int home = homes[bucket];
            if (home != NONE && load[home] > share[home]) {
                load[home]--;
                homes[bucket] = NONE;
            }
        }
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            if (homes[bucket] == NONE) {
                int slot = emptiest(slots, load, share);
                homes[bucket] = (byte) slot;
                load[slot]++;
            }
        }
    }

    /** The used slots, the most loaded first: those keep one more bucket when the division leaves a rest. */
    private static int[] byLoad(int[] slots, int[] load) {
        return IntStream.range(0, MAX_SLOTS).filter(slot -> slots[slot] != FREE).boxed()
                .sorted((a, b) -> load[b] - load[a]).mapToInt(Integer::intValue).toArray();
    }

    private static int emptiest(int[] slots, int[] load, int[] share) {
        int best = NONE;
        for (int slot = 0; slot < MAX_SLOTS; slot++) {
            boolean room = slots[slot] != FREE && load[slot] < share[slot];
            if (room && (best == NONE || share[slot] - load[slot] > share[best] - load[best])) {
                best = slot;
            }
        }
        return best;
    }

    /** The k-th bucket of a home takes the k-th permutation of the other legs, so that each of them stands first equally often. */
    private void fillPreference(byte[] homes) {
        int[] seen = new int[MAX_SLOTS];
        for (int bucket = 0; bucket < BUCKETS && count > 0; bucket++) {
            int home = homes[bucket];
            int[] others = IntStream.range(0, MAX_SLOTS)
                    .filter(slot -> legs[slot] != FREE && slot != home).toArray();
            preference[bucket * count] = (byte) home;
            int permutation = seen[home]++;
            for (int left = others.length; left > 0; left--) {
                int pick = permutation % left;
                permutation /= left;
                preference[bucket * count + count - left] = (byte) others[pick];
                System.arraycopy(others, pick + 1, others, pick, left - pick - 1);
            }
        }
    }

    private static int indexOf(int[] values, int value) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] == value) {
                return i;
            }
        }
        return NONE;
    }
}
