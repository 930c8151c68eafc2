package net.weft.lldp;

/**
 * A VLAN Name TLV (IEEE 802.1Q-2022, D.2.3).
 *
 * @param vid 0 to 65535 as received; 1 to 4094 means something
 * @param name at most 32 bytes of UTF-8
 */
public record NamedVlan(int vid, String name) {
}
