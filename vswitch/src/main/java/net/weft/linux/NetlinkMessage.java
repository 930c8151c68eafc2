package net.weft.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Builds one netlink request: {@code struct nlmsghdr} (16 bytes), the family's own header, then attributes padded to 4 bytes. Numbers are
 * in the machine's byte order unless a method says otherwise.
 */
final class NetlinkMessage {
    static final int HEADER_BYTES = 16;
    static final int FLAGS_OFFSET = 6;
    static final int SEQUENCE_OFFSET = 8;

    static final int NLM_F_REQUEST = 0x1;
    static final int NLM_F_ACK = 0x4;
    static final int NLM_F_DUMP = 0x300;
    static final int NLM_F_EXCL = 0x200;
    static final int NLM_F_CREATE = 0x400;
    static final int NLA_F_NESTED = 0x8000;

    private static final int MAX_BYTES = 4096;

    private final ByteBuffer buffer = ByteBuffer.allocate(MAX_BYTES).order(ByteOrder.nativeOrder());

    NetlinkMessage(int type, int flags) {
        buffer.putInt(0).putShort((short) type).putShort((short) (flags | NLM_F_REQUEST)).putInt(0).putInt(0);
    }

    NetlinkMessage u8(int value) {
        buffer.put((byte) value);
        return this;
    }

    NetlinkMessage u16(int value) {
        buffer.putShort((short) value);
        return this;
    }

    NetlinkMessage u32(int value) {
        buffer.putInt(value);
        return this;
    }

    NetlinkMessage attribute(int type, byte[] value) {
        buffer.putShort((short) (4 + value.length)).putShort((short) type).put(value);
        return align();
    }

    NetlinkMessage attribute(int type, int value) {
        buffer.putShort((short) 8).putShort((short) type).putInt(value);
        return this;
    }

    /** Adds a number in network byte order, as nf_tables expects. */
    NetlinkMessage attributeBe(int type, int value) {
        return attribute(type, swapped(value));
    }

    /** Adds a text with a terminating zero. */
    NetlinkMessage attribute(int type, String value) {
        return attribute(type, (value + '\0').getBytes(StandardCharsets.UTF_8));
    }

    /** Adds a nested attribute that holds the attributes added by {@code content}. */
    NetlinkMessage nest(int type, Consumer<NetlinkMessage> content) {
        int start = buffer.position();
        buffer.putShort((short) 0).putShort((short) (type | NLA_F_NESTED));
        content.accept(this);
        buffer.putShort(start, (short) (buffer.position() - start));
        return this;
    }

    private NetlinkMessage align() {
        buffer.position(buffer.position() + 3 & ~3);
        return this;
    }

    private static int swapped(int value) {
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value);
    }

    void addFlags(int flags) {
        buffer.putShort(FLAGS_OFFSET, (short) (buffer.getShort(FLAGS_OFFSET) | flags));
    }

    /** Returns the finished message, a multiple of 4 bytes. */
    byte[] bytes(int sequence) {
        buffer.putInt(0, buffer.position()).putInt(SEQUENCE_OFFSET, sequence);
        byte[] bytes = new byte[buffer.position()];
        buffer.get(0, bytes);
        return bytes;
    }
}
