package net.weft.vswitch.burst;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is polled and written to: a tap, a netdev, a guest's socket.
 * <p>
 * A device is opened by the control thread, polled by the worker that owns each receive queue, transmitted to by any
 * worker, and closed by the control thread after every worker has let go of it. It knows nothing of VLANs or zones.
 */
public interface Device extends AutoCloseable {
    /** {@link #offloads} bit: partial checksums are completed behind the device. */
    int CHECKSUM = 1;
    /** {@link #offloads} bit: TCP over IPv4 is segmented behind the device. */
    int TSO4 = 2;
    /** {@link #offloads} bit: TCP over IPv6 is segmented behind the device. */
    int TSO6 = 4;
    /** {@link #offloads} bit: TCP segmentation keeps CWR on the first segment only. */
    int TSO_ECN = 8;
    /** {@link #offloads} bit: UDP is segmented into datagrams behind the device. */
    int USO = 16;
    /** {@link #offloads} bit: UDP is cut into IP fragments behind the device. */
    int UFO = 32;

    /** {@link #offloads} bit: partial CRC32c checksums of SCTP are completed behind the device, and told from Internet checksums there. */
    int SCTP_CHECKSUM = 64;

    /** What {@link #transmit} may be given without Weft doing it in software: a set of the bits above. Never changes. */
    int offloads();

    /** The receive queues, each to be polled by one worker. Never changes. */
    List<ReceiveQueue> receiveQueues();

    /**
     * Sends frames of a burst, in the order of the list. Called by a worker; several may call at once.
     * <p>
     * Frames need no more offload than {@link #offloads} and fit the port's MTU. Nothing is allocated, thrown or waited
     * for: what the device does not take at once, it does not take.
     *
     * @param burst where the frames are; their memory is the device's to read until it returns
     * @param list which frames, each with the tag to push
     * @param from first entry of the list to send
     * @param scratch the calling worker's memory for headers and system calls
     * @return how many entries were taken, {@code 0..list.count - from}. When that is not all, the next entry was either
     *         refused for good ({@link Scratch#refuse} was called: the caller counts it and goes on behind it) or the device
     *         takes no more now (the caller counts the rest as dropped)
     */
    int transmit(Burst burst, TransmitList list, int from, Scratch scratch);

    /**
     * Why a frame would not be taken now, as far as that can be known without sending it: {@link DropReason#RING_FULL},
     * {@link DropReason#REFUSED}, {@link DropReason#PORT_DOWN}, or null. For explaining, not for forwarding; any thread.
     *
     * @param bytes of the frame as it would leave
     */
    default @Nullable DropReason refusal(int bytes) {
        return null;
    }

    /**
     * Whether a whole frame, one not to be segmented behind the device, is longer than the device takes; it is counted as
     * {@link DropReason#OVERSIZE}. For explaining, not for forwarding; any thread.
     *
     * @param bytes of the frame as it would leave
     * @param etherType its first: a kernel may take a tagged frame that is longer
     */
    default boolean isTooLong(int bytes, int etherType) {
        return false;
    }

    /** Whether it takes no frames yet, as the other side is only just coming up; they count as {@link DropReason#PORT_DOWN}. */
    default boolean isComingUp() {
        return false;
    }

    /** Tells it that the other side is up, whatever it has seen itself. */
    default void assumeUp() {
    }

    /** Frames lost since the last call because the switch did not fetch them in time. Control thread. */
    default long takeMissed() {
        return 0;
    }

    /** When the other side was first ready to take frames, {@link System#nanoTime()}; 0 where the device cannot know. */
    default long readyNs() {
        return 0;
    }

    /**
     * Why the device is of no more use, or null while it works. Set once, by whichever thread finds out; the port's
     * supervisor then closes the device and opens it anew when the cause has gone.
     */
    @Nullable
    DeviceFailure failure();

    /** Undoes what opening changed on the host and closes all descriptors. Control thread; idempotent. */
    @Override
    void close();
}
