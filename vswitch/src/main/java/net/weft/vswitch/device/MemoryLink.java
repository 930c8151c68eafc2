package net.weft.vswitch.device;

import java.lang.foreign.Arena;
import net.weft.linux.EventFd;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.FrameRing;

/**
 * A link in this process's memory: two rings of frames, one in each direction. The far end belongs to one thread of a
 * test, a benchmark or a trace; {@link MemoryDevice} is the near end.
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
        return new MemoryDevice(this, port);
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
}
