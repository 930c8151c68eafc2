package net.weft.vswitch.device.vhost;

import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.PortReason;
import org.jspecify.annotations.Nullable;

/** The running device of a guest's vNIC as its rings use it. Any thread. */
interface RingOwner {
    /** Closes the device because the guest broke a rule or its memory is gone; later reports change nothing. */
    void fail(PortReason reason, String message);

    /** The failure that ended the device, or null. */
    @Nullable
    DeviceFailure failure();

    /** Ends the wait for the guest to come up, because it has sent frames. */
    void assumeUp();

    /** Returns whether a queue pair is enabled. */
    boolean isEnabled(int pair);

    /** Returns whether a reverse ARP waits to be sent on behalf of the guest. */
    boolean hasAnnouncement();

    /** Takes the MAC address of that reverse ARP, first byte lowest; 0 if none waits. */
    long takeAnnouncement();

    /** Returns whether the guest's memory may be a private copy. */
    boolean isDoubted();

    /** ID of the front end's process; 0 if it is unknown. */
    int frontEnd();

    /** Handles a kick of the first transmit ring while its queue slept. Worker thread. */
    void kicked();
}
