package net.weft.lldp;

import net.weft.packet.EtherType;
import net.weft.packet.MacAddress;

/** Numbers of the TLVs that are written and read (IEEE 802.1AB-2016, table 8-1; IEEE 802.1Q-2022, annex D; IEEE 802.3, 79). */
final class Tlv {
    /** 01:80:C2:00:00:0E, the nearest bridge. */
    static final MacAddress NEAREST_BRIDGE = new MacAddress(0x0180_c200_000eL);
    static final int ETHER_TYPE = EtherType.LLDP;
    static final int ETHERNET_HEADER = 14;
    static final int HEADER = 2;
    static final int TYPE_SHIFT = 9;
    static final int MAX_LENGTH = 0x1ff;

    static final int END = 0;
    static final int CHASSIS_ID = 1;
    static final int PORT_ID = 2;
    static final int TIME_TO_LIVE = 3;
    static final int PORT_DESCRIPTION = 4;
    static final int SYSTEM_NAME = 5;
    static final int SYSTEM_DESCRIPTION = 6;
    static final int SYSTEM_CAPABILITIES = 7;
    static final int ORGANIZATION = 127;

    /** The organization's three bytes and its subtype, as one number. */
    static final int PORT_VLAN_ID = 0x0080c2_01;
    static final int VLAN_NAME = 0x0080c2_03;
    static final int LINK_AGGREGATION = 0x0080c2_07;
    /** The TLV's former place in IEEE 802.3, which older peers read and write. */
    static final int OLD_LINK_AGGREGATION = 0x00120f_03;
    static final int MAX_FRAME_SIZE = 0x00120f_04;

    static final int MAX_TEXT = 255;
    static final int MAX_VLAN_NAME = 32;

    private Tlv() {
    }
}
