/**
 * The Link Layer Discovery Protocol of IEEE 802.1AB-2016, pure and with an injected clock: what a port tells its neighbour, and which
 * neighbours it has heard. {@link net.weft.lldp.LldpAgent} is the way in. Nothing in the configuration file reaches this package yet: see
 * docs/link-aggregation.md.
 */
@NullMarked
package net.weft.lldp;

import org.jspecify.annotations.NullMarked;
