/**
 * Zones in the packet path. {@link net.weft.vswitch.zoning.ZoneTable} is the part of a snapshot with the zones and
 * guards of each port; {@link net.weft.vswitch.zoning.ZoneFilter}, one per worker, evaluates a frame by the guards,
 * policies and connections of {@link net.weft.zone}.
 */
@NullMarked
package net.weft.vswitch.zoning;

import org.jspecify.annotations.NullMarked;
