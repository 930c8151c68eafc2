package net.weft.vswitch.attach;

import java.util.List;
import net.weft.linux.Fd;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceDecorator;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;
import net.weft.vswitch.device.DeviceOpener;
import net.weft.vswitch.device.DeviceUnavailableException;

/** The device of a new attachment. It notifies a {@link Switchover} of the frames it receives and delivers. */
final class MigrationTarget implements DeviceDecorator {
    private final Device device;
    private final Switchover switchover;
    private final List<ReceiveQueue> queues;

    private MigrationTarget(Device device, Switchover switchover) {
        this.device = device;
        this.switchover = switchover;
        this.queues = device.receiveQueues().stream().<ReceiveQueue>map(Queue::new).toList();
    }

    /**
     * Decorates an opener so that its devices notify the switchover of their frames until the migration is complete.
     */
    static DeviceOpener opener(DeviceOpener opener, Switchover switchover) {
        return new Opener(opener, switchover);
    }

    /** The decorated device, which is used directly after the migration. */
    @Override
    public Device delegate() {
        return device;
    }

    @Override
    public List<ReceiveQueue> receiveQueues() {
        return queues;
    }

    @Override
    public int transmit(Burst burst, TransmitList list, int from, Scratch scratch) {
        int sent = device.transmit(burst, list, from, scratch);
        if (sent > 0) {
            switchover.delivered();
        }
        return sent;
    }

    @Override
    public void close() {
        device.close();
    }

    private final class Queue implements ReceiveQueue {
        private final ReceiveQueue queue;

        Queue(ReceiveQueue queue) {
            this.queue = queue;
        }

        @Override
        public int receive(Burst burst, int budget) {
            int received = queue.receive(burst, budget);
            if (received > 0) {
                switchover.received(burst);
            }
            return received;
        }

        @Override
        public void release() {
            queue.release();
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
        public boolean isOwnFault() {
            return queue.isOwnFault();
        }

        @Override
        public boolean arm() {
            return queue.arm();
        }

        @Override
        public void disarm() {
            queue.disarm();
        }
    }

    private record Opener(DeviceOpener opener, Switchover switchover) implements DeviceOpener {
        @Override
        public Device open() throws DeviceUnavailableException {
            Device device = opener.open();
            device.assumeUp(); // a migrating guest keeps its link up
            if (switchover.isAnnounced()) {
                return device;
            }
            switchover.ready(device.readyNs() == 0 ? System.nanoTime() : device.readyNs());
            return new MigrationTarget(device, switchover);
        }

        @Override
        public boolean hasDevice() {
            return opener.hasDevice();
        }

        @Override
        public int mtu() {
            return opener.mtu();
        }

        @Override
        public boolean hasCarrier() {
            return opener.hasCarrier();
        }

        @Override
        public void close() {
            opener.close();
        }
    }
}
