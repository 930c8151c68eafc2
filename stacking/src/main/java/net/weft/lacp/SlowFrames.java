package net.weft.lacp;

import static net.weft.packet.NetworkOrder.getInt;
import static net.weft.packet.NetworkOrder.getU16;
import static net.weft.packet.NetworkOrder.getU48;
import static net.weft.packet.NetworkOrder.getU8;
import static net.weft.packet.NetworkOrder.putInt;
import static net.weft.packet.NetworkOrder.putU16;
import static net.weft.packet.NetworkOrder.putU48;
import static net.weft.packet.NetworkOrder.putU8;

import java.lang.foreign.MemorySegment;
import net.weft.packet.EtherType;
import net.weft.packet.MacAddress;

/**
 * Reads and writes LACPDUs and Marker PDUs as untagged Ethernet frames without a frame check sequence.
 * <p>
 * Version, TLV types, the terminator, the collector's length and reserved fields of a received LACPDU are not validated (IEEE
 * 802.1AX-2014, 6.4.12): a higher version is read as version 1. The lengths of the Actor and Partner information are validated, as the
 * clause allows, because all fields behind them depend on them.
 */
public final class SlowFrames {
    /** 01:80:C2:00:00:02, the Slow_Protocols_Multicast address. */
    public static final MacAddress DESTINATION = new MacAddress(0x0180_c200_0002L);
    /** The length of every frame that this class writes, and the least length that it reads. */
    public static final int FRAME_BYTES = 124;

    private static final int HEADER = 14;
    private static final int LACP = 1;
    private static final int MARKER = 2;
    private static final int VERSION = 1;

    private static final int ACTOR = HEADER + 2;
    private static final int INFORMATION_BYTES = 20;
    private static final int PARTNER = ACTOR + INFORMATION_BYTES;
    private static final int COLLECTOR = PARTNER + INFORMATION_BYTES;
    private static final int COLLECTOR_BYTES = 16;
    private static final int ACTOR_TLV = 1;
    private static final int PARTNER_TLV = 2;
    private static final int COLLECTOR_TLV = 3;

    private static final int MARKER_TLV = HEADER + 2;
    private static final int MARKER_BYTES = 16;
    private static final int MARKER_INFORMATION = 1;
    private static final int MARKER_RESPONSE = 2;

    private SlowFrames() {
    }

    /** Reads a frame of any content and length. Never throws for what the network sends. */
    public static SlowFrame parse(MemorySegment frame) {
        if (frame.byteSize() < HEADER + 1) {
            return refused(PduFault.TRUNCATED);
        }
        if (getU48(frame, 0) != DESTINATION.value() || getU16(frame, 12) != EtherType.SLOW_PROTOCOLS
                || MacAddress.isMulticast(getU48(frame, 6))) {
            return refused(PduFault.NOT_SLOW_PROTOCOL);
        }
        int subtype = getU8(frame, HEADER);
        if (subtype != LACP && subtype != MARKER) {
            return refused(PduFault.UNKNOWN_SUBTYPE);
        }
        if (frame.byteSize() < FRAME_BYTES) {
            return refused(PduFault.TRUNCATED);
        }
        return subtype == LACP ? parseLacpdu(frame) : parseMarker(frame);
    }

    /** A frame of {@value #FRAME_BYTES} bytes. */
    public static byte[] write(Lacpdu pdu, MacAddress source) {
        byte[] frame = header(source, LACP);
        MemorySegment out = MemorySegment.ofArray(frame);
        writeInformation(out, ACTOR, ACTOR_TLV, pdu.actor());
        writeInformation(out, PARTNER, PARTNER_TLV, pdu.partner());
        putU8(out, COLLECTOR, COLLECTOR_TLV);
        putU8(out, COLLECTOR + 1, COLLECTOR_BYTES);
        putU16(out, COLLECTOR + 2, pdu.collectorMaxDelay());
        return frame;
    }

    /** A frame of {@value #FRAME_BYTES} bytes. */
    public static byte[] write(Marker marker, MacAddress source) {
        byte[] frame = header(source, MARKER);
        MemorySegment out = MemorySegment.ofArray(frame);
        putU8(out, MARKER_TLV, marker.response() ? MARKER_RESPONSE : MARKER_INFORMATION);
        putU8(out, MARKER_TLV + 1, MARKER_BYTES);
        putU16(out, MARKER_TLV + 2, marker.port());
        putU48(out, MARKER_TLV + 4, marker.system().value());
        putInt(out, MARKER_TLV + 10, marker.transaction());
        return frame;
    }

    private static SlowFrame parseLacpdu(MemorySegment frame) {
        if (getU8(frame, ACTOR + 1) != INFORMATION_BYTES || getU8(frame, PARTNER + 1) != INFORMATION_BYTES) {
            return refused(PduFault.BAD_LENGTH);
        }
        return new Lacpdu(information(frame, ACTOR), information(frame, PARTNER), getU16(frame, COLLECTOR + 2));
    }

    private static SlowFrame parseMarker(MemorySegment frame) {
        int type = getU8(frame, MARKER_TLV);
        if (type != MARKER_INFORMATION && type != MARKER_RESPONSE) {
            return refused(PduFault.UNKNOWN_MARKER);
        }
        if (getU8(frame, MARKER_TLV + 1) != MARKER_BYTES) {
            return refused(PduFault.BAD_LENGTH);
        }
        return new Marker(type == MARKER_RESPONSE, getU16(frame, MARKER_TLV + 2),
                new MacAddress(getU48(frame, MARKER_TLV + 4)), getInt(frame, MARKER_TLV + 10));
    }

    private static PortInfo information(MemorySegment frame, int at) {
        SystemId system = new SystemId(getU16(frame, at + 2), new MacAddress(getU48(frame, at + 4)));
        return new PortInfo(system, getU16(frame, at + 10), getU16(frame, at + 12), getU16(frame, at + 14),
                getU8(frame, at + 16));
    }

    private static void writeInformation(MemorySegment out, int at, int type, PortInfo port) {
        putU8(out, at, type);
        putU8(out, at + 1, INFORMATION_BYTES);
        putU16(out, at + 2, port.system().priority());
        putU48(out, at + 4, port.system().mac().value());
        putU16(out, at + 10, port.key());
        putU16(out, at + 12, port.portPriority());
        putU16(out, at + 14, port.port());
        putU8(out, at + 16, port.state());
    }

    private static byte[] header(MacAddress source, int subtype) {
        byte[] frame = new byte[FRAME_BYTES];
        MemorySegment out = MemorySegment.ofArray(frame);
        putU48(out, 0, DESTINATION.value());
        putU48(out, 6, source.value());
        putU16(out, 12, EtherType.SLOW_PROTOCOLS);
        putU8(out, HEADER, subtype);
        putU8(out, HEADER + 1, VERSION);
        return frame;
    }

    private static SlowFrame refused(PduFault fault) {
        return new SlowFrame.Refused(fault);
    }
}
