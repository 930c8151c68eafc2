/**
 * One class per device type. {@link net.weft.vswitch.device.DeviceSpec} says what to open,
 * {@link net.weft.vswitch.device.DeviceOpener} opens it again and again while it cannot be opened.
 */
@NullMarked
package net.weft.vswitch.device;

import org.jspecify.annotations.NullMarked;
