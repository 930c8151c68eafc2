package net.weft.vswitch.device.vhost;

import net.weft.linux.Errno;
import net.weft.linux.Mapping;

/**
 * The setup of a ring: validated addresses in this process, and the guest's features.
 *
 * @param size entries, {@code 1..32768}; a power of two for a split ring
 * @param descriptors descriptor table or packed ring, aligned to 16
 * @param driver area that the guest writes: available ring (aligned to 2) or driver event suppression (aligned to 4)
 * @param device area that Weft writes: used ring or device event suppression, aligned to 4
 * @param base position of a packed ring, a {@link PackedPosition}; a split ring holds its own position
 * @param inflight address where a packed ring keeps its position, see {@link PackedInflight}; 0 for none
 */
record RingSetup(int size, long descriptors, long driver, long device, GuestView view, Notifier call, long features,
        int base, long inflight) {
    /** Bytes of an entry of a used ring. */
    static final int USED_ENTRY_BYTES = 8;
    /** Bytes of an event suppression structure of a packed ring. */
    static final int EVENT_BYTES = 4;
    /** Bytes of flags, index and event index of an available or used ring. */
    private static final int INDEX_BYTES = 6;

    /** Bytes of a descriptor table or packed ring. */
    static long descriptorBytes(int size) {
        return (long) size * DescriptorChain.DESCRIPTOR_BYTES;
    }

    /** Bytes of an available ring. */
    static long availableBytes(int size) {
        return INDEX_BYTES + 2L * size;
    }

    /** Bytes of a used ring. */
    static long usedBytes(int size) {
        return INDEX_BYTES + (long) USED_ENTRY_BYTES * size;
    }

    /**
     * Makes the pages of the ring present, as long as a failure can still be reported to the front end. Later a missing
     * page would be a fault in a worker.
     */
    void requirePages(int ring) throws VhostViolationException {
        boolean packed = VirtioNet.has(features, VirtioNet.RING_PACKED);
        requirePages(ring, descriptors, descriptorBytes(size));
        requirePages(ring, driver, packed ? EVENT_BYTES : availableBytes(size));
        requirePages(ring, device, packed ? EVENT_BYTES : usedBytes(size));
    }

    private static void requirePages(int ring, long at, long bytes) throws VhostViolationException {
        int answer = Mapping.makeWritable(at, bytes);
        if (answer < 0 && answer != -Errno.EINVAL) {
            throw VhostViolationException
                    .refused("ring " + ring + " lies in memory that its file does not have or cannot"
                            + " get (" + Errno.strerror(answer) + "); is the file system, the pool of huge pages or the"
                            + " memory of the control group used up?");
        }
    }

    RingSetup resumed(int nextBase, long part) {
        return new RingSetup(size, descriptors, driver, device, view, call, features, nextBase, part);
    }
}
