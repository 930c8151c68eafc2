/**
 * The connection tracker: {@link net.weft.zone.track.ConnectionTable} remembers who talks to whom in memory that outlives the process,
 * a {@link net.weft.zone.track.Tracker} in each worker judges packets by it, {@link net.weft.zone.track.Connections} shows it to people.
 * Pure: memory, time and keys come in as arguments.
 */
@NullMarked
package net.weft.zone.track;

import org.jspecify.annotations.NullMarked;
