package net.weft.vswitch.fdb;

/**
 * A MAC entry: an address that was learned on a port.
 * @param vid {@code 1..4094}
 * @param mac 48 bits, first byte of the address lowest; an individual address, not a group address
 * @param port number of the port, {@code 0..65535}
 * @param seenSeconds time of its last frame, by the monotonic clock in seconds
 */
public record MacEntry(int vid, long mac, int port, int seenSeconds) {
    private static final long MAC_BITS = 48;

    /** Returns whether all fields are in their ranges. */
    boolean isSane() {
        return vid >= 1 && vid <= 4094 && mac > 0 && mac >>> MAC_BITS == 0 && (mac & 1) == 0 && port >= 0
                && port < FdbImage.MAX_PORTS && seenSeconds >= 0;
    }
}
