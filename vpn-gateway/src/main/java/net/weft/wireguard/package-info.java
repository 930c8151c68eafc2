/** The WireGuard protocol, pure and with an injected clock, will live here; nothing is built yet. */
@NullMarked
package net.weft.wireguard;

import org.jspecify.annotations.NullMarked;
