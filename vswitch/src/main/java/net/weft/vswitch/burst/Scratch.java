package net.weft.vswitch.burst;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import net.weft.linux.MessageVector;

/**
 * A worker's own memory for transmitting: one slot for the header of each frame, and the I/O vectors that the kernel
 * gathers from. One thread; nothing is allocated after construction.
 */
public final class Scratch implements AutoCloseable {
    /** Size of a slot in bytes: a prefix of up to 32 bytes and the longest head with a tag. */
    public static final int SLOT_BYTES = Burst.HEAD_LIMIT + 64;
    private static final int SEGMENTS = 1 + Burst.MAX_BODY_SEGMENTS;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment slots = arena.allocate((long) Burst.CAPACITY * SLOT_BYTES, 64);
    private final long slotsAddress = slots.address();
    private final MessageVector messages = new MessageVector(arena, Burst.CAPACITY, SEGMENTS, 0);
    private boolean refused;
    private DropReason refusal = DropReason.REFUSED;

    /** The messages to the kernel, one for each frame, filled by {@link #gather}. */
    public MessageVector messages() {
        return messages;
    }

    /** Address of the memory of message {@code n}, {@value #SLOT_BYTES} bytes. */
    public long slot(int n) {
        return slotsAddress + (long) n * SLOT_BYTES;
    }

    /**
     * Builds message {@code n} from a frame as it leaves: {@code prefix} bytes that the caller fills in at {@link
     * #slot}, the MAC addresses, the tag, the rest of the head, the body.
     * @param tag tag to push, 0 for none
     * @param prefix bytes before the frame, {@code 0..32}
     * @return length of the frame in bytes, without the prefix
     */
    public int gather(int n, Burst burst, int frame, int tag, int prefix) {
        long slot = slot(n);
        int head = burst.writeHead(frame, tag, slot + prefix);
        messages.segment(n, 0, slot, prefix + head);
        int total = head;
        int body = burst.bodyCount(frame);
        for (int i = 0; i < body; i++) {
            int bytes = burst.bodyLength(frame, i);
            messages.segment(n, i + 1, burst.bodyAddress(frame, i), bytes);
            total += bytes;
        }
        messages.segments(n, body + 1);
        return total;
    }

    /** Called by a device: the next entry can never be sent, but the entries behind it may be. */
    public void refuse() {
        refuse(DropReason.REFUSED);
    }

    /** As {@link #refuse()}, with the reason that the drop is counted as. */
    public void refuse(DropReason why) {
        refused = true;
        refusal = why;
    }

    /** Returns whether {@link #refuse} was called since the last call of this method. */
    public boolean takeRefused() {
        boolean was = refused;
        refused = false;
        return was;
    }

    /** The reason that the last refusal is counted as. */
    public DropReason refusal() {
        return refusal;
    }

    @Override
    public void close() {
        arena.close();
    }
}
