package net.weft.vswitch.burst;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A device that stands before another, as a tap, a recorder or a bad cable does: all that it does not say for itself is the other's word.
 * Only {@link #close} it says itself, since not everybody who stands before a device owns it.
 */
public interface DeviceDecorator extends Device {
    /** The one behind, at this moment. */
    Device delegate();

    @Override
    default int offloads() {
        return delegate().offloads();
    }

    @Override
    default List<ReceiveQueue> receiveQueues() {
        return delegate().receiveQueues();
    }

    @Override
    default int transmit(Burst burst, TransmitList list, int from, Scratch scratch) {
        return delegate().transmit(burst, list, from, scratch);
    }

    @Override
    default @Nullable DropReason refusal(int bytes) {
        return delegate().refusal(bytes);
    }

    @Override
    default boolean isTooLong(int bytes, int etherType) {
        return delegate().isTooLong(bytes, etherType);
    }

    @Override
    default boolean isComingUp() {
        return delegate().isComingUp();
    }

    @Override
    default void assumeUp() {
        delegate().assumeUp();
    }

    @Override
    default long takeMissed() {
        return delegate().takeMissed();
    }

    @Override
    default long readyNs() {
        return delegate().readyNs();
    }

    @Override
    default @Nullable DeviceFailure failure() {
        return delegate().failure();
    }
}
