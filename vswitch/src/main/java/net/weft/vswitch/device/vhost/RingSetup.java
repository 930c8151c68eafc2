package net.weft.vswitch.device.vhost;

/**
 * What a ring is built from: checked addresses here, and the guest's features.
 *
 * @param size entries, {@code 1..32768}; a power of two for a split ring
 * @param descriptors descriptor table or packed ring, aligned to 16
 * @param driver what the guest writes: available ring (aligned to 2) or driver event suppression (aligned to 4)
 * @param device what Weft writes: used ring or device event suppression, aligned to 4
 * @param base where a packed ring stands, a {@link PackedPosition}; a split ring says so itself
 * @param inflight where a packed ring keeps that, see {@link PackedInflight}; 0 for nowhere
 */
record RingSetup(int size, long descriptors, long driver, long device, GuestView view, Notifier call, long features,
        int base, long inflight) {
    RingSetup resumed(int nextBase, long part) {
        return new RingSetup(size, descriptors, driver, device, view, call, features, nextBase, part);
    }
}
