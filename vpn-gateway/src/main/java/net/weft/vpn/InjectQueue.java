package net.weft.vpn;

import java.lang.foreign.Arena;
import java.lang.invoke.VarHandle;
import net.weft.linux.EventFd;
import net.weft.linux.Fd;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.FrameRing;
import net.weft.vswitch.burst.ReceiveQueue;
import org.jspecify.annotations.Nullable;

/**
 * The frames that the gateway makes itself in the name of its peers: answers to ARP and neighbour discovery, requests, ICMP errors, and
 * packets whose destination had to be asked for. To the switch they are frames that it received from the peer's port. Any thread puts
 * frames in; where the ring is full they are dropped, and the sender asks again.
 */
final class InjectQueue implements ReceiveQueue, AutoCloseable {
    private static final int FRAMES = 256;
    static final int FRAME_BYTES = GatewaySpec.MAX_MTU + 64;

    private final Arena arena = Arena.ofShared();
    private final FrameRing ring = new FrameRing(arena, FRAMES, FRAME_BYTES);
    private final EventFd wakeUp = new EventFd();
    private int taken;
    private boolean closed;

    /**
     * Hands a frame to the switch.
     *
     * @param port index of the port that it comes from
     * @return null, or why the frame was dropped
     */
    synchronized @Nullable DropReason inject(int port, byte[] frame, int length) {
        if (closed || port < 0) {
            return DropReason.PORT_DOWN;
        }
        if (length > FRAME_BYTES) {
            return DropReason.OVERSIZE;
        }
        long slot = ring.claim();
        if (slot == 0) {
            return DropReason.RING_FULL;
        }
        Memory.copy(frame, 0, slot, length);
        ring.publish(length, port);
        if (ring.isFirst()) {
            wakeUp.signal();
        }
        return null;
    }

    @Override
    public int receive(Burst burst, int budget) {
        int n = 0;
        for (long slot = ring.peek(0); slot != 0 && n < budget; slot = ring.peek(n)) {
            burst.add(slot, ring.length(n), (int) ring.offload(n), 0, 0);
            n++;
        }
        taken = n;
        return n;
    }

    @Override
    public void release() {
        ring.consume(taken);
        taken = 0;
    }

    @Override
    public Fd fd() {
        return wakeUp.fd();
    }

    @Override
    public boolean arm() {
        wakeUp.drain();
        VarHandle.fullFence(); // pairs with that of FrameRing.isFirst
        return ring.peek() != 0;
    }

    @Override
    public void disarm() {
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            wakeUp.close();
            arena.close();
        }
    }
}
