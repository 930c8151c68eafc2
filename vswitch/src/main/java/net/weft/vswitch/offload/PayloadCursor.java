package net.weft.vswitch.offload;

import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;

/**
 * Walks once over the payload of a frame and deals it out to the frames it is cut into. Bytes that belong into a head are
 * copied there; the others are not: the new frame's body points into the memory of the old one, its body or a grown head,
 * which stays in place until the burst is released. A guest that changes them meanwhile spoils its own checksum and nothing else.
 */
final class PayloadCursor {
    private Burst burst;
    private int frame;
    /** Body segment the cursor is in; -1 for the head. */
    private int segment;
    private long address;
    private int available;

    /** A cursor to be {@link #start}ed; until then over nothing of {@code burst}. */
    PayloadCursor(Burst burst) {
        this.burst = burst;
    }

    /** Goes to {@code payload} bytes into the frame, which lies in its head. */
    void start(Burst source, int sourceFrame, int payload) {
        burst = source;
        frame = sourceFrame;
        segment = -1;
        address = source.head(sourceFrame) + payload;
        available = source.headLength[sourceFrame] - payload;
    }

    /**
     * Appends the next {@code bytes}, of which there are as many, to the newest frame of {@code out}.
     *
     * @param headers bytes its head holds already
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

    /** Steps over at most {@code wanted} bytes that lie together and end at {@link #address}; at least one. */
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
