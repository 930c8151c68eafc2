package net.weft.vswitch.burst;

import net.weft.linux.Epoll;
import net.weft.linux.Fd;

/**
 * One source of frames, owned by one worker at a time.
 * <p>
 * The worker polls {@link #receive} while frames come. When a queue has been silent for a while it calls {@link #arm} and
 * from then on only looks at {@link #fd}, through epoll; when that becomes readable it polls again.
 */
public interface ReceiveQueue {
    /** What {@link #receive} returns from a queue that is at its end. */
    int FAILED = -1;

    /**
     * Appends waiting frames to the burst, which is empty. Nothing is allocated or waited for.
     *
     * @param budget frames to take at most, {@code 1..Burst.CAPACITY}
     * @return frames appended; 0 when none wait; {@link #FAILED} when the device has a {@link Device#failure} and will
     *         never deliver again
     */
    int receive(Burst burst, int budget);

    /** The frames of the last {@link #receive} have been sent or dropped: their memory may go back to where it came from. */
    void release();

    /** Descriptor that becomes readable when frames wait and the queue is armed. */
    Fd fd();

    /** The {@link Epoll} events of {@link #fd} that say so. With {@link Epoll#EDGE} nobody has to read the descriptor. */
    default int wakesOn() {
        return Epoll.IN;
    }

    /**
     * Asked by the worker when a fault in mapped memory ended the forwarding of the frames that were received last, before they are
     * {@link #release}d: whether their memory is gone. Then the device has a {@link Device#failure}.
     */
    default boolean isOwnFault() {
        return false;
    }

    /**
     * Asks to be woken through {@link #fd}.
     *
     * @return true when frames wait already, so that sleeping now would miss them
     */
    boolean arm();

    /** Polling again: notifications are no longer needed. */
    void disarm();
}
