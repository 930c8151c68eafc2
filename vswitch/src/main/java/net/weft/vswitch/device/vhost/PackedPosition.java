package net.weft.vswitch.device.vhost;

import net.weft.linux.Memory;

/**
 * A place in a packed ring (virtio 1.2, 2.8.1), as the front end is told it: the slot in bits 0-14, the wrap counter in bit 15,
 * where the next chain is taken in the lower and where it is returned in the upper half (vhost-user, "Vring state
 * description"). Weft has nothing in flight in a ring at rest, so both halves are the same.
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

    /** Whether a descriptor, given by its second word, is available in the lap of this wrap counter. */
    static boolean isAvailable(long word, int wrap) {
        return (word & (AVAILABLE | USED)) == (wrap == 0 ? USED : AVAILABLE);
    }

    /** Second word of a descriptor that is returned in the lap of this wrap counter. */
    static long used(int id, int bytes, int wrap) {
        return bytes & 0xFFFF_FFFFL | (long) id << 32 | (bytes > 0 ? (long) DescriptorChain.WRITE << 48 : 0)
                | -wrap & (AVAILABLE | USED);
    }

    /**
     * Whether a ring can stand there, judged by what its descriptors say. The guest may be making more available meanwhile.
     * <p>
     * From the position on, nothing has been returned in this lap, before it, nothing in the lap before. What was neither
     * returned nor is it available now is the rest of a chain whose head was returned, so it follows a returned descriptor or
     * one that names a next; else it is a chain that waits still, and the position is wrong.
     *
     * @param ring address here of the descriptors
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
