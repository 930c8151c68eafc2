package net.weft.lldp;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.weft.packet.MacAddress;

/** Writes LLDPDUs as untagged Ethernet frames without a frame check sequence, with at least the 60 bytes that Ethernet asks for. */
final class LldpWriter {
    private static final int MIN_FRAME = 60;
    /** Every text at its longest, and every VLAN, fit. */
    private static final int MAX_FRAME = 3_000;

    private final ByteBuffer frame = ByteBuffer.allocate(MAX_FRAME);

    private LldpWriter() {
    }

    static byte[] write(LldpAnnouncement said, MacAddress source) {
        return new LldpWriter().whole(said, source, true);
    }

    /** An LLDPDU that takes back what was said before: time to live 0, and nothing else (9.1.2.2). */
    static byte[] writeShutdown(LldpAnnouncement said, MacAddress source) {
        return new LldpWriter().whole(said.withTtl(0), source, false);
    }

    private byte[] whole(LldpAnnouncement said, MacAddress source, boolean complete) {
        mac(Tlv.NEAREST_BRIDGE);
        mac(source);
        frame.putShort((short) Tlv.ETHER_TYPE);
        id(Tlv.CHASSIS_ID, said.chassis());
        id(Tlv.PORT_ID, said.port());
        header(Tlv.TIME_TO_LIVE, 2);
        frame.putShort((short) said.ttlSeconds());
        if (complete) {
            optional(said);
        }
        header(Tlv.END, 0);
        return Arrays.copyOf(frame.array(), Math.max(frame.position(), MIN_FRAME));
    }

    private void optional(LldpAnnouncement said) {
        text(Tlv.PORT_DESCRIPTION, said.portDescription());
        text(Tlv.SYSTEM_NAME, said.systemName());
        text(Tlv.SYSTEM_DESCRIPTION, said.systemDescription());
        if (said.capabilities() != 0) {
            header(Tlv.SYSTEM_CAPABILITIES, 4);
            frame.putShort((short) said.capabilities()).putShort((short) said.enabledCapabilities());
        }
        if (said.portVlan() != 0) {
            organization(Tlv.PORT_VLAN_ID, 2);
            frame.putShort((short) said.portVlan());
        }
        for (NamedVlan vlan : said.vlans()) {
            byte[] name = utf8(vlan.name(), Tlv.MAX_VLAN_NAME);
            organization(Tlv.VLAN_NAME, 3 + name.length);
            frame.putShort((short) vlan.vid()).put((byte) name.length).put(name);
        }
        AggregationStatus aggregation = said.aggregation();
        if (aggregation != null) {
            organization(Tlv.LINK_AGGREGATION, 5);
            frame.put((byte) aggregation.statusBits()).putInt(aggregation.portNumber());
            organization(Tlv.OLD_LINK_AGGREGATION, 5);
            frame.put((byte) aggregation.statusBits()).putInt(aggregation.portNumber());
        }
        if (said.maxFrameBytes() != 0) {
            organization(Tlv.MAX_FRAME_SIZE, 2);
            frame.putShort((short) Math.min(said.maxFrameBytes(), 0xffff));
        }
    }

    private void mac(MacAddress mac) {
        frame.putShort((short) (mac.value() >>> 32)).putInt((int) mac.value());
    }

    private void header(int type, int length) {
        frame.putShort((short) (type << Tlv.TYPE_SHIFT | length));
    }

    private void organization(int number, int length) {
        header(Tlv.ORGANIZATION, 4 + length);
        frame.putInt(number);
    }

    private void id(int type, LldpId id) {
        header(type, 1 + id.value().length());
        frame.put((byte) id.subtype()).put(id.value().toArray());
    }

    private void text(int type, String text) {
        byte[] bytes = utf8(text, Tlv.MAX_TEXT);
        if (bytes.length > 0) {
            header(type, bytes.length);
            frame.put(bytes);
        }
    }

    /** Whole characters only, at most {@code limit} bytes. */
    private static byte[] utf8(String text, int limit) {
        ByteBuffer bytes = ByteBuffer.allocate(limit);
        CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder().onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        encoder.encode(CharBuffer.wrap(text), bytes, true);
        return Arrays.copyOf(bytes.array(), bytes.position());
    }
}
