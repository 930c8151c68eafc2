package net.weft.vswitch.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceDecorator;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;

/**
 * A device that replaces a leg's device in a trace: it supports the same offloads, sends nothing, and records the
 * frames it receives for each port.
 */
final class RecordingDevice implements DeviceDecorator {
    /** The frames that would have left one port. */
    static final class Sent {
        private final List<Integer> lengths = new ArrayList<>();
        private int tag;
        private int segmentBytes;
        private int leg;

        /** Returns the length of each frame in bytes. */
        List<Integer> lengths() {
            return lengths;
        }

        /** Returns the tag of the frames, 0 for none. */
        int tag() {
            return tag;
        }

        /**
         * Returns the payload bytes of the segments that the receiver of a super-frame cuts, 0 for an ordinary frame.
         */
        int segmentBytes() {
            return segmentBytes;
        }

        /** Returns the number of the leg by which the frames would have left. */
        int leg() {
            return leg;
        }
    }

    private final Device device;
    private final int leg;
    private final Map<Integer, Sent> sentByPort;

    /** @param sentByPort the records by port index, shared by the devices of one trace */
    RecordingDevice(Device device, int leg, Map<Integer, Sent> sentByPort) {
        this.device = device;
        this.leg = leg;
        this.sentByPort = sentByPort;
    }

    @Override
    public Device delegate() {
        return device;
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
            Sent sent = sentByPort.computeIfAbsent(list.port[n], _ -> new Sent());
            sent.tag = list.tag[n];
            sent.leg = leg;
            sent.segmentBytes = Offload.gsoSize(burst.offload[frame]);
            sent.lengths.add(bytes);
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
