/** The forwarding database: which MAC address was seen behind which port, how long ago, and the file that keeps it over a restart. */
@NullMarked
package net.weft.vswitch.fdb;

import org.jspecify.annotations.NullMarked;
