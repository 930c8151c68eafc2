package net.weft.vswitch.forward;

import java.util.List;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceDecorator;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;

/**
 * A decorator of one leg's device on one worker, used while monitors observe a port that the leg serves. It transmits
 * by the wrapped device and reports to the monitors which frames were sent and which were lost.
 */
final class MonitoredLeg implements DeviceDecorator {
    private final Device device;
    private final PortMonitors monitors;

    MonitoredLeg(Device device, PortMonitors monitors) {
        this.device = device;
        this.monitors = monitors;
    }

    @Override
    public Device delegate() {
        return device;
    }

    /** Empty: the receive queues are polled at the wrapped device. */
    @Override
    public List<ReceiveQueue> receiveQueues() {
        return List.of();
    }

    @Override
    public int transmit(Burst burst, TransmitList list, int from, Scratch scratch) {
        int sent = device.transmit(burst, list, from, scratch);
        if (sent > 0) {
            monitors.sent(burst, list, from, from + sent);
        }
        int next = from + sent;
        if (next < list.count) {
            boolean refused = scratch.takeRefused();
            DropReason reason = Transmitter.unsentReason(refused, scratch.refusal(), device);
            int until = refused ? next + 1 : list.count;
            for (int n = next; n < until; n++) {
                monitors.lost(list.port[n], burst, list.frame[n], list.tag[n], reason);
            }
            if (refused) {
                scratch.refuse(reason);
            }
        }
        return sent;
    }

    /** Does nothing: the port closes its own device. */
    @Override
    public void close() {
    }
}
