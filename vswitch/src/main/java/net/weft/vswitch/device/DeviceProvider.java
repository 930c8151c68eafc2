package net.weft.vswitch.device;

import java.util.Optional;

/** Opens devices of types that the switch does not know itself. Given by whoever makes the switch. Control thread. */
public interface DeviceProvider {
    /**
     * An opener for a device, which is not opened yet.
     *
     * @param ports indices that received frames carry, in the order in which the attachment names its ports; frames that leave carry them in
     *            the port column of their list
     * @param mtu asked for, bytes of a layer-3 packet; 0: the device's own
     * @return empty when the type is another provider's
     */
    Optional<DeviceOpener> opener(DeviceSpec spec, int[] ports, int mtu);
}
