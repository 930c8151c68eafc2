/** Security zones, policies and the connection tracker will live here; nothing is built yet. */
@NullMarked
package net.weft.zone;

import org.jspecify.annotations.NullMarked;
