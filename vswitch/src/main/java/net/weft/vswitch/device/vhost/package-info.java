/**
 * The vhost-user back end: the rings of a guest's vNIC, accessed through memory that the hypervisor shares.
 * <p>
 * The package has two parts that meet in {@link net.weft.vswitch.device.vhost.VhostUserDevice}. <b>Control</b>: {@link
 * net.weft.vswitch.device.vhost.VhostConnection} reads messages on a thread of its own and hands them to {@link
 * net.weft.vswitch.device.vhost.VhostSession}, which knows features, memory and rings and offers a device when a pair
 * of rings can run. <b>Data</b>: {@link net.weft.vswitch.device.vhost.GuestTransmitRing} takes what the guest sends,
 * {@link net.weft.vswitch.device.vhost.GuestReceiveRing} gives it what others sent; both copy, frame by frame, between
 * what a {@link net.weft.vswitch.device.vhost.Virtqueue} has fetched from the ring and checked, a burst at a time.
 * <p>
 * <b>Why no worker ever touches memory that is gone.</b> A device is built for one set of rings and one memory table
 * and never changes. Before the session unmaps memory, moves a ring or answers where a ring stopped, it withdraws the
 * device: it marks it failed, and waits until the port's supervisor has closed it. The supervisor closes a device only
 * after every worker has picked up a snapshot without it and its own worker has let go of its queues. Only then does
 * the session go on; when the rings can run again it offers a new device. A device that was offered and not yet taken
 * is withdrawn by the same compare-and-set by which the supervisor would have taken it.
 */
@NullMarked
package net.weft.vswitch.device.vhost;

import org.jspecify.annotations.NullMarked;
