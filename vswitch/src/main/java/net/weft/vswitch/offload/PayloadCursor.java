package net.weft.vswitch.offload;

import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;

/**
 * Walks once over the payload of a frame and distributes it to the pieces that the frame is cut into. Bytes that fit
 * into the head of a piece are copied there. The other bytes are shared: the body of the piece points into the body or
 * extended head of the original frame, which stays in place until the burst is released. A guest that changes these
 * bytes meanwhile invalidates only its own checksum.
 */
final class PayloadCursor {
    private Burst burst;
    private int frame;
    /** Index of the current body segment; -1 for the head. */
    private int segment;
    private long address;
    private int available;

    /** Creates a cursor, which must be {@link #start}ed before use. */
    PayloadCursor(Burst burst) {
        this.burst = burst;
    }

    /** Starts at offset {@code payload} of the frame, which lies in its head. */
    void start(Burst source, int sourceFrame, int payload) {
        burst = source;
        frame = sourceFrame;
        segment = -1;
        address = source.head(sourceFrame) + payload;
        available = source.headLength[sourceFrame] - payload;
    }

    /**
     * Appends the next {@code bytes} bytes, which must be available, to the newest frame of {@code out}.
     * @param headers bytes that its head already contains
     */
    void take(Burst out, int index, int headers, int bytes) {
        int toHead = Math.max(0, Math.min(bytes, Burst.HEAD_BYTES - headers));
        out.headLength[index] = headers + toHead;
        long to = out.head(index) + headers;
        for (int done = 0; done < toHead;) {
            int piece = piece(toHead - done);
            Memory.copy(address - piece, to + done, piece);
            done += piece;
        }
        for (int left = bytes - toHead; left > 0;) {
            int piece = piece(left);
            out.appendBody(index, address - piece, piece);
            left -= piece;
        }
    }

    /**
     * Advances over at most {@code wanted} contiguous bytes, which end at {@link #address}; returns their number, at
     * least one.
     */
    private int piece(int wanted) {
        while (available == 0) {
            segment++;
            address = burst.bodyAddress(frame, segment);
            available = burst.bodyLength(frame, segment);
        }
        int piece = Math.min(wanted, available);
        address += piece;
        available -= piece;
        return piece;
    }
}
