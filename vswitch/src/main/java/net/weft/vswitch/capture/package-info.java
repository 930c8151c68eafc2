/**
 * Capture files: workers copy frames into a {@link net.weft.vswitch.capture.CaptureRing}; another thread dequeues them
 * and writes a file in a {@link net.weft.vswitch.capture.CaptureFormat}.
 */
@NullMarked
package net.weft.vswitch.capture;

import org.jspecify.annotations.NullMarked;
