package net.weft.vswitch.port;

/**
 * Copies of what a port receives and sends, by another.
 *
 * @param from number of the port that is mirrored
 * @param to number of the port that the copies leave by
 * @param vid VLAN that they leave in (RSPAN), in front of their own tag; 0: as they were on the wire (SPAN), and then the port takes
 *            no other part in forwarding
 */
public record Mirroring(int from, int to, int vid) {
}
