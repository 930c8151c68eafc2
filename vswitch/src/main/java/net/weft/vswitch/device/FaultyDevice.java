package net.weft.vswitch.device;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import net.weft.linux.Fd;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceDecorator;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;
import org.jspecify.annotations.Nullable;

/**
 * A device behind a simulated bad cable: frames are lost, delayed, duplicated, reordered or corrupted on ingress, on
 * egress, or both, reproducibly by a seed. For tests and examples only, because it allocates.
 * <p>
 * The thread that polls the receive queue also transmits the delayed egress frames. The queue does not sleep while
 * frames are delayed.
 */
public final class FaultyDevice implements DeviceDecorator {
    private final Device device;
    private final LongSupplier clockNs;
    private final FaultyLine in;
    private final FaultyLine out;
    private final List<ReceiveQueue> queues;
    private final ReentrantLock lock = new ReentrantLock();
    private final Burst outgoing = new Burst();
    private final TransmitList list = new TransmitList();
    private final Scratch own = new Scratch();

    /**
     * @param device the decorated device, which must have one receive queue; closed with this one
     * @param clockNs monotonic clock, ns
     */
    public FaultyDevice(Device device, LinkFaults in, LinkFaults out, long seed, LongSupplier clockNs) {
        this.device = device;
        this.clockNs = clockNs;
        this.in = new FaultyLine(in, seed);
        this.out = new FaultyLine(out, ~seed);
        queues = device.receiveQueues().stream().map(queue -> (ReceiveQueue) new Queue(queue)).toList();
        if (queues.size() != 1) {
            throw new IllegalArgumentException(queues.size() + " receive queues: a cable has one");
        }
    }

    @Override
    public Device delegate() {
        return device;
    }

    /** The ingress line and its counters. */
    public FaultyLine in() {
        return in;
    }

    /** The egress line and its counters. */
    public FaultyLine out() {
        return out;
    }

    @Override
    public List<ReceiveQueue> receiveQueues() {
        return queues;
    }

    /** Accepts all frames; a frame that is lost later counts as lost by the cable. */
    @Override
    public int transmit(Burst burst, TransmitList frames, int from, Scratch scratch) {
        lock.lock();
        try {
            long nowNs = clockNs.getAsLong();
            for (int n = from; n < frames.count; n++) {
                int i = frames.frame[n];
                out.put(onTheWire(burst, i, frames.tag[n]), 0, 0, nowNs);
            }
            move(nowNs);
        } finally {
            lock.unlock();
        }
        return frames.count - from;
    }

    /**
     * Returns no offloads, so that every frame is finished before it may be corrupted and its checksums reveal the
     * damage.
     */
    @Override
    public int offloads() {
        return 0;
    }

    /** Refuses nothing: see {@link #transmit}. */
    @Override
    public @Nullable DropReason refusal(int bytes) {
        return null;
    }

    /** Copies a frame with its VLAN tag, if any. */
    private byte[] onTheWire(Burst burst, int i, int tag) {
        byte[] bytes = new byte[burst.egressLength(i, tag)];
        int at = burst.writeHead(i, tag, own.slot(0));
        Memory.copy(own.slot(0), bytes, 0, at);
        appendBody(burst, i, bytes, at);
        return bytes;
    }

    /** Copies a frame as received; a VLAN tag beside the frame is not inserted. */
    private static byte[] asReceived(Burst burst, int i) {
        byte[] bytes = new byte[burst.length[i]];
        int at = burst.headLength[i];
        Memory.copy(burst.head(i), bytes, 0, at);
        appendBody(burst, i, bytes, at);
        return bytes;
    }

    private static void appendBody(Burst burst, int i, byte[] bytes, int from) {
        int at = from;
        for (int n = 0; n < burst.bodyCount(i); n++) {
            Memory.copy(burst.bodyAddress(i, n), bytes, at, burst.bodyLength(i, n));
            at += burst.bodyLength(i, n);
        }
    }

    /** Transmits the frames that are due to the device. A frame that the device does not accept is lost. */
    private void move(long nowNs) {
        for (FaultyLine.Held frame = out.take(nowNs); frame != null; frame = out.take(nowNs)) {
            outgoing.clear();
            list.count = 0;
            append(outgoing, frame, 0);
            list.add(0, 0, 0);
            if (device.transmit(outgoing, list, 0, own) == 0) {
                var unused = own.takeRefused();
            }
        }
    }

    private static void append(Burst burst, FaultyLine.Held frame, int port) {
        long area = burst.area(burst.count);
        Memory.copy(frame.bytes(), 0, area, frame.bytes().length);
        burst.add(area, frame.bytes().length, port, frame.offload(), frame.tag());
    }

    /** The receive queue of the device, whose frames pass the ingress line first. */
    private final class Queue implements ReceiveQueue {
        private final ReceiveQueue queue;
        private final Burst arriving = new Burst();
        private int port;

        Queue(ReceiveQueue queue) {
            this.queue = queue;
        }

        @Override
        public int receive(Burst burst, int budget) {
            long nowNs = clockNs.getAsLong();
            lock.lock();
            try {
                move(nowNs);
            } finally {
                lock.unlock();
            }
            arriving.clear();
            int received = queue.receive(arriving, budget);
            for (int i = 0; i < arriving.count; i++) {
                port = arriving.port[i];
                in.put(asReceived(arriving, i), arriving.offload[i], arriving.tag[i], nowNs);
            }
            queue.release();
            while (burst.count < budget && !burst.isFull()) {
                FaultyLine.Held frame = in.take(nowNs);
                if (frame == null) {
                    break;
                }
                append(burst, frame, port);
            }
            return burst.count == 0 && received == FAILED ? FAILED : burst.count;
        }

        @Override
        public void release() {
            // the frames in the burst are copies
        }

        @Override
        public Fd fd() {
            return queue.fd();
        }

        @Override
        public int wakesOn() {
            return queue.wakesOn();
        }

        @Override
        public boolean arm() {
            lock.lock();
            try {
                return queue.arm() || !in.isEmpty() || !out.isEmpty();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void disarm() {
            queue.disarm();
        }
    }

    @Override
    public void close() {
        device.close();
        outgoing.close();
        own.close();
    }
}
