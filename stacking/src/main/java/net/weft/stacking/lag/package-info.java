/**
 * Link aggregation on the switch: {@link net.weft.stacking.lag.LagProtocol} runs {@link net.weft.lacp} as a link protocol
 * of the switch, and moves the buckets of each LAG between its legs.
 */
@NullMarked
package net.weft.stacking.lag;

import org.jspecify.annotations.NullMarked;
