package net.weft.vswitch.device.vhost;

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
        return bytes | (long) id << 32 | (bytes > 0 ? (long) DescriptorChain.WRITE << 48 : 0)
                | -wrap & (AVAILABLE | USED);
    }
}
