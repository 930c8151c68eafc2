package net.weft.vswitch.device.vhost;

/**
 * Translates guest addresses to addresses in this process, for one ring. The cost is a subtraction and a compare as
 * long as addresses stay in the region of the last hit, which is nearly always. One thread at a time.
 */
final class GuestView {
    private final long[] guest;
    private final long[] size;
    private final long[] host;
    private long lastGuest;
    private long lastSize = -1;
    private long lastHost;
    private long run;

    /**
     * Creates a view of the regions in three parallel arrays. Guest addresses and sizes must be positive and their sums
     * must not overflow.
     */
    GuestView(long[] guest, long[] size, long[] host) {
        this.guest = guest;
        this.size = size;
        this.host = host;
    }

    /**
     * Translates a guest address. {@link #run} then returns how many of the bytes are contiguous there; the rest may be
     * in another region.
     *
     * @param address guest address, untrusted: any value
     * @param bytes {@code 1..2^32-1}
     * @return address in this process; 0 if it is in no region
     */
    long at(long address, long bytes) {
        long offset = address - lastGuest;
        if (offset >= 0 && offset <= lastSize - bytes) {
            run = bytes;
            return lastHost + offset;
        }
        return search(address, bytes);
    }

    private long search(long address, long bytes) {
        for (int n = 0; n < guest.length; n++) {
            long offset = address - guest[n];
            if (offset >= 0 && offset < size[n]) {
                lastGuest = guest[n];
                lastSize = size[n];
                lastHost = host[n];
                run = Math.min(bytes, size[n] - offset);
                return host[n] + offset;
            }
        }
        return 0;
    }

    /**
     * Translates an address in this process back to a guest address; -1 if it is in no region. Searches all regions.
     */
    long guest(long here) {
        for (int n = 0; n < host.length; n++) {
            long offset = here - host[n];
            if (offset >= 0 && offset < size[n]) {
                return guest[n] + offset;
            }
        }
        return -1;
    }

    /** Number of contiguous bytes that the last {@link #at} found, at least 1. */
    long run() {
        return run;
    }
}
