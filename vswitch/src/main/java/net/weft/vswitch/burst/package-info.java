/**
 * The vocabulary of the packet path: bursts, offload words, drop reasons, and the two interfaces a device implements.
 * <p>
 * Start with {@link net.weft.vswitch.burst.Burst}; the other classes serve it. Nothing here depends on VLAN membership,
 * port names or configuration.
 */
@NullMarked
package net.weft.vswitch.burst;

import org.jspecify.annotations.NullMarked;
