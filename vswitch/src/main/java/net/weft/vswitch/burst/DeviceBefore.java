package net.weft.vswitch.burst;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A device that stands before another, as a tap, a recorder or a bad cable does: all that it does not say for itself is the other's word.
 * Only {@link #close} it says itself, since not everybody who stands before a device owns it.
 */
public interface DeviceBefore extends Device {
    /** The one behind, at this moment. */
    Device behind();

    @Override
    default int offloads() {
        return behind().offloads();
    }

    @Override
    default List<ReceiveQueue> receiveQueues() {
        return behind().receiveQueues();
    }

    @Override
    default int transmit(Burst burst, TransmitList list, int from, Scratch scratch) {
        return behind().transmit(burst, list, from, scratch);
    }

    @Override
    default @Nullable DropReason refusal(int bytes) {
        return behind().refusal(bytes);
    }

    @Override
    default boolean isTooLong(int bytes, int etherType) {
        return behind().isTooLong(bytes, etherType);
    }

    @Override
    default boolean isComingUp() {
        return behind().isComingUp();
    }

    @Override
    default void assumeUp() {
        behind().assumeUp();
    }

    @Override
    default long takeMissed() {
        return behind().takeMissed();
    }

    @Override
    default long readyNs() {
        return behind().readyNs();
    }

    @Override
    default @Nullable DeviceFailure failure() {
        return behind().failure();
    }
}
