/**
 * The connection tracker: {@link net.weft.zone.track.ConnectionTable} holds connections in memory that outlives the
 * process, a {@link net.weft.zone.track.ConnTracker} in each worker evaluates packets by it, {@link
 * net.weft.zone.track.Connections} shows it to people. Pure: memory, time and keys are arguments.
 */
@NullMarked
package net.weft.zone.track;

import org.jspecify.annotations.NullMarked;
