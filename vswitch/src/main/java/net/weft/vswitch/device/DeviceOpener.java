package net.weft.vswitch.device;

import java.util.List;
import net.weft.vswitch.burst.Device;

/**
 * Opens the device of one attachment, and reopens it after a failure. The opener keeps the state that must outlive a
 * lost device, such as a listening socket or the record of changed host settings. Control thread only.
 */
public interface DeviceOpener extends AutoCloseable {
    /**
     * Tries once to open the device, without waiting.
     *
     * @throws DeviceUnavailableException when the device cannot be opened now; the message is displayed by {@code weft
     *     show ports}
     */
    Device open() throws DeviceUnavailableException;

    /** Returns whether a device is ready to be opened, so that {@link #open} would succeed now. */
    default boolean hasDevice() {
        return false;
    }

    /** Returns whether the ports that the device serves can change while it is open, see {@link #serve}. */
    default boolean canServeOthers() {
        return false;
    }

    /**
     * Sets the ports that the device serves, now and each time that they change. Called only if {@link
     * #canServeOthers}, and before a snapshot names the ports.
     *
     * @param names names of the ports, as in the attachment
     * @param indices the index of each, which received frames carry
     */
    default void serve(List<String> names, int[] indices) {
    }

    /** The MTU of the open device, in bytes (layer-3 packet). */
    int mtu();

    /** Returns whether the open device has a link (for a nic, the carrier). */
    default boolean hasCarrier() {
        return true;
    }

    /** Releases all resources and undoes every change on the host. The device must be closed before. */
    @Override
    void close();
}
