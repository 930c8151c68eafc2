/** Ethernet frames in UDP datagrams, for stack links between hosts that no cable joins. */
@NullMarked
package net.weft.vswitch.device.udp;

import org.jspecify.annotations.NullMarked;
