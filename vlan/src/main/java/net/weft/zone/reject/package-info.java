/** The reply to the sender of a rejected frame: {@link net.weft.zone.reject.RejectReply}. */
@NullMarked
package net.weft.zone.reject;

import org.jspecify.annotations.NullMarked;
