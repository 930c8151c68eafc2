package net.weft.controller.model;

import java.util.OptionalInt;

/**
 * {@code mirror-to}: where copies of all frames of a port go, received and sent.
 *
 * @param port the port they leave by: it is not mirrored itself
 * @param vlan {@code mirror-to: {port: PORT, vlan: VID}}: they leave tagged with this VLAN, 1-4094, their own tag behind it (RSPAN), and
 *            the port goes on as before; empty: {@code mirror-to: PORT}, they leave as they were on the wire (SPAN), and the port carries
 *            nothing else
 */
public record MirrorConfig(String port, OptionalInt vlan) {
}
