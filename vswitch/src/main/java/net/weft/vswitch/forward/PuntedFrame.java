package net.weft.vswitch.forward;

import net.weft.vswitch.port.PuntRule;

/**
 * A frame that a worker has handed to a link protocol.
 *
 * @param rule by which it was trapped
 * @param port index of the port it came in by
 * @param leg number of the attachment it came in by, negative where the worker did not know
 * @param vid its VLAN
 * @param frame whole, without the tag of that VLAN
 */
@SuppressWarnings("ArrayRecordComponent")
public record PuntedFrame(PuntRule rule, int port, int leg, int vid, byte[] frame) {
}
