/**
 * The switch. Start here: {@link net.weft.vswitch.VirtualSwitch} is the interface of the control plane; {@link
 * net.weft.vswitch.worker.Worker#doWork} is the duty cycle of a packet thread, and {@link
 * net.weft.vswitch.forward.Forwarder#forward} forwards a burst of frames.
 */
@NullMarked
package net.weft.vswitch;

import org.jspecify.annotations.NullMarked;
