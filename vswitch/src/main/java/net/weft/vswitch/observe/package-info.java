/** Captures and samples: copies of frames for people and collectors, taken beside forwarding. */
@NullMarked
package net.weft.vswitch.observe;

import org.jspecify.annotations.NullMarked;
