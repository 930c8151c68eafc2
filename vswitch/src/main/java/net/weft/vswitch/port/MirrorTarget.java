package net.weft.vswitch.port;

/**
 * The target of a mirror.
 * @param port number of the port that the copies leave by
 * @param vid VLAN of the copies, 1-4094, in front of their own tag (RSPAN); 0: copies have the tag of the original
 *            (SPAN)
 */
public record MirrorTarget(int port, int vid) {
}
