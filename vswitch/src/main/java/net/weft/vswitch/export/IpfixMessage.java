package net.weft.vswitch.export;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/**
 * Builds IPFIX messages (RFC 7011 §3). A set is opened when a record needs it, and a message is passed to the consumer
 * when the next record would not fit. One thread; the buffer is reused.
 */
final class IpfixMessage {
    /** Largest message: with its headers it fits a path MTU of 1500 bytes (RFC 7011 §10.3.3). */
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
     * @param domain observation domain ID
     * @param out receives each message; the buffer is reused after the call returns
     */
    IpfixMessage(int domain, Consumer<ByteBuffer> out) {
        this.domain = domain;
        this.out = out;
        buffer.position(HEADER_BYTES);
    }

    /** Sets the export time of the following messages. */
    void time(long millis) {
        epochMillis = millis;
    }

    void template(int id, List<Element> elements) {
        begin(TEMPLATE_SET, 4 + 4 * elements.size());
        buffer.putShort((short) id).putShort((short) elements.size());
        fields(elements);
    }

    /** @param scopes number of scope fields: the first elements of the list */
    void optionsTemplate(int id, int scopes, List<Element> elements) {
        begin(OPTIONS_TEMPLATE_SET, 6 + 4 * elements.size());
        buffer.putShort((short) id).putShort((short) elements.size()).putShort((short) scopes);
        fields(elements);
    }

    private void fields(List<Element> elements) {
        elements.forEach(element -> buffer.putShort((short) element.id()).putShort((short) element.bytes()));
    }

    /** Returns the buffer at the position of the next record. The caller must write exactly {@code bytes} bytes. */
    ByteBuffer record(int template, int bytes) {
        begin(template, bytes);
        records++;
        return buffer;
    }

    /** Encodes a text of at most 254 bytes as a variable-length field (RFC 7011 §7). */
    static byte[] text(String text) {
        byte[] characters = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(characters.length, 254);
        byte[] field = new byte[1 + length];
        field[0] = (byte) length;
        System.arraycopy(characters, 0, field, 1, length);
        return field;
    }

    /** Makes room for {@code bytes} in a set with this ID. */
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

    /** Sends the current message, if it is not empty. */
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
