package net.weft.vswitch.device.vhost;

/**
 * What one ring marks in the {@link DirtyLog}: pages of frames that were given to the guest, and of the part of the ring that
 * Weft writes. One thread at a time.
 */
final class RingLog {
    private final DirtyLog log;
    private final GuestView view;
    private final Notifier written;
    private final long[] ringGuest;
    private final long[] ringBytes;

    /**
     * @param written told that there is something in the log
     * @param ringGuest guest addresses of what Weft writes of the ring; empty: the front end does not wish to know
     * @param ringBytes of each
     */
    RingLog(DirtyLog log, GuestView view, Notifier written, long[] ringGuest, long[] ringBytes) {
        this.log = log;
        this.view = view;
        this.written = written;
        this.ringGuest = ringGuest;
        this.ringBytes = ringBytes;
    }

    /** Marks what was written into the first {@code count} chains that the queue holds. */
    void frames(Virtqueue queue, int count) {
        for (int n = 0; n < count; n++) {
            int left = queue.written[n];
            for (int piece = queue.firstPiece[n]; left > 0; piece++) {
                int part = Math.min(left, queue.length[piece]);
                long guest = view.guest(queue.address[piece]);
                if (guest >= 0) {
                    log.mark(guest, part);
                }
                left -= part;
            }
        }
    }

    /** Whether the log cannot be written any more. */
    boolean isGone() {
        return log.isGone();
    }

    /** Marks the ring itself. */
    void ring() {
        for (int n = 0; n < ringGuest.length; n++) {
            log.mark(ringGuest[n], ringBytes[n]);
        }
        written.signal();
    }
}
