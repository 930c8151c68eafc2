package net.weft.vswitch.port;

/**
 * Where copies of a port's frames go.
 *
 * @param port number of the port that they leave by
 * @param vid VLAN they leave in, their own tag behind that of it (RSPAN), 1-4094; 0: as they were on the wire (SPAN)
 */
public record MirrorTarget(int port, int vid) {
}
