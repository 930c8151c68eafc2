/**
 * Zones in the packet path. {@link net.weft.vswitch.zoning.ZoneTable} is the part of a snapshot that says which port is in which
 * zone and whom it may claim to be; {@link net.weft.vswitch.zoning.ZoneGate}, one per worker, asks guards, policies and
 * connections of {@link net.weft.zone} about a frame.
 */
@NullMarked
package net.weft.vswitch.zoning;

import org.jspecify.annotations.NullMarked;
