package net.weft.lldp;

import java.nio.charset.StandardCharsets;
import net.weft.packet.MacAddress;
import net.weft.packet.Octets;

/**
 * A chassis ID or port ID (IEEE 802.1AB-2016, 8.5.2 and 8.5.3).
 *
 * @param subtype 0 to 255, of which the standard defines 1 to 7, differently for the two
 * @param value 1 to 255 bytes
 */
public record LldpId(int subtype, Octets value) {
    static final int CHASSIS_MAC = 4;
    static final int PORT_MAC = 3;
    static final int PORT_INTERFACE_NAME = 5;
    static final int MAX_BYTES = 255;

    private static final int MAC_BYTES = 6;

    public LldpId {
        if (subtype < 0 || subtype > 0xff) {
            throw new IllegalArgumentException("LLDP ID subtype " + subtype + " is not in 0-255");
        }
        if (value.length() < 1 || value.length() > MAX_BYTES) {
            throw new IllegalArgumentException("LLDP ID of " + value.length() + " bytes: expected 1 to " + MAX_BYTES);
        }
    }

    /** A chassis that is known by its MAC address. */
    public static LldpId chassis(MacAddress mac) {
        byte[] bytes = new byte[MAC_BYTES];
        for (int i = 0; i < MAC_BYTES; i++) {
            bytes[i] = (byte) (mac.value() >>> (8 * (MAC_BYTES - 1 - i)));
        }
        return new LldpId(CHASSIS_MAC, Octets.of(bytes));
    }

    /** A port that is known by the name of its interface, for example {@code 1/0/3}. */
    public static LldpId port(String interfaceName) {
        return new LldpId(PORT_INTERFACE_NAME, Octets.of(interfaceName.getBytes(StandardCharsets.UTF_8)));
    }

    /** The chassis for people: a MAC address, or printable text. */
    public String chassisText() {
        return text(CHASSIS_MAC);
    }

    /** The port for people: a MAC address, or printable text. */
    public String portText() {
        return text(PORT_MAC);
    }

    private String text(int macSubtype) {
        if (subtype == macSubtype && value.length() == MAC_BYTES) {
            long mac = 0;
            for (byte octet : value.toArray()) {
                mac = mac << 8 | Byte.toUnsignedInt(octet);
            }
            return MacAddress.format(mac);
        }
        return LldpText.printable(value.toArray());
    }
}
