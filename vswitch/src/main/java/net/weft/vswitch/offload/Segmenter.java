package net.weft.vswitch.offload;

import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.burst.TransmitList;

/**
 * Performs in software the offloads that an egress device does not support: completes the checksum of a frame, or cuts
 * the frame into finished segments, datagrams or fragments.
 * <p>
 * {@link #start} begins with a frame that {@link OffloadCheck} validated; each {@link #next} fills the segmenter's own
 * burst with as many pieces as fit, until none is left. The pieces have heads in that burst and share the payload of
 * the original frame, which is read once for the checksum and copied once, by the egress device. So pieces are valid
 * until the next call, and only while the original burst is not released.
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
     * Begins with a frame; remaining pieces of the previous frame are discarded.
     * @param index of the frame in {@code source}; its offload word is as {@link OffloadCheck#validate} left it
     * @param egressMtu maximum length of an IP packet in bytes; it limits fragments, while the size of segments was
     *            checked before
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
     * Produces the next pieces, up to {@link Burst#CAPACITY}, which replace the previous ones.
     * @return false if no piece is left
     */
    public boolean next() {
        burst.clear();
        if (started) {
            while (!burst.isFull() && pieces.append(burst)) {
                // append advances
            }
        }
        return burst.count > 0;
    }

    /**
     * Returns the pieces of the last {@link #next} in order, each with {@code egressTag} to push (0: untagged) and its
     * egress port.
     */
    public TransmitList list(int egressTag, int egressPort) {
        list.count = 0;
        for (int index = 0; index < burst.count; index++) {
            list.add(index, egressTag, egressPort);
        }
        return list;
    }

    /** The burst that holds the pieces. */
    public Burst burst() {
        return burst;
    }

    @Override
    public void close() {
        burst.close();
    }
}
