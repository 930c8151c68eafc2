package net.weft.vswitch;

import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.TransmitList;
import net.weft.vswitch.zoning.ZoneGate;

/** Sends frames of the switch's own, one at a time: those of its protocols, and answers to what it rejects. One thread. */
final class OwnFrames implements AutoCloseable {
    private final Burst burst = new Burst();
    private final TransmitList list = new TransmitList();
    private final Transmitter transmitter = new Transmitter();

    /**
     * Sends a finished frame.
     *
     * @param frame without tag, at most {@link Burst#HEAD_LIMIT} bytes
     * @param tag it leaves with, 0 for none
     * @param row counters of the port
     */
    void send(byte[] frame, int tag, int port, Device device, long[] row, int mtu) {
        burst.clear();
        Memory.copy(frame, 0, burst.head(0), frame.length);
        send(frame.length, tag, port, device, row, mtu);
    }

    /**
     * Tells the sender of a rejected frame, by the port it came in by, where there is something to be told.
     *
     * @param tag the answer leaves with, 0 for none
     * @param row counters of the port
     */
    void answer(ZoneGate zones, Burst rejected, int i, int tag, Device device, long[] row, int mtu) {
        burst.clear();
        int length = zones.rejection(rejected, i, burst.heads(), burst.headOffset(0));
        if (length > 0) {
            send(length, tag, rejected.port[i], device, row, mtu);
        }
    }

    /** What lies in the first head. */
    private void send(int length, int tag, int port, Device device, long[] row, int mtu) {
        int i = burst.begin(length, port, 0, 0);
        burst.headLength[i] = length;
        list.count = 0;
        list.add(i, tag);
        row[PortCounters.COPIES]++;
        transmitter.send(burst, list, device, row, mtu);
    }

    @Override
    public void close() {
        transmitter.close();
        burst.close();
    }
}
