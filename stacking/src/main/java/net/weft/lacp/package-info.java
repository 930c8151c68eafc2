/** IEEE 802.1AX link aggregation control, pure and with an injected clock, will live here; nothing is built yet. */
@NullMarked
package net.weft.lacp;

import org.jspecify.annotations.NullMarked;
