package net.weft.lldp;

import static net.weft.packet.NetworkOrder.getInt;
import static net.weft.packet.NetworkOrder.getU16;
import static net.weft.packet.NetworkOrder.getU48;
import static net.weft.packet.NetworkOrder.getU8;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import net.weft.packet.MacAddress;
import net.weft.packet.Octets;
import org.jspecify.annotations.Nullable;

/**
 * Reads LLDPDUs by the rules of IEEE 802.1AB-2016, 9.2.7.7: the mandatory TLVs must be right, an optional TLV that is wrong is skipped, one
 * that is not known is skipped too, and of a repeated one the first counts. Never throws for what the network sends.
 */
public final class LldpReader {
    private final MemorySegment frame;
    private String portDescription = "";
    private String systemName = "";
    private String systemDescription = "";
    private int capabilities;
    private int enabledCapabilities;
    private int portVlan;
    private final List<NamedVlan> vlans = new ArrayList<>();
    private @Nullable AggregationStatus aggregation;
    private int maxFrameBytes;
    private @Nullable LldpId chassis;
    private @Nullable LldpId port;
    private int ttlSeconds;

    private LldpReader(MemorySegment frame) {
        this.frame = frame;
    }

    /**
     * Reads a frame.
     *
     * @param frame a whole untagged frame without its frame check sequence, of any content and length
     */
    public static LldpMessage read(MemorySegment frame) {
        if (frame.byteSize() < Tlv.ETHERNET_HEADER || getU48(frame, 0) != Tlv.NEAREST_BRIDGE.value()
                || getU16(frame, 12) != Tlv.ETHER_TYPE || MacAddress.isMulticast(getU48(frame, 6))) {
            return new LldpMessage.Refused(LldpFault.NOT_LLDP);
        }
        return new LldpReader(frame).read();
    }

    private LldpMessage read() {
        int at = Tlv.ETHERNET_HEADER;
        for (int index = 0; at + Tlv.HEADER <= frame.byteSize(); index++) {
            int type = getU16(frame, at) >>> Tlv.TYPE_SHIFT;
            int length = getU16(frame, at) & Tlv.MAX_LENGTH;
            int value = at + Tlv.HEADER;
            if (value + length > frame.byteSize()) {
                return refused(LldpFault.TRUNCATED);
            }
            LldpFault fault = index < Tlv.TIME_TO_LIVE
                    ? mandatory(index + 1, type, value, length)
                    : type >= Tlv.CHASSIS_ID && type <= Tlv.TIME_TO_LIVE ? LldpFault.REPEATED_MANDATORY : null;
            if (fault != null) {
                return refused(fault);
            }
            boolean takenBack = index + 1 == Tlv.TIME_TO_LIVE && ttlSeconds == 0;
            if (takenBack || type == Tlv.END) {
                break;
            }
            optional(type, value, length);
            at = value + length;
        }
        return result();
    }

    private LldpMessage result() {
        LldpId from = chassis;
        LldpId by = port;
        if (from == null || by == null || ttlSeconds < 0) {
            return refused(LldpFault.MISSING_MANDATORY);
        }
        return new LldpAnnouncement(from, by, ttlSeconds, portDescription, systemName, systemDescription, capabilities,
                enabledCapabilities, portVlan, vlans, aggregation, maxFrameBytes);
    }

    private @Nullable LldpFault mandatory(int wanted, int type, int value, int length) {
        if (type != wanted) {
            return LldpFault.MISSING_MANDATORY;
        }
        if (type == Tlv.TIME_TO_LIVE) {
            if (length < 2) {
                return LldpFault.BAD_MANDATORY;
            }
            ttlSeconds = getU16(frame, value);
            return null;
        }
        if (length < 2 || length > 1 + LldpId.MAX_BYTES) {
            return LldpFault.BAD_MANDATORY;
        }
        LldpId id = new LldpId(getU8(frame, value), Octets.of(frame, value + 1, length - 1));
        if (type == Tlv.CHASSIS_ID) {
            chassis = id;
        } else {
            port = id;
            ttlSeconds = -1;
        }
        return null;
    }

    private void optional(int type, int value, int length) {
        switch (type) {
            case Tlv.PORT_DESCRIPTION -> portDescription = first(portDescription, value, length);
            case Tlv.SYSTEM_NAME -> systemName = first(systemName, value, length);
            case Tlv.SYSTEM_DESCRIPTION -> systemDescription = first(systemDescription, value, length);
            case Tlv.SYSTEM_CAPABILITIES -> {
                if (length == 4 && capabilities == 0) {
                    capabilities = getU16(frame, value);
                    enabledCapabilities = getU16(frame, value + 2);
                }
            }
            case Tlv.ORGANIZATION -> {
                if (length >= 4) {
                    organization(getInt(frame, value), value + 4, length - 4);
                }
            }
            default -> {
            }
        }
    }

    private void organization(int number, int value, int length) {
        switch (number) {
            case Tlv.PORT_VLAN_ID -> {
                if (length == 2 && portVlan == 0) {
                    portVlan = getU16(frame, value);
                }
            }
            case Tlv.VLAN_NAME -> vlanName(value, length);
            case Tlv.LINK_AGGREGATION, Tlv.OLD_LINK_AGGREGATION -> {
                if (length == 5 && aggregation == null) {
                    int status = getU8(frame, value);
                    aggregation = new AggregationStatus((status & AggregationStatus.CAPABLE) != 0,
                            (status & AggregationStatus.ACTIVE) != 0, getInt(frame, value + 1));
                }
            }
            case Tlv.MAX_FRAME_SIZE -> {
                if (length == 2 && maxFrameBytes == 0) {
                    maxFrameBytes = getU16(frame, value);
                }
            }
            default -> {
            }
        }
    }

    private void vlanName(int value, int length) {
        if (length < 3 || vlans.size() == LldpAnnouncement.MAX_VLANS) {
            return;
        }
        int nameBytes = getU8(frame, value + 2);
        if (nameBytes <= Tlv.MAX_VLAN_NAME && nameBytes <= length - 3) {
            vlans.add(new NamedVlan(getU16(frame, value), text(value + 3, nameBytes)));
        }
    }

    private String first(String before, int value, int length) {
        return before.isEmpty() && length <= Tlv.MAX_TEXT ? text(value, length) : before;
    }

    private String text(int value, int length) {
        return LldpText.printable(Octets.of(frame, value, length).toArray());
    }

    private static LldpMessage refused(LldpFault fault) {
        return new LldpMessage.Refused(fault);
    }
}
