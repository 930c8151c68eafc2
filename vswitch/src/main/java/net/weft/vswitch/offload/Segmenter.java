package net.weft.vswitch.offload;

import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.burst.TransmitList;

/**
 * Does in software what the device a frame leaves by does not: completes its checksum, or cuts it into segments, datagrams
 * or fragments, each finished.
 * <p>
 * {@link #start} takes a frame that {@link OffloadCheck} has passed; each {@link #next} fills the segmenter's own burst
 * with as many pieces as it holds, until there are none. Heads are made in that burst, payload is shared with the frame's:
 * it is read once for the checksum and copied once, by the egress device. So pieces are valid until the next call and as
 * long as the burst they came from is not released.
 * <p>
 * One thread, the owning worker. Nothing is allocated after construction.
 */
public final class Segmenter implements AutoCloseable {
    private final Burst burst = new Burst();
    private final TransmitList list = new TransmitList();
    private final SuperFrame frame = new SuperFrame(burst);
    private final ChecksumCompletion completion = new ChecksumCompletion(frame);
    private final TcpSegments tcpSegments = new TcpSegments(frame);
    private final UdpSegments udpSegments = new UdpSegments(frame);
    private final IpFragments fragments = new IpFragments(frame);
    private Pieces pieces = completion;
    private boolean started;

    /**
     * Begins on a frame; what was left of the one before is forgotten.
     *
     * @param index of the frame in {@code source}; its offload word is as {@link OffloadCheck#validate} left it
     * @param egressMtu bytes of an IP packet at most, which bounds fragments; segments have been measured before
     */
    public void start(Burst source, int index, int egressMtu) {
        started = frame.start(source, index);
        burst.txQueueHint = source.txQueueHint;
        if (!started) {
            return;
        }
        pieces = switch (Offload.gsoType(frame.offload)) {
            case Offload.GSO_TCPV4, Offload.GSO_TCPV6 -> tcpSegments;
            case Offload.GSO_UDP_L4 -> udpSegments;
            case Offload.GSO_UDP -> fragments;
            default -> completion;
        };
        pieces.start(egressMtu);
    }

    /**
     * Makes the next pieces, up to {@link Burst#CAPACITY}, in place of those before.
     *
     * @return false when there are none left
     */
    public boolean next() {
        burst.clear();
        if (started) {
            while (!burst.isFull() && pieces.append(burst)) {
                // append does it
            }
        }
        return burst.count > 0;
    }

    /** The pieces that {@link #next} made, in order, each to leave by a port with {@code egressTag} (0: untagged). */
    public TransmitList list(int egressTag, int egressPort) {
        list.count = 0;
        for (int index = 0; index < burst.count; index++) {
            list.add(index, egressTag, egressPort);
        }
        return list;
    }

    /** Where the pieces are. */
    public Burst burst() {
        return burst;
    }

    @Override
    public void close() {
        burst.close();
    }
}
