package net.weft.vswitch.device.vhost;

import net.weft.linux.Errno;
import net.weft.linux.FaultCalls;
import net.weft.linux.Mapping;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.PortReason;

/**
 * A virtqueue as the device sees it, a burst at a time. {@link #fetch} walks chains that wait, holds every value the guest
 * wrote against the rules, and notes in arrays where their buffers are here; the caller copies; {@link #complete} returns
 * chains to the guest, in the order they came, with one release store.
 * <p>
 * The ring formats differ in what is called once a burst. What is done for each frame, {@link GuestTransmitRing} and
 * {@link GuestReceiveRing}, is the same code for all, and sees none of the guest's values any more. One thread at a time.
 */
abstract sealed class Virtqueue permits SplitVirtqueue, PackedVirtqueue {
    /** Chains, and pieces of all of them, that are held at once; also the most pieces of one chain. */
    static final int CAPACITY = 1024;
    /** Pieces of one chain to be received into: several times what drivers make, and few enough to be walked for one small frame. */
    static final int RECEIVE_PIECES = 128;
    /** Bytes of a chain that are noted: more than any frame with its header has. */
    static final int MAX_BYTES = Burst.MAX_FRAME + 32;

    /** Why a port is shut whose memory faulted. */
    static final String MEMORY_GONE = "memory that it had shared is gone";

    private static final int CACHE_LINE = 64;

    /** What adding a buffer or a chain came to. */
    static final int DONE = 0;
    static final int FULL = 1;
    static final int BROKEN = -1;

    /** Pieces of guest memory, of all fetched chains one after the other. */
    final long[] address = new long[CAPACITY];
    final int[] length = new int[CAPACITY];
    /** First piece of each fetched chain; the entry behind the last chain is where the next would start. */
    final int[] firstPiece = new int[CAPACITY + 1];
    /** Bytes of each fetched chain, at most {@link #MAX_BYTES}. */
    final int[] bytes = new int[CAPACITY];
    /** What names each fetched chain to the guest. */
    final int[] id = new int[CAPACITY];
    /** Bytes that were written into each chain, to be told when it is returned. */
    final int[] written = new int[CAPACITY];
    /** Chains that are held. */
    int chains;
    /** Pieces that are held. */
    int pieces;
    /**
     * Sum of bytes read only to bring the first lines of what is sent near: the guest wrote them on another processor, and here
     * many such loads are under way at once, where the copying loop has room for few.
     */
    private int near;
    /** Whether {@link #fetch} stopped because the arrays are full. */
    boolean full;

    final VhostUserDevice device;
    final GuestView view;
    private final boolean writable;

    /** @param writable Weft receives into the buffers; else it sends what is in them */
    Virtqueue(VhostUserDevice device, GuestView view, boolean writable) {
        this.device = device;
        this.view = view;
        this.writable = writable;
    }

    static Virtqueue of(VhostUserDevice device, RingSetup setup, boolean writable) {
        return VirtioNet.has(setup.features(), VirtioNet.RING_PACKED)
                ? new PackedVirtqueue(device, setup, writable)
                : new SplitVirtqueue(device, setup, writable);
    }

    /** Forgets the chains that are held: they wait again. */
    void rewind() {
        chains = 0;
        pieces = 0;
        full = false;
    }

    /**
     * Fetches waiting chains behind those that are held.
     *
     * @param limit chains to fetch at most
     * @param enough bytes after which the rest of a chain need not be looked at
     * @return chains now held; {@link #BROKEN}, and the device has failed, when the guest broke a rule
     */
    abstract int fetch(int limit, int enough);

    /** Returns the first {@code count} chains that are held, interrupts the guest if it wishes, and forgets the others. */
    abstract void complete(int count);

    /**
     * Asks to be kicked from now on. A full fence stands between the wish and the look: either the guest sees the wish after
     * publishing, or this look sees what it published.
     *
     * @return true when chains wait already
     */
    abstract boolean kicksOn();

    /** No kicks, please. */
    abstract void kicksOff();

    /** Where the next chain is taken, as the front end asks for when the ring stops. Not while the ring runs. */
    abstract int base();

    /**
     * After a fault: whether memory of the ring, or of the chains that were held, cannot be had any more. Those that wait are walked anew where the
     * fault may have come while they were; those taken for sending are held still.
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
                gone = length[n] > 0 && isGone(address[n], length[n], writable);
            }
            return gone;
        } catch (InternalError e) {
            return true;
        }
    }

    /** Whether a part of the ring itself cannot be had. */
    abstract boolean isRingGone();

    /** Whether memory cannot be read, or written. */
    static boolean isGone(long at, long bytes, boolean written) {
        int answer = written ? Mapping.makeWritable(at, bytes) : Mapping.makeReadable(at, bytes);
        return answer < 0 && answer != -Errno.EINVAL;
    }

    /** Starts a chain; buffers are added to it until {@link #chains} is raised. */
    final void beginChain() {
        firstPiece[chains] = pieces;
        bytes[chains] = 0;
    }

    /** Adds a buffer to the newest chain, as the guest described it: {@link #DONE}, {@link #FULL} or {@link #BROKEN}. */
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
     * A buffer that is empty, crosses regions, makes the chain too long for a frame, or is outside. Bytes that no frame needs, and
     * those of an empty buffer, are noted as a piece of length 0: every buffer takes a place, so that no chain costs more.
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

    /** The newest chain, of several buffers, is whole. */
    final int ended() {
        int held = pieces - firstPiece[chains];
        return writable && held > RECEIVE_PIECES
                ? violation(
                        "a chain of " + held + " buffers to be received into; expected " + RECEIVE_PIECES + " at most")
                : DONE;
    }

    /** The pieces of the newest chain have no room any more: it is left for the next time. */
    final int fullArrays() {
        pieces = firstPiece[chains];
        full = true;
        return chains;
    }

    /** Chains that are held, their pieces closed. */
    final int held() {
        firstPiece[chains] = pieces;
        return chains;
    }

    final int violation(String what) {
        device.fail(PortReason.GUEST_VIOLATION, "the guest's driver broke its " + (writable ? "receive" : "transmit")
                + " ring: " + what);
        return BROKEN;
    }
}
