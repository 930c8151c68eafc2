/** What happens to a burst of frames: classification, zones, egress lists and transmission, by the rules of one immutable snapshot. */
@NullMarked
package net.weft.vswitch.forward;

import org.jspecify.annotations.NullMarked;
