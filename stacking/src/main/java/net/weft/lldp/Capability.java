package net.weft.lldp;

import java.util.StringJoiner;

/** The bits of the System Capabilities TLV (IEEE 802.1AB-2016, table 8-4). */
public final class Capability {
    public static final int OTHER = 0x001;
    public static final int REPEATER = 0x002;
    public static final int BRIDGE = 0x004;
    public static final int WLAN_ACCESS_POINT = 0x008;
    public static final int ROUTER = 0x010;
    public static final int TELEPHONE = 0x020;
    public static final int DOCSIS_CABLE_DEVICE = 0x040;
    public static final int STATION_ONLY = 0x080;
    public static final int C_VLAN_BRIDGE = 0x100;
    public static final int S_VLAN_BRIDGE = 0x200;
    public static final int TWO_PORT_MAC_RELAY = 0x400;

    private static final String[] NAMES = {"other", "repeater", "bridge", "wlan-access-point", "router", "telephone",
            "docsis-cable-device", "station-only", "c-vlan-bridge", "s-vlan-bridge", "two-port-mac-relay"};

    private Capability() {
    }

    /** The names of the bits that are set, lowest bit first, divided by commas. */
    public static String describe(int bits) {
        StringJoiner text = new StringJoiner(",");
        for (int bit = 0; bit < NAMES.length; bit++) {
            if ((bits & 1 << bit) != 0) {
                text.add(NAMES[bit]);
            }
        }
        return text.toString();
    }
}
