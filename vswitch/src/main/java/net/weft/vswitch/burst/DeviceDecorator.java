package net.weft.vswitch.burst;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A device that wraps another: a monitor, a recorder or an emulated faulty cable. Every method that an implementation
 * does not override delegates to the wrapped device. {@link #close} must be implemented, since not every decorator owns
 * the device that it wraps.
 */
public interface DeviceDecorator extends Device {
    /** The wrapped device at this moment. */
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
    default @Nullable Boolean isMemorySealed() {
        return delegate().isMemorySealed();
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
    default boolean hasDropped(int port) {
        return delegate().hasDropped(port);
    }

    @Override
    default long takeDropped(int port, DropReason reason) {
        return delegate().takeDropped(port, reason);
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
