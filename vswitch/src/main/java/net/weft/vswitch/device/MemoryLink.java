package net.weft.vswitch.device;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import net.weft.linux.EventFd;
import net.weft.linux.FaultCalls;
import net.weft.linux.Fd;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.FrameRing;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;
import org.jspecify.annotations.Nullable;

/**
 * A link in this process's memory: two rings of frames, one in each direction. The far end belongs to one thread of a
 * test, a benchmark or a trace; {@link NearEnd} is the near end.
 */
public final class MemoryLink implements AutoCloseable {
    private final String name;
    private final Arena arena = Arena.ofShared();
    private final FrameRing toSwitch;
    private final FrameRing fromSwitch;
    private final EventFd wakeUp = new EventFd();
    private final int offloads;
    private volatile boolean carrier = true;
    private volatile Runnable onCarrier = () -> {
    };

    /**
     * @param name displayed as the device's name
     * @param frames capacity of each ring in frames, a power of two
     * @param frameBytes largest frame, {@code 64..Burst.MAX_FRAME}
     * @param offloads offloads that the far end supports: {@link net.weft.vswitch.burst.Device} bits
     */
    public MemoryLink(String name, int frames, int frameBytes, int offloads) {
        this.name = name;
        this.offloads = offloads;
        toSwitch = new FrameRing(arena, frames, frameBytes);
        fromSwitch = new FrameRing(arena, frames, frameBytes);
    }

    /** Creates a link for 256 frames of any size whose far end supports every offload. */
    public static MemoryLink of(String name) {
        return new MemoryLink(name, 256, Burst.MAX_FRAME, ~0);
    }

    public String name() {
        return name;
    }

    /**
     * Returns the near end, for code that drives the forwarding itself; a {@link net.weft.vswitch.VirtualSwitch} opens
     * it through {@link DeviceSpec.InMemory}.
     *
     * @param port number that received frames carry
     */
    public Device device(int port) {
        return new NearEnd(this, port);
    }

    /** Sets the carrier of the link up or down. Any thread. */
    public void carrier(boolean up) {
        carrier = up;
        onCarrier.run();
    }

    boolean hasCarrier() {
        return carrier;
    }

    /** Sets the listener that is called when the carrier changes. */
    void onCarrier(Runnable listener) {
        onCarrier = listener;
    }

    int offloads() {
        return offloads;
    }

    FrameRing toSwitch() {
        return toSwitch;
    }

    FrameRing fromSwitch() {
        return fromSwitch;
    }

    EventFd wakeUp() {
        return wakeUp;
    }

    /**
     * Sends a frame into the switch.
     *
     * @param offload {@link net.weft.vswitch.burst.Offload} word, 0 for a finished frame
     * @return false when the ring is full
     */
    public boolean send(byte[] frame, long offload) {
        long slot = toSwitch.claim();
        if (slot == 0) {
            return false;
        }
        Memory.copy(frame, 0, slot, frame.length);
        toSwitch.publish(frame.length, offload);
        wakeUp.signal();
        return true;
    }

    /** Removes and returns the oldest frame that the switch sent, or an empty array when there is none. */
    public byte[] receive() {
        long slot = fromSwitch.peek();
        if (slot == 0) {
            return new byte[0];
        }
        byte[] frame = new byte[fromSwitch.length()];
        Memory.copy(slot, frame, 0, frame.length);
        lastOffload = fromSwitch.offload();
        fromSwitch.consume();
        return frame;
    }

    /** Discards all frames that the switch sent; returns their number. */
    public int discard() {
        int frames = fromSwitch.available();
        fromSwitch.consume(frames);
        return frames;
    }

    private long lastOffload;

    /** Offload word of the frame that {@link #receive} returned last. */
    public long lastOffload() {
        return lastOffload;
    }

    /** Releases the memory. Neither end may be in use. */
    @Override
    public void close() {
        wakeUp.close();
        arena.close();
    }

    /** The switch's end of a link. Frames are copied once in each direction. */
    private static final class NearEnd implements Device, ReceiveQueue {
        private final MemoryLink link;
        private final int port;
        private final AtomicBoolean transmitting = new AtomicBoolean();
        private int taken;

        NearEnd(MemoryLink link, int port) {
            this.link = link;
            this.port = port;
        }

        @Override
        public int offloads() {
            return link.offloads();
        }

        @Override
        public List<ReceiveQueue> receiveQueues() {
            return List.of(this);
        }

        @Override
        public int receive(Burst burst, int budget) {
            FrameRing ring = link.toSwitch();
            int n = 0;
            for (long slot = ring.peek(0); slot != 0 && n < budget; slot = ring.peek(n)) {
                burst.add(slot, ring.length(n), port, ring.offload(n), 0);
                n++;
            }
            taken = n;
            return n;
        }

        @Override
        public void release() {
            link.toSwitch().consume(taken);
            taken = 0;
        }

        @Override
        public Fd fd() {
            return link.wakeUp().fd();
        }

        @Override
        public boolean arm() {
            link.wakeUp().drain();
            return link.toSwitch().peek() != 0;
        }

        @Override
        public void disarm() {
        }

        @Override
        public int transmit(Burst burst, TransmitList list, int from, Scratch scratch) {
            FaultCalls.deliver();
            while (!transmitting.compareAndSet(false, true)) {
                Thread.onSpinWait();
            }
            try {
                return transmitClaimed(burst, list, from, scratch);
            } finally {
                transmitting.set(false);
            }
        }

        private int transmitClaimed(Burst burst, TransmitList list, int from, Scratch scratch) {
            FrameRing ring = link.fromSwitch();
            int n = from;
            for (long slot = ring.claim(); slot != 0 && n < list.count; slot = ring.claim()) {
                int frame = list.frame[n];
                if (burst.egressLength(frame, list.tag[n]) > ring.frameBytes()) {
                    scratch.refuse();
                    break;
                }
                long to = slot + burst.writeHead(frame, list.tag[n], slot);
                for (int i = 0; i < burst.bodyCount(frame); i++) {
                    int part = burst.bodyLength(frame, i);
                    Memory.copy(burst.bodyAddress(frame, i), to, part);
                    to += part;
                }
                if (burst.bodyCount(frame) > 0) {
                    FaultCalls.deliver(); // a frame whose memory is gone is not sent
                }
                int bytes = (int) (to - slot);
                ring.publish(bytes, Offload.shifted(burst.offload[frame], bytes - burst.length[frame]));
                n++;
            }
            return n - from;
        }

        @Override
        public @Nullable DropReason refusal(int bytes) {
            FrameRing ring = link.fromSwitch();
            return bytes > ring.frameBytes() ? DropReason.REFUSED : ring.isFull() ? DropReason.RING_FULL : null;
        }

        @Override
        public @Nullable DeviceFailure failure() {
            return null;
        }

        @Override
        public void close() {
            taken = 0;
        }
    }
}
