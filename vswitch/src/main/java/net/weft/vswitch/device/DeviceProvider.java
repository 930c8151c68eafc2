package net.weft.vswitch.device;

import java.util.Optional;

/**
 * Opens devices of types that the switch does not implement itself. Providers are passed in when the switch is created.
 * Control thread.
 */
public interface DeviceProvider {
    /**
     * Creates an opener for a device, without opening the device.
     *
     * @param ports indices that received frames carry, in the order in which the attachment names its ports; frames
     *     that leave carry them in the port column of their list
     * @param mtu requested MTU, bytes of a layer-3 packet; 0: the device's own
     * @return the opener; empty when this provider does not support the type
     */
    Optional<DeviceOpener> opener(DeviceSpec spec, int[] ports, int mtu);
}
