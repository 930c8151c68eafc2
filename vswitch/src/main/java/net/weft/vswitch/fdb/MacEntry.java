package net.weft.vswitch.fdb;

/**
 * A station that was learned.
 *
 * @param vid {@code 1..4094}
 * @param mac 48 bits, first byte of the address lowest; one station's, not a group's
 * @param port number of the port, {@code 0..65535}
 * @param seenSeconds when its last frame came, by the monotonic clock
 */
public record MacEntry(int vid, long mac, int port, int seenSeconds) {
    private static final long MAC_BITS = 48;

    /** Whether a frame from such a station can have come. */
    boolean isSane() {
        return vid >= 1 && vid <= 4094 && mac > 0 && mac >>> MAC_BITS == 0 && (mac & 1) == 0 && port >= 0
                && port < FdbImage.MAX_PORTS && seenSeconds >= 0;
    }
}
