package net.weft.vswitch.device;

import net.weft.vswitch.burst.Device;

/**
 * Opens the device of one port, and opens it anew when it was lost. What must outlive a lost device (a listening socket, the
 * memory of changed host settings) is kept here. Control thread only.
 */
public interface DeviceOpener extends AutoCloseable {
    /**
     * Tries once, without waiting.
     *
     * @throws DeviceUnavailableException why not, in the words of {@code weft show ports}
     */
    Device open() throws DeviceUnavailableException;

    /** Whether a device waits to be opened, so that {@link #open} would not fail now. */
    default boolean hasDevice() {
        return false;
    }

    /** Largest layer-3 packet the open device carries, bytes. */
    int mtu();

    /** Whether the link behind the open device is there (a nic's carrier). */
    default boolean hasCarrier() {
        return true;
    }

    /** Lets go of everything, undoes every change. The device has been closed. */
    @Override
    void close();
}
