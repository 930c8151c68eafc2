package net.weft.vswitch.stack;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * Joins the pieces of frames that were cut for a stack link. At most {@link #FRAMES} frames are in the making; a piece of another frame takes
 * the place of the one that has waited longest there, so that pieces that were lost, or forged, hold no memory. Pieces are not
 * authenticated, the joined frame is.
 * <p>
 * One per worker; not thread-safe; nothing is allocated per frame.
 */
final class PieceTable implements AutoCloseable {
    /** Result of {@link #accept}: the frame is whole. */
    static final int WHOLE = -1;
    /** Result of {@link #accept}: other pieces are missing. */
    static final int MISSING = -2;
    /** A power of two. */
    static final int FRAMES = 16;
    private static final int MALFORMED = DropReason.MALFORMED.ordinal();
    private static final int NOT_AUTHENTICATED = DropReason.NOT_AUTHENTICATED.ordinal();
    private static final int REPLAYED = DropReason.REPLAYED.ordinal();
    /** Spreads the frames of several links over the places. */
    private static final int SLOT_STEP = 5;

    private final int[] slot = new int[FRAMES];
    private final int[] number = new int[FRAMES];
    private final int[] session = new int[FRAMES];
    private final int[] shape = new int[FRAMES];
    /** One bit for each piece that is there; 0: the place is free. */
    private final int[] pieces = new int[FRAMES];
    private @Nullable Arena arena;
    private long memory;
    private long whole;
    private int wholeBytes;
    private int incomplete;

    /** Makes the memory that the first piece would have to wait for. */
    void prepare() {
        if (arena == null) {
            Arena made = Arena.ofShared();
            MemorySegment segment = made.allocate((long) FRAMES * StackFrame.MOST_CUT_BYTES, 64);
            memory = segment.address();
            arena = made;
        }
    }

    /**
     * Takes a piece.
     *
     * @param from link by which it came
     * @param key session of the link, 0 if it has no protection
     * @return {@link #WHOLE}, {@link #MISSING}, or the ordinal of the reason to drop it
     */
    int accept(Burst burst, int i, int from, int key) {
        long head = burst.head(i);
        int data = burst.length[i] - StackFrame.PIECE_DATA;
        if (data <= 0 || arena == null) {
            return MALFORMED;
        }
        int index = Byte.toUnsignedInt(Memory.getByte(head + StackFrame.PIECE_INDEX));
        int count = Byte.toUnsignedInt(Memory.getByte(head + StackFrame.PIECE_COUNT));
        int total = Short.toUnsignedInt(Memory.getShortBe(head + StackFrame.PIECE_TOTAL));
        if (count < 2 || count > StackFrame.MOST_PIECES || index >= count || total > StackFrame.MOST_CUT_BYTES) {
            return MALFORMED;
        }
        int most = pieceBytes(total, count);
        int offset = index * most;
        int length = Math.min(most, total - offset);
        if (length <= 0 || data < length) {
            return MALFORMED;
        }
        if (Memory.getIntBe(head + StackFrame.PIECE_SESSION) != key) {
            return NOT_AUTHENTICATED;
        }
        int place = place(from, Memory.getIntBe(head + StackFrame.PIECE_NUMBER), key, count << 16 | total);
        if ((pieces[place] & 1 << index) != 0) {
            return REPLAYED;
        }
        long at = memory + (long) place * StackFrame.MOST_CUT_BYTES;
        copy(burst, i, at + offset, length);
        pieces[place] |= 1 << index;
        if (pieces[place] != (1 << count) - 1) {
            return MISSING;
        }
        pieces[place] = 0;
        whole = at;
        wholeBytes = total;
        return WHOLE;
    }

    /** Returns the place of a frame, which another one has left to it if need be. */
    private int place(int from, int frame, int key, int form) {
        int place = frame + from * SLOT_STEP & FRAMES - 1;
        boolean isSame = slot[place] == from && number[place] == frame && session[place] == key && shape[place] == form;
        if (!isSame) {
            incomplete += pieces[place] == 0 ? 0 : 1;
            slot[place] = from;
            number[place] = frame;
            session[place] = key;
            shape[place] = form;
            pieces[place] = 0;
        }
        return place;
    }

    /** Copies {@code bytes} of a frame from {@link StackFrame#PIECE_DATA} on. */
    private static void copy(Burst burst, int i, long to, int bytes) {
        int head = Math.min(bytes, Math.max(0, burst.headLength[i] - StackFrame.PIECE_DATA));
        Memory.copy(burst.head(i) + StackFrame.PIECE_DATA, to, head);
        int done = head;
        for (int n = 0; n < burst.bodyCount(i) && done < bytes; n++) {
            int part = Math.min(burst.bodyLength(i, n), bytes - done);
            Memory.copy(burst.bodyAddress(i, n), to + done, part);
            done += part;
        }
    }

    /** Returns the length of each piece but the last, which may be shorter. */
    static int pieceBytes(int total, int count) {
        return (total + count - 1) / count;
    }

    /** Address of the frame that was found {@link #WHOLE} last, from {@link StackFrame#VERSION} on; until the next piece. */
    long whole() {
        return whole;
    }

    int wholeBytes() {
        return wholeBytes;
    }

    /** Returns how many frames were given up since the last call because pieces of them were missing. */
    int takeIncomplete() {
        int count = incomplete;
        incomplete = 0;
        return count;
    }

    @Override
    public void close() {
        if (arena != null) {
            arena.close();
        }
    }
}
