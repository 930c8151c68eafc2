/** Opens the devices behind ports, hands their queues to workers, opens them anew after a failure, and moves a port to another device. Control thread only. */
@NullMarked
package net.weft.vswitch.attach;

import org.jspecify.annotations.NullMarked;
