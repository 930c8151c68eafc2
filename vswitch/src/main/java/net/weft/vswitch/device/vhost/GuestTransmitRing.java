package net.weft.vswitch.device.vhost;

import net.weft.linux.Epoll;
import net.weft.linux.EventFd;
import net.weft.linux.FaultCalls;
import net.weft.linux.Fd;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.burst.ReceiveQueue;
import org.jspecify.annotations.Nullable;

/**
 * The transmit ring of a guest. Each chain holds a virtio-net header and a frame, split over descriptors arbitrarily.
 * The header and the head of the frame are copied; the rest stays in guest memory as body segments until {@link
 * #release} returns the chains. A frame with more pieces than a burst holds is copied to the burst's own area.
 * <p>
 * A frame of invalid length is added with length 0, so that it is dropped and counted as malformed like any other.
 */
final class GuestTransmitRing implements ReceiveQueue {
    private static final int RARP_BYTES = 60;
    private static final long BROADCAST = 0xFFFF_FFFF_FFFFL;

    private final RingOwner owner;
    private final Virtqueue queue;
    private final int headerBytes;
    private final int port;
    private final EventFd kick;
    private final boolean polled;
    private final long header;
    private final int pair;
    private volatile @Nullable RingLog log;
    private int taken;
    private int skip;
    private boolean linear;

    /**
     * @param headerBytes bytes of the virtio-net header in front of each frame
     * @param kick eventfd that the guest signals after publishing chains, while kicks are enabled; its owner closes it
     * @param polled the guest never kicks, so the queue never sleeps
     * @param header address of 16 bytes that only this ring uses
     * @param pair index of the queue pair in the device, from 0
     */
    GuestTransmitRing(RingOwner owner, Virtqueue queue, int headerBytes, int port, EventFd kick, boolean polled,
            long header, int pair) {
        this.pair = pair;
        this.owner = owner;
        this.queue = queue;
        this.headerBytes = headerBytes;
        this.port = port;
        this.kick = kick;
        this.polled = polled;
        this.header = header;
    }

    @Override
    public int receive(Burst burst, int budget) {
        if (owner.failure() != null) {
            return FAILED;
        }
        try {
            int count = take(burst, budget);
            FaultCalls.deliver();
            return count;
        } catch (InternalError e) {
            burst.clear();
            taken = 0;
            failIfGone();
            return FAILED;
        }
    }

    private void failIfGone() {
        owner.fail(PortReason.GUEST_VIOLATION, Virtqueue.MEMORY_GONE);
    }

    private int take(Burst burst, int budget) {
        queue.rewind();
        int count = queue.fetch(budget, Virtqueue.MAX_BYTES + 1);
        if (count < 0) {
            return FAILED;
        }
        taken = count;
        if (!owner.isEnabled(pair)) {
            release();
            return 0;
        }
        if (count == 0) {
            return announcement(burst);
        }
        owner.assumeUp();
        for (int n = 0; n < count; n++) {
            gather(burst, n);
        }
        return count;
    }

    @Override
    public void release() {
        int count = taken;
        taken = 0;
        if (count > 0) {
            try {
                queue.complete(count);
                markRing();
                FaultCalls.deliver();
            } catch (InternalError e) {
                failIfGone();
            }
        }
    }

    @Override
    public boolean isOwnFault() {
        boolean own = queue.isGone();
        if (own) {
            failIfGone();
        }
        return own;
    }

    /** Sets the log in which the ring is marked; null stops logging. Any thread. */
    void log(@Nullable RingLog next) {
        log = next;
    }

    private void markRing() {
        RingLog current = log;
        if (current != null) {
            current.ring();
        }
    }

    private void gather(Burst burst, int chain) {
        int frame = burst.begin(0, port, 0, 0);
        burst.headLength[frame] = 0;
        int total = queue.bytes[chain] - headerBytes;
        if (total < 0 || total > Burst.MAX_FRAME) {
            return;
        }
        skip = headerBytes;
        linear = false;
        for (int n = queue.firstPiece[chain]; n < queue.firstPiece[chain + 1]; n++) {
            long here = queue.address[n];
            int bytes = queue.length[n];
            int part = skip == 0 ? 0 : takeHeader(burst, frame, here, bytes);
            if (bytes > part) {
                append(burst, frame, here + part, bytes - part);
            }
        }
        burst.length[frame] = total;
    }

    private int takeHeader(Burst burst, int frame, long here, int run) {
        if (skip == headerBytes && run >= headerBytes) {
            burst.offload[frame] = Offload.read(here);
            skip = 0;
            return headerBytes;
        }
        int part = Math.min(run, skip);
        Memory.copy(here, header + headerBytes - skip, part);
        skip -= part;
        if (skip == 0) {
            burst.offload[frame] = Offload.read(header);
        }
        return part;
    }

    private void append(Burst burst, int frame, long here, int bytes) {
        int inHead = burst.headLength[frame];
        int part = Math.min(bytes, Burst.HEAD_BYTES - inHead);
        if (part > 0) {
            Memory.copy(here, burst.head(frame) + inHead, part);
            burst.headLength[frame] = inHead + part;
        }
        if (bytes > part && (linear || !burst.appendBody(frame, here + part, bytes - part))) {
            linearise(burst, frame, here + part, bytes - part);
        }
    }

    /** Copies the body segments of the frame, and this one, to the area slot of the frame, as a single segment. */
    private void linearise(Burst burst, int frame, long here, int bytes) {
        long area = burst.area(frame);
        long to = area;
        for (int n = 0; n < burst.bodyCount(frame); n++) {
            int part = burst.bodyLength(frame, n);
            if (!linear || n > 0) {
                Memory.copy(burst.bodyAddress(frame, n), to, part);
            }
            to += part;
        }
        Memory.copy(here, to, bytes);
        long offload = burst.offload[frame];
        burst.removeLast();
        burst.begin(0, port, offload, 0);
        burst.appendBody(frame, area, (int) (to - area) + bytes);
        linear = true;
    }

    /** Adds a reverse ARP, if the front end requested one, from which other switches learn the guest's new location. */
    private int announcement(Burst burst) {
        long mac = owner.takeAnnouncement();
        if (mac == 0) {
            return 0;
        }
        int frame = burst.begin(RARP_BYTES, port, 0, 0);
        long to = burst.head(frame);
        Memory.fill(to, RARP_BYTES, (byte) 0);
        Memory.putLong(to, BROADCAST | mac << 48);
        Memory.putInt(to + 8, (int) (mac >>> 16));
        Memory.putShortBe(to + 12, (short) 0x8035);
        Memory.putLongBe(to + 14, 0x0001_0800_0604_0003L);
        putMac(to + 22, mac);
        putMac(to + 32, mac);
        burst.headLength[frame] = RARP_BYTES;
        return 1;
    }

    private static void putMac(long to, long mac) {
        Memory.putInt(to, (int) mac);
        Memory.putShort(to + 4, (short) (mac >>> 32));
    }

    @Override
    public Fd fd() {
        return kick.fd();
    }

    @Override
    public int peerProcess() {
        return owner.frontEnd();
    }

    /** Edge-triggered: each kick wakes once, and the counter, which is shared with the front end, is not read. */
    @Override
    public int wakesOn() {
        return Epoll.IN | Epoll.EDGE;
    }

    @Override
    public boolean arm() {
        if (polled || owner.failure() != null) {
            return true;
        }
        try {
            if (owner.isDoubted()) {
                kick.drain();
            }
            boolean awake = queue.kicksOn() || owner.hasAnnouncement();
            if (awake) {
                queue.kicksOff();
            }
            markRing();
            FaultCalls.deliver();
            return awake;
        } catch (InternalError e) {
            failIfGone();
            return true;
        }
    }

    @Override
    public void disarm() {
        try {
            if (pair == 0 && owner.isDoubted() && kick.drain() > 0) {
                owner.kicked();
            }
            queue.kicksOff();
            FaultCalls.deliver();
        } catch (InternalError e) {
            failIfGone();
        }
    }

    /** The position of the ring. Call only after the device is out of use. */
    int base() {
        return queue.base();
    }
}
