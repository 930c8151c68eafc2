/** Stations that outlive the process: the file in which a switch finds again whom it had learned. */
@NullMarked
package net.weft.vswitch.station;

import org.jspecify.annotations.NullMarked;
