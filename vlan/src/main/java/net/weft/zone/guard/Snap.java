package net.weft.zone.guard;

import static net.weft.packet.NetworkOrder.getU16;

import java.lang.foreign.MemorySegment;
import net.weft.packet.EtherType;
import net.weft.packet.HeaderParser;

/**
 * Detects packets in IEEE 802.3 frames with LLC and SNAP headers (RFC 1042; bridge tunnel encapsulation, IEEE 802.1H).
 * No host needs to send such frames on Ethernet, but some accept the packets inside, so these must not bypass guards
 * and policies (CERT VU#855201).
 */
public final class Snap {
    private static final int LENGTH = 8;
    /**
     * Both service access points (0xaa); unnumbered information follows, then an organization whose protocols are
     * EtherTypes.
     */
    private static final int ACCESS_POINTS = 0xaaaa;
    private static final int ENCAPSULATED = 0x0300;
    private static final int BRIDGE_TUNNEL = 0x00f8;

    private Snap() {
    }

    /**
     * Returns whether a frame with a length in place of an EtherType contains IP, ARP or a tagged frame, or its head is
     * too short to decide. Allocates nothing.
     *
     * @param frame start of the frame's head in {@code heads}
     * @param headLength bytes of the frame in its head
     * @param frameLength bytes of the whole frame
     * @param parsed its {@link HeaderParser#parse} result
     */
    public static boolean hidesPacket(MemorySegment heads, long frame, int headLength, int frameLength, long parsed) {
        int at = HeaderParser.l3Offset(parsed);
        if (at == 0 || headLength < at + LENGTH) {
            return headLength < frameLength;
        }
        long llc = frame + at;
        int organization = getU16(heads, llc + 4);
        if (getU16(heads, llc) != ACCESS_POINTS || getU16(heads, llc + 2) != ENCAPSULATED
                || (organization != 0 && organization != BRIDGE_TUNNEL)) {
            return false;
        }
        return switch (getU16(heads, llc + 6)) {
            case EtherType.IPV4, EtherType.IPV6, EtherType.ARP, EtherType.RARP, EtherType.VLAN,
                    EtherType.SERVICE_VLAN ->
                true;
            default -> false;
        };
    }
}
