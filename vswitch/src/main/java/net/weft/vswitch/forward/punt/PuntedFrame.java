package net.weft.vswitch.forward.punt;

import net.weft.vswitch.port.PuntRule;

/**
 * A frame that a worker has punted to a link protocol.
 * @param rule the rule that matched
 * @param port index of the ingress port
 * @param leg number of the attachment on which it was received, negative if it is unknown
 * @param vid VLAN of the frame
 * @param frame the whole frame, without the tag of that VLAN
 */
@SuppressWarnings("ArrayRecordComponent")
public record PuntedFrame(PuntRule rule, int port, int leg, int vid, byte[] frame) {
}
