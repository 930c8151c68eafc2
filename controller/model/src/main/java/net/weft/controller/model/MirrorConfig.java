package net.weft.controller.model;

import java.util.OptionalInt;

/**
 * {@code mirror-to}: the destination of copies of all frames that a port receives and transmits.
 *
 * @param port the port that transmits the copies; it is not mirrored itself
 * @param vlan RSPAN, {@code mirror-to: {port: PORT, vlan: VID}}: the VLAN tag (1-4094) put before the tag of each copy,
 *     while the target port carries its other traffic as before; empty: SPAN, {@code mirror-to: PORT}, where copies are
 *     transmitted unchanged and the target port carries nothing else
 */
public record MirrorConfig(String port, OptionalInt vlan) {
}
