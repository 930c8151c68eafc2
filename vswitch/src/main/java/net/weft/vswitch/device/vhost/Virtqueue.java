package net.weft.vswitch.device.vhost;

import net.weft.linux.FaultCalls;
import net.weft.linux.Mapping;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.PortReason;

/**
 * The device side of a virtqueue, processed a burst at a time. {@link #fetch} walks waiting chains, validates every
 * value that the guest wrote, and stores the local addresses of their buffers in arrays; the caller copies frames;
 * {@link #complete} returns the chains to the guest, in order, with one release store.
 * <p>
 * The subclasses for the ring formats are called once per burst. The per-frame code in {@link GuestTransmitRing} and
 * {@link GuestReceiveRing} is the same for all formats and uses validated values only. One thread at a time.
 */
abstract class Virtqueue {
    /** Largest number of held chains, of pieces of all held chains, and of pieces of one chain. */
    static final int CAPACITY = 1024;
    /**
     * Largest number of pieces of one receive chain: several times what drivers use, and few enough to be walked for
     * one small frame.
     */
    static final int RECEIVE_PIECES = 128;
    /** Largest number of bytes counted per chain: more than any frame with its header has. */
    static final int MAX_BYTES = Burst.MAX_FRAME + 32;

    /** The reason for closing a port whose shared memory faulted. */
    static final String MEMORY_GONE = "memory that it had shared is gone";

    private static final int CACHE_LINE = 64;

    /** Results of adding a buffer or a chain. */
    static final int DONE = 0;
    static final int FULL = 1;
    static final int BROKEN = -1;

    /** Addresses and lengths of the guest memory pieces of all fetched chains, one after the other. */
    final long[] address = new long[CAPACITY];
    final int[] length = new int[CAPACITY];
    /** Index of the first piece of each fetched chain; the entry after the last chain is the start of the next one. */
    final int[] firstPiece = new int[CAPACITY + 1];
    /** Bytes of each fetched chain, at most {@link #MAX_BYTES}. */
    final int[] bytes = new int[CAPACITY];
    /** The ID by which the guest identifies each fetched chain. */
    final int[] id = new int[CAPACITY];
    /** Bytes written into each chain, which are reported when it is returned. */
    final int[] written = new int[CAPACITY];
    /** Number of held chains. */
    int chains;
    /** Number of held pieces. */
    int pieces;
    /**
     * Sum of bytes read only to prefetch the first cache lines of the frames. The guest wrote them on another
     * processor; here many such loads run in parallel, in the copy loop only a few.
     */
    private int near;
    /** True if {@link #fetch} stopped because the arrays are full. */
    boolean full;

    final RingOwner owner;
    final GuestView view;
    private final boolean writable;

    /** @param writable true if Weft writes frames to the buffers (the guest's receive ring); false if it reads them */
    Virtqueue(RingOwner owner, GuestView view, boolean writable) {
        this.owner = owner;
        this.view = view;
        this.writable = writable;
    }

    /** Forgets the held chains, so that they are fetched again. */
    void rewind() {
        chains = 0;
        pieces = 0;
        full = false;
    }

    /**
     * Fetches waiting chains after those that are held.
     *
     * @param limit largest number of chains to fetch
     * @param enough number of bytes after which the rest of a chain need not be walked
     * @return number of chains now held; {@link #BROKEN}, with the device failed, if the guest broke a rule
     */
    abstract int fetch(int limit, int enough);

    /**
     * Returns the first {@code count} held chains to the guest, interrupts the guest if it wants that, and forgets the
     * others.
     */
    abstract void complete(int count);

    /**
     * Enables kicks. A full fence separates enabling from the following check for chains: either the guest sees the
     * enabled kicks after publishing, or the check sees the chains that it published.
     *
     * @return true if chains wait already
     */
    abstract boolean kicksOn();

    /** Disables kicks. */
    abstract void kicksOff();

    /** The position of the next chain, which the front end queries when it stops the ring. Not while the ring runs. */
    abstract int base();

    /**
     * Returns, after a fault, whether memory of the ring or of its held chains is gone. Waiting chains are walked
     * again, because the fault may have occurred while walking them; chains fetched for sending are still held.
     */
    final boolean isGone() {
        try {
            if (writable) {
                rewind();
                int unused = fetch(CAPACITY, MAX_BYTES + 1);
                FaultCalls.deliver();
            }
            boolean gone = isRingGone();
            for (int n = 0; n < pieces && !gone; n++) {
                gone = length[n] > 0 && Mapping.isGone(address[n], length[n], writable);
            }
            return gone;
        } catch (InternalError e) {
            return true;
        }
    }

    /** Returns whether memory of the ring itself is gone. */
    abstract boolean isRingGone();

    /** Starts a chain; buffers are added to it until {@link #chains} is incremented. */
    final void beginChain() {
        firstPiece[chains] = pieces;
        bytes[chains] = 0;
    }

    /**
     * Adds a buffer described by the guest to the newest chain; returns {@link #DONE}, {@link #FULL} or {@link
     * #BROKEN}.
     */
    final int add(long guest, long size, boolean isWritable) {
        if (isWritable != writable) {
            return violation(
                    writable ? "a buffer to be received into is read-only" : "a buffer to be sent is write-only");
        }
        long here = size == 0 ? 0 : view.at(guest, size);
        int before = bytes[chains];
        if (here != 0 && view.run() == size && size <= MAX_BYTES - before && pieces < CAPACITY) {
            address[pieces] = here;
            length[pieces++] = (int) size;
            bytes[chains] = before + (int) size;
            if (!writable) {
                near += Memory.getByte(here) + Memory.getByte(here + Math.min(size - 1, CACHE_LINE));
            }
            return DONE;
        }
        return addSlowly(guest, size);
    }

    /**
     * Adds a buffer that is empty, crosses regions, makes the chain longer than a frame, or lies outside the guest's
     * memory. An empty buffer, and bytes that no frame needs, are stored as a piece of length 0: every buffer uses an
     * array entry, so the work per chain is bounded.
     */
    private int addSlowly(long guest, long size) {
        long at = guest;
        long left = size;
        do {
            long here = left == 0 ? 0 : view.at(at, left);
            if (here == 0 && left > 0) {
                return violation("a buffer of " + size + " bytes at guest address 0x" + Long.toHexString(guest)
                        + ", which is not in its memory");
            }
            if (pieces == CAPACITY) {
                return chains > 0 ? FULL : violation("a chain of more than " + CAPACITY + " buffers");
            }
            long run = left == 0 ? 0 : view.run();
            int noted = (int) Math.min(run, MAX_BYTES - bytes[chains]);
            address[pieces] = here;
            length[pieces++] = noted;
            bytes[chains] += noted;
            at += run;
            left -= run;
        } while (left > 0);
        return DONE;
    }

    /** Ends the newest chain of several buffers and checks its number of pieces. */
    final int ended() {
        int held = pieces - firstPiece[chains];
        return writable && held > RECEIVE_PIECES
                ? violation(
                        "a chain of " + held + " buffers to be received into; expected " + RECEIVE_PIECES + " at most")
                : DONE;
    }

    /** Discards the newest chain, because its pieces do not fit the arrays; it is fetched again next time. */
    final int fullArrays() {
        pieces = firstPiece[chains];
        full = true;
        return chains;
    }

    /** Ends the pieces of the last chain and returns the number of held chains. */
    final int held() {
        firstPiece[chains] = pieces;
        return chains;
    }

    final int violation(String what) {
        owner.fail(PortReason.GUEST_VIOLATION, "the guest's driver broke its " + (writable ? "receive" : "transmit")
                + " ring: " + what);
        return BROKEN;
    }
}
