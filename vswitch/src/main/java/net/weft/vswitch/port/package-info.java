/** What a port is, has counted, and may be shut for. */
@NullMarked
package net.weft.vswitch.port;

import org.jspecify.annotations.NullMarked;
