/**
 * Guards: the source addresses that a port may use ({@link net.weft.zone.guard.PortGuard}), and the traffic that is
 * exempt from policies ({@link net.weft.zone.guard.PolicyExempt}).
 */
@NullMarked
package net.weft.zone.guard;

import org.jspecify.annotations.NullMarked;
