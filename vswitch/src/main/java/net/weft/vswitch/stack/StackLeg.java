package net.weft.vswitch.stack;

import java.util.List;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceDecorator;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;

/**
 * The device of a stack link as a worker sends users' frames by it: they leave inside stack frames. Open checksums travel with them;
 * super-frames are cut before. A list's ports say where each frame goes: a port of another member, or, for the port of the link itself, to
 * all members behind it; its tags are those with which the frames came in.
 */
public final class StackLeg implements DeviceDecorator {
    private final Device device;
    private final StackSender sender;
    private final int slot;
    private final int mtu;

    /** @param mtu of the link, bytes of a layer-3 packet */
    public StackLeg(Device device, StackSender sender, int slot, int mtu) {
        this.device = device;
        this.sender = sender;
        this.slot = slot;
        this.mtu = mtu;
    }

    @Override
    public Device delegate() {
        return device;
    }

    @Override
    public int offloads() {
        return CHECKSUM | SCTP_CHECKSUM;
    }

    /** Empty: the receive queues are polled at the wrapped device. */
    @Override
    public List<ReceiveQueue> receiveQueues() {
        return List.of();
    }

    @Override
    public int transmit(Burst burst, TransmitList list, int from, Scratch scratch) {
        return sender.transmit(device, slot, mtu, burst, list, from, scratch);
    }

    /** Does nothing: the port closes its own device. */
    @Override
    public void close() {
    }
}
