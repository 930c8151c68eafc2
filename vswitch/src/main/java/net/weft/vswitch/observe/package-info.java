/** Captures and samples: copies of frames for administrators and collectors, made while frames are forwarded. */
@NullMarked
package net.weft.vswitch.observe;

import org.jspecify.annotations.NullMarked;
