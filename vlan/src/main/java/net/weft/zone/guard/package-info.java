/** Guards: what a port may call itself ({@link net.weft.zone.guard.PortGuard}), and which traffic only guards judge ({@link net.weft.zone.guard.NeverJudged}). */
@NullMarked
package net.weft.zone.guard;

import org.jspecify.annotations.NullMarked;
