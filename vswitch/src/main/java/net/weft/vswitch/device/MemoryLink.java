package net.weft.vswitch.device;

import java.lang.foreign.Arena;
import net.weft.linux.EventFd;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.FrameRing;

/**
 * A cable in this process's memory: two rings of frames, one each way. The far end belongs to one thread of a test, a
 * benchmark or a trace; the near end is what {@link MemoryDevice} polls and transmits to.
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
     * @param name shown as the device's name
     * @param frames each ring holds, a power of two
     * @param frameBytes largest frame, {@code 64..Burst.MAX_FRAME}
     * @param offloads what the far end takes unfinished: {@link net.weft.vswitch.burst.Device} bits
     */
    public MemoryLink(String name, int frames, int frameBytes, int offloads) {
        this.name = name;
        this.offloads = offloads;
        toSwitch = new FrameRing(arena, frames, frameBytes);
        fromSwitch = new FrameRing(arena, frames, frameBytes);
    }

    /** A link for 256 frames of any size, whose far end takes every offload. */
    public static MemoryLink of(String name) {
        return new MemoryLink(name, 256, Burst.MAX_FRAME, ~0);
    }

    public String name() {
        return name;
    }

    /**
     * The near end, for whoever drives the forwarding code itself; a {@link net.weft.vswitch.VirtualSwitch} opens it through
     * {@link DeviceSpec.InMemory}.
     *
     * @param port number that received frames carry
     */
    public Device device(int port) {
        return new MemoryDevice(this, port);
    }

    /** Plugs the cable in, or pulls it out. Any thread. */
    public void carrier(boolean up) {
        carrier = up;
        onCarrier.run();
    }

    boolean hasCarrier() {
        return carrier;
    }

    /** Calls this when the cable was plugged in or pulled out. */
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

    /** The oldest frame the switch sent here, or an empty array when there is none. */
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

    /** Throws away all that the switch sent here; returns the number of frames. */
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

    /** Both ends must have let go. */
    @Override
    public void close() {
        wakeUp.close();
        arena.close();
    }
}
