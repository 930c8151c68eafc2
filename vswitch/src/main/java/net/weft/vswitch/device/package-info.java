/**
 * The devices of the switch, one class per device type. A {@link net.weft.vswitch.device.DeviceSpec} specifies a
 * device, and its {@link net.weft.vswitch.device.DeviceOpener} opens and reopens it.
 */
@NullMarked
package net.weft.vswitch.device;

import org.jspecify.annotations.NullMarked;
