package net.weft.vswitch.device;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import net.weft.linux.PacketSocket;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;
import org.jspecify.annotations.Nullable;

/**
 * A device for what blocks or allocates: workers see the near end of a {@link MemoryLink}, and two threads of the device's own carry
 * frames between its far end and a {@link Pump}. What the pump is too slow for is dropped at the link, and counted.
 */
final class PumpedDevice implements Device {
    /** For {@link #limit}: frames of any length are taken. */
    static final int NO_LIMIT = Burst.MAX_FRAME;
    private static final int FRAMES = 1024;
    private static final long IDLE_NS = 100_000_000;
    private static final long END_MILLIS = 5000;

    private final MemoryLink link;
    private final Device near;
    private final Pump pump;
    private final Thread receiver;
    private final Thread sender;
    private final AtomicReference<@Nullable DeviceFailure> failure = new AtomicReference<>();
    private final AtomicLong lost = new AtomicLong();
    private volatile boolean closing;
    private volatile int mtu = NO_LIMIT;

    /** The other side. A thread for each method; a sentence in an {@link DeviceUnavailableException} ends the device. */
    interface Pump extends AutoCloseable {
        /** The next frame into the switch, null when there is none for now; may wait for at most a second. */
        byte @Nullable [] receive() throws DeviceUnavailableException;

        /** Whether {@link #receive} rather waits for room than loses a frame. */
        boolean mayWait();

        /** Takes a frame that left the switch. */
        void send(byte[] frame) throws DeviceUnavailableException;

        /** There is nothing more to send for now. */
        void idle() throws DeviceUnavailableException;

        /** Frames lost before {@link #receive}, since the last call; any thread. */
        long takeMissed();

        @Override
        void close();
    }

    PumpedDevice(String name, Pump pump, int port) {
        this.pump = pump;
        link = new MemoryLink(name, FRAMES, Burst.MAX_FRAME, 0);
        near = link.device(port);
        receiver = thread("in", this::receive);
        sender = thread("out", this::send);
        receiver.start();
        sender.start();
    }

    private Thread thread(String way, Runnable work) {
        Thread thread = new Thread(work, "weft-pcap-" + way);
        thread.setDaemon(true);
        return thread;
    }

    private void receive() {
        try {
            while (!closing) {
                byte[] frame = pump.receive();
                if (frame != null) {
                    pass(frame);
                }
            }
        } catch (DeviceUnavailableException e) {
            fail(e.failure());
        } catch (RuntimeException e) {
            fail(new DeviceFailure(PortReason.NO_DEVICE, link.name() + ": unforeseen: " + e));
        }
    }

    private void pass(byte[] frame) {
        boolean fits = frame.length <= Burst.MAX_FRAME;
        boolean taken = fits && link.send(frame, 0);
        while (fits && !taken && pump.mayWait() && !closing) {
            LockSupport.parkNanos(100_000);
            taken = link.send(frame, 0);
        }
        if (!taken) {
            lost.incrementAndGet();
        }
    }

    /** What was taken before the end is sent. */
    private void send() {
        try {
            boolean last = false;
            while (!last) {
                last = closing;
                for (byte[] frame = link.receive(); frame.length > 0; frame = link.receive()) {
                    pump.send(frame);
                }
                pump.idle();
                if (!last) {
                    LockSupport.parkNanos(IDLE_NS);
                }
            }
        } catch (DeviceUnavailableException e) {
            fail(e.failure());
        } catch (RuntimeException e) {
            fail(new DeviceFailure(PortReason.NO_DEVICE, link.name() + ": unforeseen: " + e));
        }
    }

    /** Ends the device, with the first reason that is given. */
    void fail(DeviceFailure why) {
        failure.compareAndSet(null, why);
    }

    /** Frames whose payload is longer are refused, since the pump's side would lose them without a word. */
    void limit(int bytes) {
        mtu = bytes;
    }

    @Override
    public int offloads() {
        return near.offloads();
    }

    @Override
    public List<ReceiveQueue> receiveQueues() {
        return near.receiveQueues();
    }

    @Override
    public int transmit(Burst burst, TransmitList list, int from, Scratch scratch) {
        int all = list.count;
        list.count = from;
        while (list.count < all && fits(burst, list, list.count)) {
            list.count++;
        }
        int until = list.count;
        int sent = near.transmit(burst, list, from, scratch);
        list.count = all;
        if (sent > 0) {
            LockSupport.unpark(sender);
        }
        if (until < all && sent == until - from) {
            scratch.refuse(DropReason.OVERSIZE);
        }
        return sent;
    }

    private boolean fits(Burst burst, TransmitList list, int entry) {
        int frame = list.frame[entry];
        int tag = list.tag[entry];
        return !isTooLong(burst.egressLength(frame, tag), burst.egressType(frame, tag));
    }

    @Override
    public boolean isTooLong(int bytes, int etherType) {
        return PacketSocket.isTooLong(bytes, etherType, mtu);
    }

    @Override
    public @Nullable DropReason refusal(int bytes) {
        return near.refusal(bytes);
    }

    @Override
    public long takeMissed() {
        return lost.getAndSet(0) + pump.takeMissed();
    }

    @Override
    public @Nullable DeviceFailure failure() {
        return failure.get();
    }

    @Override
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        LockSupport.unpark(sender);
        LockSupport.unpark(receiver);
        try {
            receiver.join(END_MILLIS);
            sender.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!receiver.isAlive() && !sender.isAlive()) {
            pump.close();
            near.close();
            link.close();
        }
    }
}
