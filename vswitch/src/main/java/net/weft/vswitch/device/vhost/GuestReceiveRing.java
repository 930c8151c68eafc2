package net.weft.vswitch.device.vhost;

import java.util.concurrent.atomic.AtomicBoolean;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;

/**
 * What a guest receives. For each frame: collect the buffers it fits into (with mergeable buffers several chains, else one),
 * then write header, head and body into them, then note the chains as used; the guest sees them all at the end, by one
 * store. Any worker may send; one at a time holds the ring.
 */
final class GuestReceiveRing extends SplitRing {
    /** Pieces of one frame at most: a super-frame in buffers of 64 bytes. */
    private static final int MAX_PIECES = 1024;
    private static final int NUM_BUFFERS = 10;

    private final AtomicBoolean claimed = new AtomicBoolean();
    private final boolean mergeable;
    private final long[] pieceAddress = new long[MAX_PIECES];
    private final int[] pieceLength = new int[MAX_PIECES];
    private int pieces;
    private int capacity;
    private int chains;
    private int piece;
    private int pieceUsed;

    GuestReceiveRing(VhostUserDevice device, Setup setup) {
        super(device, setup);
        mergeable = VirtioNet.has(setup.features(), VirtioNet.MRG_RXBUF);
    }

    /** As {@link net.weft.vswitch.burst.Device#transmit}. */
    int transmit(Burst burst, TransmitList list, int from, Scratch scratch) {
        while (!claimed.compareAndSet(false, true)) {
            Thread.onSpinWait();
        }
        int sent = send(burst, list, from, scratch);
        claimed.set(false);
        return sent;
    }

    private int send(Burst burst, TransmitList list, int from, Scratch scratch) {
        int waiting = device.failure() == null ? waiting() : 0;
        int used = 0;
        int n = from;
        while (n < list.count && used < waiting) {
            int frame = list.frame[n];
            int bytes = headerBytes + burst.egressLength(frame, list.tag[n]);
            if (!collect(used, waiting, bytes)) {
                break;
            }
            if (capacity < bytes) {
                if (!mergeable) {
                    scratch.refuse();
                }
                break;
            }
            write(burst, frame, list.tag[n], bytes, scratch);
            used += chains;
            n++;
        }
        if (used > 0) {
            publish(used);
        }
        return n - from;
    }

    /** Gathers buffers for {@code bytes} from waiting chain {@code first} on. False when the guest broke a rule. */
    private boolean collect(int first, int waiting, int bytes) {
        pieces = 0;
        capacity = 0;
        chains = 0;
        do {
            int head = open(first + chains);
            if (head < 0) {
                return false;
            }
            int before = capacity;
            int step = chain.next();
            while (step == DescriptorChain.FOUND && capacity < bytes) {
                if (!addBuffer(chain.address(), chain.bytes(), bytes)) {
                    return false;
                }
                step = chain.next();
            }
            if (step == DescriptorChain.BROKEN) {
                brokenChain();
                return false;
            }
            use(first + chains, head, capacity - before);
            chains++;
        } while (capacity < bytes && mergeable && first + chains < waiting);
        return true;
    }

    private boolean addBuffer(long address, long length, int wanted) {
        if (!chain.writable()) {
            violation("a buffer to be received into is read-only");
            return false;
        }
        long at = address;
        long left = Math.min(length, wanted - capacity);
        while (left > 0) {
            long here = view.at(at, left);
            if (here == 0) {
                outside(address, length);
                return false;
            }
            if (pieces == MAX_PIECES) {
                violation("a frame of " + wanted + " bytes needs more than " + MAX_PIECES + " of its buffers");
                return false;
            }
            int run = (int) view.run();
            pieceAddress[pieces] = here;
            pieceLength[pieces++] = run;
            capacity += run;
            at += run;
            left -= run;
        }
        return true;
    }

    private void write(Burst burst, int frame, int tag, int bytes, Scratch scratch) {
        int shift = bytes - headerBytes - burst.length[frame];
        int lead = Math.min(bytes, headerBytes + burst.headLength[frame] + shift);
        boolean direct = pieceLength[0] >= lead;
        long to = direct ? pieceAddress[0] : scratch.slot(0);
        Offload.write(burst.offload[frame], shift, to);
        if (headerBytes > NUM_BUFFERS) {
            Memory.putShort(to + NUM_BUFFERS, (short) chains);
        }
        burst.writeHead(frame, tag, to + headerBytes);
        piece = 0;
        pieceUsed = 0;
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
            if (pieceUsed == pieceLength[piece]) {
                piece++;
                pieceUsed = 0;
            }
            int part = Math.min(bytes - done, pieceLength[piece] - pieceUsed);
            Memory.copy(from + done, pieceAddress[piece] + pieceUsed, part);
            done += part;
            pieceUsed += part;
        }
    }

    @Override
    String ringName() {
        return "receive";
    }
}
