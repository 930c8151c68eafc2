/**
 * Link aggregation control (LACP) and the Marker protocol of IEEE 802.1AX, pure and with an injected clock.
 * <p>
 * {@link net.weft.lacp.LinkAggregation} is the way in: it is given a configuration, carrier, frames and the time, and tells a
 * {@link net.weft.lacp.LagOutput} which frames to send and which legs collect and distribute. Each leg has a receive, a periodic, a mux, a
 * transmit and two churn machines; each LAG has one {@code Selection}.
 * <p>
 * The machines follow the diagrams of IEEE 802.1AX-2014, clause 6.4, whose LACP version 1 the 2020 edition keeps on the wire. Departures are
 * stated on the class that makes them. Nothing in the configuration file reaches this package yet: see docs/link-aggregation.md.
 */
@NullMarked
package net.weft.lacp;

import org.jspecify.annotations.NullMarked;
