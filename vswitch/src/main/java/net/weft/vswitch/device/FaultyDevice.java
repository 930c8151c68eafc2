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
 * A device behind a bad cable: frames are lost, late, doubled, swapped or damaged on the way in, on the way out, or both, as a seed says. For
 * tests and examples: it allocates.
 * <p>
 * Whoever polls the receive queue also moves what is on its way out. A queue with frames on their way does not sleep.
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
     * @param device with one receive queue; closed with this one
     * @param clockNs monotonic
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

    /** What has happened on the way in. */
    public FaultyLine in() {
        return in;
    }

    /** What has happened on the way out. */
    public FaultyLine out() {
        return out;
    }

    @Override
    public List<ReceiveQueue> receiveQueues() {
        return queues;
    }

    /** All of them are taken: what is lost is lost by the cable. */
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

    /** None: what a cable damages is finished, so that its checksums tell. */
    @Override
    public int offloads() {
        return 0;
    }

    /** Nothing: see {@link #transmit}. */
    @Override
    public @Nullable DropReason refusal(int bytes) {
        return null;
    }

    /** The frame with its tag, if any. */
    private byte[] onTheWire(Burst burst, int i, int tag) {
        byte[] bytes = new byte[burst.egressLength(i, tag)];
        int at = burst.writeHead(i, tag, own.slot(0));
        Memory.copy(own.slot(0), bytes, 0, at);
        appendBody(burst, i, bytes, at);
        return bytes;
    }

    /** The frame as it came in; a tag beside it stays there. */
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

    /** Hands what is due to the device. What that does not take is lost too. */
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

    /** The device's queue, its frames late or not at all. */
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
            // they were copies
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
