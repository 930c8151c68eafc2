package net.weft.vswitch.stack;

/**
 * A stack link of the configuration.
 *
 * @param port name of the port whose device is the cable
 * @param slot number of the link at this member, 0-31, unique; it never changes while the port exists
 */
public record StackLinkSpec(String port, int slot, LinkProtection protection) {
}
