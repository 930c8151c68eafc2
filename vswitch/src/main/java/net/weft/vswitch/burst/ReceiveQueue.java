package net.weft.vswitch.burst;

import net.weft.linux.Epoll;
import net.weft.linux.Fd;

/**
 * A receive queue of a device, owned by one worker at a time.
 * <p>
 * The worker polls {@link #receive} while frames arrive. When the queue has been silent for a while, the worker calls
 * {@link #arm} and then waits for {@link #fd} through epoll; when the descriptor becomes readable, the worker polls
 * again.
 */
public interface ReceiveQueue {
    /** Result of {@link #receive} when the queue will never deliver again. */
    int FAILED = -1;

    /**
     * Appends waiting frames to the burst, which is empty. Allocates nothing and never waits.
     * @param budget maximum number of frames, {@code 1..Burst.CAPACITY}
     * @return number of frames appended; 0 if none wait; {@link #FAILED} when the device has a {@link Device#failure}
     *         and will never deliver again
     */
    int receive(Burst burst, int budget);

    /** Releases the memory of the frames of the last {@link #receive}, after they were sent or dropped. */
    void release();

    /** The descriptor that becomes readable when frames wait and the queue is armed. */
    Fd fd();

    /** The {@link Epoll} events that wake the worker. With {@link Epoll#EDGE} the descriptor need not be read. */
    default int wakesOn() {
        return Epoll.IN;
    }

    /**
     * Returns whether the memory of the frames received last is gone. The worker calls this when a fault in mapped
     * memory ended their forwarding, before it calls {@link #release}. If so, the device has a {@link Device#failure}.
     */
    default boolean isOwnFault() {
        return false;
    }

    /**
     * Returns the ID of the process whose threads read and write the memory of this queue, such as a hypervisor; 0 if it
     * is the kernel, or unknown.
     */
    default int peerProcess() {
        return 0;
    }

    /**
     * Requests a notification through {@link #fd} when frames arrive.
     * @return true if frames are waiting already, so that the worker must not sleep
     */
    boolean arm();

    /** Cancels notifications, because the worker polls again. */
    void disarm();
}
