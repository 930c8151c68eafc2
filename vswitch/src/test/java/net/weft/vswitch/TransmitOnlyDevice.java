package net.weft.vswitch;

import java.util.List;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.ReceiveQueue;
import org.jspecify.annotations.Nullable;

/** A device for tests that are interested in what is transmitted alone: it never receives, never fails, takes no offload. */
public interface TransmitOnlyDevice extends Device {
    @Override
    default int offloads() {
        return 0;
    }

    @Override
    default List<ReceiveQueue> receiveQueues() {
        return List.of();
    }

    @Override
    default @Nullable DeviceFailure failure() {
        return null;
    }

    @Override
    default void close() {
    }
}
