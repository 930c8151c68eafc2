/**
 * Security zones: who may talk to whom. {@link net.weft.zone.Zoning} is what is wished (zones, policies, bounds), {@link net.weft.zone.PolicyLookup}
 * answers what the policies say of a packet, the connection tracker remembers what they said. Pure: no I/O, no threads, and time
 * comes in as an argument.
 */
@NullMarked
package net.weft.zone;

import org.jspecify.annotations.NullMarked;
