package net.weft.vswitch.export;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/**
 * IPFIX messages in the making (RFC 7011 §3): sets are opened as records come, and a message is handed over when the next record
 * would not fit. One thread; the buffer is the same each time.
 */
final class IpfixMessage {
    /** So that a message and its headers fit a path of 1500 bytes (RFC 7011 §10.3.3). */
    static final int MAX_BYTES = 1400;
    static final int VERSION = 10;
    static final int HEADER_BYTES = 16;
    static final int SET_HEADER_BYTES = 4;
    static final int TEMPLATE_SET = 2;
    static final int OPTIONS_TEMPLATE_SET = 3;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_BYTES);
    private final int domain;
    private final Consumer<ByteBuffer> out;
    private long epochMillis;
    private int sequence;
    private int records;
    private int set;
    private int setAt;

    /**
     * @param domain observation domain
     * @param out takes a message, and is done with it when it returns
     */
    IpfixMessage(int domain, Consumer<ByteBuffer> out) {
        this.domain = domain;
        this.out = out;
        buffer.position(HEADER_BYTES);
    }

    /** The export time of messages from now on. */
    void time(long millis) {
        epochMillis = millis;
    }

    void template(int id, List<Element> elements) {
        begin(TEMPLATE_SET, 4 + 4 * elements.size());
        buffer.putShort((short) id).putShort((short) elements.size());
        fields(elements);
    }

    /** @param scopes how many of the elements, the first ones, say what a record is of */
    void optionsTemplate(int id, int scopes, List<Element> elements) {
        begin(OPTIONS_TEMPLATE_SET, 6 + 4 * elements.size());
        buffer.putShort((short) id).putShort((short) elements.size()).putShort((short) scopes);
        fields(elements);
    }

    private void fields(List<Element> elements) {
        elements.forEach(element -> buffer.putShort((short) element.id()).putShort((short) element.bytes()));
    }

    /** Where to write the next record. It must then be written, whole. */
    ByteBuffer record(int template, int bytes) {
        begin(template, bytes);
        records++;
        return buffer;
    }

    /** A text of at most 254 bytes as a field of variable length (RFC 7011 §7). */
    static byte[] text(String text) {
        byte[] characters = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(characters.length, 254);
        byte[] field = new byte[1 + length];
        field[0] = (byte) length;
        System.arraycopy(characters, 0, field, 1, length);
        return field;
    }

    /** Makes room in a set with this ID. */
    private void begin(int id, int bytes) {
        if (buffer.remaining() < bytes + (set == id ? 0 : SET_HEADER_BYTES)) {
            flush();
        }
        if (set != id) {
            endSet();
            set = id;
            setAt = buffer.position();
            buffer.putShort((short) id).putShort((short) 0);
        }
    }

    private void endSet() {
        if (set != 0) {
            buffer.putShort(setAt + 2, (short) (buffer.position() - setAt));
            set = 0;
        }
    }

    /** Hands over what there is. */
    void flush() {
        endSet();
        if (buffer.position() > HEADER_BYTES) {
            buffer.putShort(0, (short) VERSION).putShort(2, (short) buffer.position());
            buffer.putInt(4, (int) (epochMillis / 1000)).putInt(8, sequence).putInt(12, domain);
            sequence += records;
            records = 0;
            buffer.flip();
            out.accept(buffer);
        }
        buffer.clear().position(HEADER_BYTES);
    }
}
