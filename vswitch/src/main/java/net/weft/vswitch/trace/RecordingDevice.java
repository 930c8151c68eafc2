package net.weft.vswitch.trace;

import java.util.ArrayList;
import java.util.List;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceDecorator;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;

/** Stands in for a port's device in a trace: carries what that carries, sends nothing, remembers what it was given. */
final class RecordingDevice implements DeviceDecorator {
    private final Device device;
    private final List<Integer> lengths = new ArrayList<>();
    private int tag;
    private int segmentBytes;

    RecordingDevice(Device device) {
        this.device = device;
    }

    @Override
    public Device delegate() {
        return device;
    }

    /** Bytes of each frame it was given. */
    List<Integer> lengths() {
        return lengths;
    }

    /** Tag of the frames it was given. */
    int tag() {
        return tag;
    }

    /** Payload of the segments that are left to the other side to cut, 0 for none. */
    int segmentBytes() {
        return segmentBytes;
    }

    @Override
    public List<ReceiveQueue> receiveQueues() {
        return List.of();
    }

    @Override
    public int transmit(Burst burst, TransmitList list, int from, Scratch scratch) {
        for (int n = from; n < list.count; n++) {
            int frame = list.frame[n];
            int bytes = burst.egressLength(frame, list.tag[n]);
            DropReason refusal = isTooLong(burst, frame, list.tag[n], bytes)
                    ? DropReason.OVERSIZE
                    : device.refusal(bytes);
            if (refusal != null) {
                if (refusal == DropReason.REFUSED || refusal == DropReason.OVERSIZE) {
                    scratch.refuse(refusal);
                }
                return n - from;
            }
            tag = list.tag[n];
            segmentBytes = Offload.gsoSize(burst.offload[frame]);
            lengths.add(bytes);
        }
        return list.count - from;
    }

    private boolean isTooLong(Burst burst, int frame, int tag, int bytes) {
        return Offload.gsoType(burst.offload[frame]) == Offload.GSO_NONE
                && device.isTooLong(bytes, burst.egressType(frame, tag));
    }

    @Override
    public void close() {
    }
}
