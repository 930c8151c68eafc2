/**
 * The forwarding database (FDB): the port and age of each learned MAC address, and the file that keeps the entries over
 * a restart.
 */
@NullMarked
package net.weft.vswitch.fdb;

import org.jspecify.annotations.NullMarked;
