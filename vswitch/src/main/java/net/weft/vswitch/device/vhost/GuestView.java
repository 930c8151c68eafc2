package net.weft.vswitch.device.vhost;

/**
 * Guest address to address here, for one ring: a subtraction and a compare while addresses stay in the region that was hit
 * last, which is nearly always. One thread at a time.
 */
final class GuestView {
    private final long[] guest;
    private final long[] size;
    private final long[] host;
    private long lastGuest;
    private long lastSize = -1;
    private long lastHost;
    private long run;

    /** Parallel arrays; guest addresses and sizes are positive and their sums do not overflow. */
    GuestView(long[] guest, long[] size, long[] host) {
        this.guest = guest;
        this.size = size;
        this.host = host;
    }

    /**
     * Finds guest memory. {@link #run} then says how many of the bytes lie there in one piece; the rest may be in another
     * region.
     *
     * @param address as the guest wrote it, any value
     * @param bytes {@code 1..2^32-1}
     * @return address here, 0 when it is in no region
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

    /** The guest address of memory here; -1 when it is the guest's no more. Looks through all regions. */
    long guest(long here) {
        for (int n = 0; n < host.length; n++) {
            long offset = here - host[n];
            if (offset >= 0 && offset < size[n]) {
                return guest[n] + offset;
            }
        }
        return -1;
    }

    /** Bytes that the last {@link #at} found in one piece, at least 1. */
    long run() {
        return run;
    }
}
