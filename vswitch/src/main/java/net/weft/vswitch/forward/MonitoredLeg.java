package net.weft.vswitch.forward;

import java.util.List;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceDecorator;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;

/** A port's leg in the hands of one worker while somebody looks on: sends as before, and tells what was sent and what was not. */
final class MonitoredLeg implements DeviceDecorator {
    private final Device device;
    private final PortMonitors taps;
    private final int port;

    MonitoredLeg(Device device, PortMonitors taps, int port) {
        this.device = device;
        this.taps = taps;
        this.port = port;
    }

    @Override
    public Device delegate() {
        return device;
    }

    /** None: they are polled as before. */
    @Override
    public List<ReceiveQueue> receiveQueues() {
        return List.of();
    }

    @Override
    public int transmit(Burst burst, TransmitList list, int from, Scratch scratch) {
        int sent = device.transmit(burst, list, from, scratch);
        if (sent > 0) {
            taps.sent(port, burst, list, from, from + sent);
        }
        int next = from + sent;
        if (next < list.count) {
            boolean refused = scratch.takeRefused();
            DropReason reason = Transmitter.unsentReason(refused, scratch.refusal(), device);
            int until = refused ? next + 1 : list.count;
            for (int n = next; n < until; n++) {
                taps.lost(port, burst, list.frame[n], list.tag[n], reason);
            }
            if (refused) {
                scratch.refuse(reason);
            }
        }
        return sent;
    }

    /** Nothing: the port closes its device. */
    @Override
    public void close() {
    }
}
