package net.weft.vswitch.device;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
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

/** The switch's end of a {@link MemoryLink}. Frames are copied once in each direction. */
final class MemoryDevice implements Device, ReceiveQueue {
    private final MemoryLink link;
    private final int port;
    private final AtomicBoolean transmitting = new AtomicBoolean();
    private int taken;

    MemoryDevice(MemoryLink link, int port) {
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
