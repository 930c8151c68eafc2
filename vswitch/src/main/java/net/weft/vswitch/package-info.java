/**
 * The switch. Start here: {@link net.weft.vswitch.VirtualSwitch} is what the control plane holds;
 * {@link net.weft.vswitch.worker.Worker#doWork} is the duty cycle of a packet thread, and
 * {@link net.weft.vswitch.forward.Forwarder#forward} what happens to a burst of frames.
 */
@NullMarked
package net.weft.vswitch;

import org.jspecify.annotations.NullMarked;
