/**
 * The vocabulary of the packet path: bursts, offload words, drop reasons, and the two interfaces a device implements.
 * <p>
 * Start with {@link net.weft.vswitch.burst.Burst}; everything else serves it. Nothing here knows VLANs, ports' names or
 * configuration.
 */
@NullMarked
package net.weft.vswitch.burst;

import org.jspecify.annotations.NullMarked;
