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
 * A device for backends that block or allocate. Workers use the near end of a {@link MemoryLink}, and two threads of
 * the device copy frames between its far end and a {@link Pump}. Frames for which the pump is too slow are dropped at
 * the link and counted.
 */
final class PumpedDevice implements Device {
    /** Value for {@link #limit}: frames of any length are accepted. */
    static final int NO_LIMIT = Burst.MAX_FRAME;
    private static final int FRAMES = 1024;
    private static final long IDLE_NS = 100_000_000;
    private static final long END_MILLIS = 300;

    private final MemoryLink link;
    private final Device near;
    private final Pump pump;
    private final Thread receiver;
    private final Thread sender;
    private final AtomicReference<@Nullable DeviceFailure> failure = new AtomicReference<>();
    private final AtomicLong lost = new AtomicLong();
    /** Number of running threads. Guarded by this. */
    private int running = 2;
    private volatile boolean closing;
    private volatile int mtu = NO_LIMIT;

    /**
     * The backend of a pumped device. Receiving and sending each have their own thread; a {@link
     * DeviceUnavailableException} fails the device with its sentence.
     */
    interface Pump extends AutoCloseable {
        /** Returns the next frame for the switch, or null when there is none now; may block for at most one second. */
        byte @Nullable [] receive() throws DeviceUnavailableException;

        /** Returns whether a received frame should wait for room in the ring instead of being dropped. */
        boolean mayWait();

        /** Sends a frame that the switch transmitted. */
        void send(byte[] frame) throws DeviceUnavailableException;

        /** Called when there is nothing more to send now, so that buffered frames can be flushed. */
        void idle() throws DeviceUnavailableException;

        /** Returns the number of frames lost before {@link #receive} since the last call, and resets it; any thread. */
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
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } finally {
                ended();
            }
        }, "weft-pcap-" + way);
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

    /** Sends frames until the device is closed; frames accepted before that are still sent. */
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

    /** Fails the device. Only the first reason is kept. */
    void fail(DeviceFailure why) {
        failure.compareAndSet(null, why);
    }

    /**
     * Sets the largest payload in bytes. Longer frames are refused here, because the backend would lose them silently.
     */
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

    /**
     * Stops both threads and waits briefly for them. The pump may block a thread for longer, and the calling control
     * thread must not wait, so the thread that ends last releases the resources.
     */
    @Override
    public void close() {
        synchronized (this) {
            if (closing) {
                return;
            }
            closing = true;
            if (running == 0) {
                releaseAll();
            }
        }
        LockSupport.unpark(sender);
        LockSupport.unpark(receiver);
        try {
            sender.join(END_MILLIS);
            receiver.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void ended() {
        running--;
        if (closing && running == 0) {
            releaseAll();
        }
    }

    private void releaseAll() {
        pump.close();
        near.close();
        link.close();
    }
}
