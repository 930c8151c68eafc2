package net.weft.vswitch.device.vhost;

import net.weft.linux.Memory;

/**
 * A position in a packed ring (virtio 1.2, 2.8.1) in the encoding of vhost-user ("Vring state description"): the slot
 * in bits 0-14 and the wrap counter in bit 15, for the next available chain in the lower half and the next used one in
 * the upper half. Weft has nothing in flight in a stopped ring, so both halves are equal.
 */
final class PackedPosition {
    private static final long AVAILABLE = 1L << 48 + 7;
    private static final long USED = 1L << 48 + 15;
    private static final long NEXT = (long) DescriptorChain.NEXT << 48;
    private static final int SLOT_MASK = 0x7FFF;

    private PackedPosition() {
    }

    static int of(int slot, int wrap) {
        int half = slot | wrap << 15;
        return half | half << 16;
    }

    static int slot(int position) {
        return position & SLOT_MASK;
    }

    /** Wrap counter, 0 or 1. */
    static int wrap(int position) {
        return position >>> 15 & 1;
    }

    /** Returns whether a descriptor, given by its second word, is available in the lap of this wrap counter. */
    static boolean isAvailable(long word, int wrap) {
        return (word & (AVAILABLE | USED)) == (wrap == 0 ? USED : AVAILABLE);
    }

    /** Returns the second word of a used descriptor in the lap of this wrap counter. */
    static long used(int id, int bytes, int wrap) {
        return bytes & 0xFFFF_FFFFL | (long) id << 32 | (bytes > 0 ? (long) DescriptorChain.WRITE << 48 : 0)
                | -wrap & (AVAILABLE | USED);
    }

    /**
     * Returns whether the position is consistent with the descriptors of the ring. The guest may be making more
     * available meanwhile.
     * <p>
     * No descriptor at or after the position may be used in this lap, and none before it may still be used in the
     * previous lap. A descriptor that is neither used nor available now is the rest of a chain whose head was returned,
     * so it must follow a used descriptor or one with the NEXT flag; otherwise it belongs to a chain that still waits,
     * and the position is wrong.
     *
     * @param ring local address of the descriptors
     */
    static boolean isPlausible(int position, long ring, int size) {
        boolean mayBeRest = true;
        for (int n = 0; n < size; n++) {
            long word = Memory.getLongAcquire(ring + 16L * n + 8);
            boolean behind = n < slot(position);
            int lap = behind ? wrap(position) ^ 1 : wrap(position);
            boolean sameFlags = (word & AVAILABLE) != 0 == ((word & USED) != 0);
            if (sameFlags && (word & USED) != 0 == (lap == 1)) {
                return false;
            }
            boolean rest = !sameFlags && !isAvailable(word, lap);
            if (rest && !mayBeRest) {
                return false;
            }
            mayBeRest = !rest || (word & NEXT) != 0;
            if (n + 1 == slot(position)) {
                mayBeRest = true;
            }
        }
        return true;
    }
}
