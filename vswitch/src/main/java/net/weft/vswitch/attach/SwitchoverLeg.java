package net.weft.vswitch.attach;

import java.util.List;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceDecorator;
import net.weft.vswitch.burst.ReceiveQueue;

/**
 * The leg of a port with two live attachments: frames go to the old one until the guest has announced itself by the new one,
 * from then on there. The worker that sees the announcement switches all workers over with one store; the snapshot that
 * names the new attachment alone follows.
 */
final class SwitchoverLeg implements DeviceDecorator {
    private final Device before;
    private final Device after;
    private final Switchover switchover;

    SwitchoverLeg(Device before, Device after, Switchover switchover) {
        this.before = before;
        this.after = after;
        this.switchover = switchover;
    }

    @Override
    public Device delegate() {
        return switchover.isAnnounced() ? after : before;
    }

    /** What both carry: a list of frames may be judged before the switch-over and sent after it. */
    @Override
    public int offloads() {
        return before.offloads() & after.offloads();
    }

    /** None: each attachment has its own polled. */
    @Override
    public List<ReceiveQueue> receiveQueues() {
        return List.of();
    }

    /** Nothing: the attachments close their devices. */
    @Override
    public void close() {
    }
}
