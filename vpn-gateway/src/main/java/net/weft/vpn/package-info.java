/** The gateway device, wg(8)'s socket and the people who connect will live here; nothing is built yet. */
@NullMarked
package net.weft.vpn;

import org.jspecify.annotations.NullMarked;
