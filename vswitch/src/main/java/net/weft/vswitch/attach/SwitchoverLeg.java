package net.weft.vswitch.attach;

import java.util.List;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceDecorator;
import net.weft.vswitch.burst.ReceiveQueue;

/**
 * The leg of a port with two bound attachments. Frames go to the old attachment until the guest has announced itself at
 * the new one, and to the new one from then on. The worker that receives the announcement switches all workers over
 * with one store; a snapshot with only the new attachment follows.
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

    /**
     * The offloads that both devices support, because a transmit list may be prepared before the switchover and sent
     * after it.
     */
    @Override
    public int offloads() {
        return before.offloads() & after.offloads();
    }

    /** Returns no queues: each attachment has its own queues polled. */
    @Override
    public List<ReceiveQueue> receiveQueues() {
        return List.of();
    }

    /** Does nothing: the attachments close their own devices. */
    @Override
    public void close() {
    }
}
