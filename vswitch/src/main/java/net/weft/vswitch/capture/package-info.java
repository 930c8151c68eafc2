/**
 * Frames on their way out of the switch to somebody who looks at them: workers copy into a {@link net.weft.vswitch.capture.CaptureRing},
 * another thread takes them from there and makes a file of them by {@link net.weft.vswitch.capture.CaptureFormat}.
 */
@NullMarked
package net.weft.vswitch.capture;

import org.jspecify.annotations.NullMarked;
