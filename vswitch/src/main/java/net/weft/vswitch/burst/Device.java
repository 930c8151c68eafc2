package net.weft.vswitch.burst;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A device from which the switch receives frames and to which it transmits them: a TAP, a netdev, a guest's vhost-user
 * socket.
 * <p>
 * A device is opened by the control thread, polled by the worker that owns each receive queue, transmitted to by any
 * worker, and closed by the control thread after no worker uses it any more. A device does not handle VLANs or zones.
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

    /**
     * {@link #offloads} bit: partial CRC32c checksums of SCTP are completed behind the device, which distinguishes them
     * from Internet checksums.
     */
    int SCTP_CHECKSUM = 64;

    /**
     * The offloads that {@link #transmit} accepts without software segmentation or checksumming: a set of the bits
     * above. Never changes.
     */
    int offloads();

    /** The receive queues, each to be polled by one worker. Never changes. */
    List<ReceiveQueue> receiveQueues();

    /**
     * Sends frames of a burst, in the order of the list. Called by a worker; several may call at once.
     * <p>
     * Frames need no more offload than {@link #offloads} and fit the port's MTU. The method allocates nothing, throws
     * nothing and never waits: frames for which the device has no room now are not sent.
     * @param burst the burst that holds the frames; the device may read their memory until the method returns
     * @param list the frames to send, each with the tag to push
     * @param from first entry of the list to send
     * @param scratch the calling worker's memory for headers and system calls
     * @return number of entries sent, {@code 0..list.count - from}. When that is not all, the next entry was either
     *         refused for good ({@link Scratch#refuse} was called: the caller counts it and goes on behind it) or the
     *         device has no room now (the caller counts the remaining entries as dropped)
     */
    int transmit(Burst burst, TransmitList list, int from, Scratch scratch);

    /**
     * Predicts why the device would drop a frame now, as far as that can be determined without sending it: {@link
     * DropReason#RING_FULL}, {@link DropReason#REFUSED}, {@link DropReason#PORT_DOWN}, or null. Used by traces, not by
     * forwarding. Any thread.
     * @param bytes length of the frame as it would leave
     */
    default @Nullable DropReason refusal(int bytes) {
        return null;
    }

    /**
     * Returns whether a frame that is not segmented behind the device exceeds its maximum length; such a frame is
     * counted as {@link DropReason#OVERSIZE}. Used by traces, not by forwarding. Any thread.
     * @param bytes length of the frame as it would leave
     * @param etherType the first EtherType of the frame: a kernel may allow a tagged frame to be longer
     */
    default boolean isTooLong(int bytes, int etherType) {
        return false;
    }

    /**
     * Returns whether the memory of a guest behind the device is sealed, so that the guest cannot cut it off; null where
     * no guest's memory is mapped. Any thread.
     */
    default @Nullable Boolean isMemorySealed() {
        return null;
    }

    /**
     * Returns whether the device cannot send yet because the other side is still coming up; frames then count as {@link
     * DropReason#PORT_DOWN}.
     */
    default boolean isComingUp() {
        return false;
    }

    /** Makes the device treat the other side as up, whatever the device has detected itself. */
    default void assumeUp() {
    }

    /**
     * Returns the number of frames that were lost since the last call because the switch did not fetch them in time.
     * Control thread.
     */
    default long takeMissed() {
        return 0;
    }

    /**
     * Returns whether the device may have dropped packets from or for one of its ports since the last call, so that
     * {@link #takeDropped} is worth asking; a device may have thousands of ports. Control thread.
     * @param port index of the port
     */
    default boolean hasDropped(int port) {
        return false;
    }

    /**
     * Returns the number of packets from or for one of the device's ports that the device itself dropped for a reason since
     * the last call. Control thread.
     * @param port index of the port
     */
    default long takeDropped(int port, DropReason reason) {
        return 0;
    }

    /**
     * Time at which the other side was first ready to receive frames, by {@link System#nanoTime()}; 0 if the device
     * cannot detect it.
     */
    default long readyNs() {
        return 0;
    }

    /**
     * The failure that ended the device's work, or null while it works. Set once, by the thread that detects the
     * failure; the port's supervisor then closes the device and opens it again when the cause has gone.
     */
    @Nullable
    DeviceFailure failure();

    /** Undoes what opening changed on the host and closes all descriptors. Control thread; idempotent. */
    @Override
    void close();
}
