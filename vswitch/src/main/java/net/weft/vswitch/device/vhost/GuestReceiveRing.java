package net.weft.vswitch.device.vhost;

import java.util.concurrent.atomic.AtomicBoolean;
import net.weft.linux.FaultCalls;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;
import org.jspecify.annotations.Nullable;

/**
 * The receive ring of a guest. For each frame, it collects buffers that hold the frame (several chains with mergeable
 * buffers, else one) and writes header, head and body into them. One store at the end publishes all frames of the burst
 * to the guest. Any worker may transmit; one at a time holds the ring's claim.
 */
final class GuestReceiveRing {
    private static final int NUM_BUFFERS = 10;
    /** Typical size of a mergeable buffer, bytes. */
    private static final int USUAL_BUFFER = 1536;
    /** The frame may use only one chain, and that chain is too small. */
    private static final int TOO_SMALL = -2;

    private final AtomicBoolean claimed = new AtomicBoolean();
    private final RingOwner owner;
    private final Virtqueue queue;
    private final int headerBytes;
    private final boolean mergeable;
    private @Nullable RingLog log;
    private int piece;
    private int pieceUsed;
    /**
     * The next chain is known to be too small for frames of this many bytes or more, so it is not walked again for
     * them.
     */
    private int tooLong = Integer.MAX_VALUE;

    GuestReceiveRing(RingOwner owner, Virtqueue queue, long features) {
        this.owner = owner;
        this.queue = queue;
        headerBytes = VirtioNet.headerBytes(features);
        mergeable = VirtioNet.has(features, VirtioNet.MRG_RXBUF);
    }

    /**
     * Transmits frames to the guest; see {@link net.weft.vswitch.burst.Device#transmit}.
     *
     * @throws InternalError if the memory of the frames is gone, but not this ring's
     */
    int transmit(Burst burst, TransmitList list, int from, Scratch scratch) {
        FaultCalls.deliver(); // an earlier fault does not belong to this ring
        claim();
        try {
            int sent = owner.failure() == null ? send(burst, list, from, scratch) : 0;
            FaultCalls.deliver();
            return sent;
        } catch (InternalError e) {
            if (!isGone()) {
                throw e;
            }
            owner.fail(PortReason.GUEST_VIOLATION, Virtqueue.MEMORY_GONE);
            return 0;
        } finally {
            claimed.setRelease(false);
        }
    }

    /** Returns whether memory of this ring, of its buffers, or of its log is gone. Called only after a fault. */
    private boolean isGone() {
        RingLog current = log;
        return queue.isGone() || current != null && current.isGone();
    }

    private int send(Burst burst, TransmitList list, int from, Scratch scratch) {
        if (headerBytes + burst.egressLength(list.frame[from], list.tag[from]) >= tooLong) {
            scratch.refuse();
            return 0;
        }
        int enough = mergeable ? Virtqueue.MAX_BYTES : longest(burst, list, from);
        queue.rewind();
        int used = 0;
        int refused = Integer.MAX_VALUE;
        int n = from;
        while (n < list.count) {
            int frame = list.frame[n];
            int bytes = headerBytes + burst.egressLength(frame, list.tag[n]);
            int chains = collect(used, bytes, list.count - n, enough);
            if (chains > 0) {
                write(burst, frame, list.tag[n], bytes, used, chains, scratch);
                used += chains;
                n++;
            } else if (chains == 0 && used > 0 && queue.full) {
                complete(used);
                used = 0;
            } else {
                if (chains == TOO_SMALL) {
                    refused = bytes;
                    scratch.refuse();
                } else if (chains == 0 && queue.full) {
                    queue.violation("a frame of " + bytes + " bytes needs more than " + Virtqueue.CAPACITY
                            + " of its buffers");
                }
                break;
            }
        }
        if (used > 0) {
            complete(used);
        }
        tooLong = refused;
        return n - from;
    }

    /**
     * Returns the first {@code count} chains to the guest, unless a fault is pending: a frame whose memory was gone is
     * not published.
     */
    private void complete(int count) {
        FaultCalls.deliver();
        RingLog current = log;
        if (current == null) {
            queue.complete(count);
            return;
        }
        current.frames(queue, count);
        queue.complete(count);
        current.ring();
    }

    /** Sets the log in which every later frame is marked; null stops logging. Any thread. */
    void log(@Nullable RingLog next) {
        claim();
        log = next;
        claimed.setRelease(false);
    }

    private void claim() {
        while (!claimed.compareAndSet(false, true)) {
            Thread.onSpinWait();
        }
    }

    private int longest(Burst burst, TransmitList list, int from) {
        int bytes = 0;
        for (int n = from; n < list.count; n++) {
            bytes = Math.max(bytes, burst.egressLength(list.frame[n], list.tag[n]));
        }
        return headerBytes + bytes;
    }

    /**
     * Collects chains from {@code first} on that together hold {@code bytes}.
     *
     * @param frames number of frames left in the list, including this one: about as many chains are fetched
     * @return number of chains; 0 if the waiting chains do not hold enough; {@link #TOO_SMALL}; or {@link
     *     Virtqueue#BROKEN}
     */
    private int collect(int first, int bytes, int frames, int enough) {
        int capacity = 0;
        int end = first;
        do {
            if (end == queue.chains) {
                int held = queue.fetch(frames + (bytes - capacity) / USUAL_BUFFER, enough);
                if (held <= end) {
                    return Math.min(held, 0);
                }
            }
            if (queue.bytes[end] <= headerBytes) {
                return queue.violation("a chain of " + queue.bytes[end] + " bytes, which holds no frame");
            }
            int part = Math.min(queue.bytes[end], bytes - capacity);
            queue.written[end++] = part;
            capacity += part;
        } while (capacity < bytes && mergeable);
        return capacity < bytes ? TOO_SMALL : end - first;
    }

    private void write(Burst burst, int frame, int tag, int bytes, int first, int chains, Scratch scratch) {
        piece = queue.firstPiece[first];
        pieceUsed = 0;
        int shift = bytes - headerBytes - burst.length[frame];
        int lead = Math.min(bytes, headerBytes + burst.headLength[frame] + shift);
        boolean direct = queue.length[piece] >= lead;
        long to = direct ? queue.address[piece] : scratch.slot(0);
        Offload.write(burst.offload[frame], shift, to);
        if (headerBytes > NUM_BUFFERS) {
            Memory.putShort(to + NUM_BUFFERS, (short) chains);
        }
        burst.writeHead(frame, tag, to + headerBytes);
        if (direct) {
            pieceUsed = lead;
        } else {
            append(to, lead);
        }
        for (int i = 0; i < burst.bodyCount(frame); i++) {
            append(burst.bodyAddress(frame, i), burst.bodyLength(frame, i));
        }
    }

    private void append(long from, int bytes) {
        int done = 0;
        while (done < bytes) {
            if (pieceUsed == queue.length[piece]) {
                piece++;
                pieceUsed = 0;
            }
            int part = Math.min(bytes - done, queue.length[piece] - pieceUsed);
            Memory.copy(from + done, queue.address[piece] + pieceUsed, part);
            done += part;
            pieceUsed += part;
        }
    }

    /** The position of the ring. Call only after the device is out of use. */
    int base() {
        return queue.base();
    }
}
