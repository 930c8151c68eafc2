package net.weft.vswitch.device.vhost;

import net.weft.linux.Memory;

/**
 * Detects a guest whose memory is not shared. QEMU passes the file of a memory backend even with {@code share=off}; the
 * guest then works on a private copy, and the file stays empty. The symptom is a guest whose memory was blank when its
 * vNIC started, and which kicks a ring that appears never to have been written.
 */
final class SharingWarning {
    private final long descriptors;
    private final long available;

    /**
     * @param descriptors address of the transmit ring's descriptors
     * @param available address of the area in which the guest publishes descriptors
     */
    SharingWarning(long descriptors, long available) {
        this.descriptors = descriptors;
        this.available = available;
    }

    /**
     * Returns whether the ring is still blank after a kick, so that the memory is not shared. Call while the rings are
     * in use.
     */
    boolean isConfirmed() {
        return Memory.getLong(descriptors) == 0 && Memory.getLong(descriptors + 8) == 0
                && Memory.getInt(available) == 0;
    }
}
