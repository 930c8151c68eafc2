package net.weft.vswitch.device.vhost;

/**
 * Marks the pages that one ring writes in the {@link DirtyLog}: the buffers of frames delivered to the guest, and the
 * part of the ring that Weft writes. One thread at a time.
 */
final class RingLog {
    private final DirtyLog log;
    private final GuestView view;
    private final Notifier written;
    private final long[] ringGuest;
    private final long[] ringBytes;

    /**
     * @param written notifier that is signalled after pages were marked
     * @param ringGuest guest addresses of the parts of the ring that Weft writes; empty if the front end did not
     *     request their logging
     * @param ringBytes length of each part
     */
    RingLog(DirtyLog log, GuestView view, Notifier written, long[] ringGuest, long[] ringBytes) {
        this.log = log;
        this.view = view;
        this.written = written;
        this.ringGuest = ringGuest;
        this.ringBytes = ringBytes;
    }

    /** Marks the bytes written into the first {@code count} chains that the queue holds. */
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

    /** Returns whether the memory of the log is gone. */
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
