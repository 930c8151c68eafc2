package net.weft.vswitch.device.vhost;

import net.weft.linux.Memory;

/**
 * Whether a guest's memory is shared at all. QEMU passes the file of a memory backend with {@code share=off} as well; the
 * guest then works on a private copy, and here the file stays empty. So: a guest whose memory was blank when its card started,
 * and which kicks a ring that nobody seems to have written to.
 */
final class SharingWarning {
    private final long descriptors;
    private final long available;

    /**
     * @param descriptors address of the transmit ring's descriptors
     * @param available address of the area where the guest publishes them
     */
    SharingWarning(long descriptors, long available) {
        this.descriptors = descriptors;
        this.available = available;
    }

    /** Asked after a kick, while the rings are in use. */
    boolean isConfirmed() {
        return Memory.getLong(descriptors) == 0 && Memory.getLong(descriptors + 8) == 0
                && Memory.getInt(available) == 0;
    }
}
