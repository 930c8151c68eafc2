package net.weft.vswitch.port;

/**
 * A mirror: copies of the frames that one port receives and sends leave by another port.
 * @param from number of the mirrored port
 * @param to number of the port that the copies leave by
 * @param vid VLAN of the copies (RSPAN), in front of their own tag; 0: copies have the tag of the original (SPAN), and
 *            the target port takes no other part in forwarding
 */
public record Mirroring(int from, int to, int vid) {
}
