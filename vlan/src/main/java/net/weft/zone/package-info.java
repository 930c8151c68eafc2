/**
 * Security zones and the policies between them. {@link net.weft.zone.Zoning} is the configuration (zones, policies,
 * limits), {@link net.weft.zone.PolicyLookup} returns the decision for a packet, the connection tracker remembers
 * decisions. Pure: no I/O, no threads, and time is an argument.
 */
@NullMarked
package net.weft.zone;

import org.jspecify.annotations.NullMarked;
