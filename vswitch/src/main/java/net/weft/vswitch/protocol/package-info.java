/** Link protocols of the switch itself: loop detection, BPDU guard, multicast snooping. */
@NullMarked
package net.weft.vswitch.protocol;

import org.jspecify.annotations.NullMarked;
