package net.weft.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Iterates over the attributes of a received netlink message. An attribute that claims more bytes than there are ends
 * the iteration.
 */
final class NetlinkAttributes {
    private static final int TYPE_MASK = 0x3fff;

    private NetlinkAttributes() {
    }

    /** Handles one attribute: its type, without the flag bits, and its value. */
    interface Visitor {
        void attribute(int type, ByteBuffer value);
    }

    static void forEach(ByteBuffer attributes, Visitor visitor) {
        int at = attributes.position();
        while (attributes.limit() - at >= 4) {
            int length = attributes.getShort(at) & 0xffff;
            if (length < 4 || length > attributes.limit() - at) {
                return;
            }
            ByteBuffer value = attributes.slice(at + 4, length - 4).order(ByteOrder.nativeOrder());
            visitor.attribute(attributes.getShort(at + 2) & TYPE_MASK, value);
            at += length + 3 & ~3;
        }
    }

    /** Returns the text before the terminating zero. */
    static String text(ByteBuffer value) {
        byte[] bytes = bytes(value);
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    static byte[] bytes(ByteBuffer value) {
        byte[] bytes = new byte[value.remaining()];
        value.get(value.position(), bytes);
        return bytes;
    }

    /** Returns the first four bytes as a number, or {@code otherwise} if there are fewer. */
    static int u32(ByteBuffer value, int otherwise) {
        return value.remaining() >= 4 ? value.getInt(value.position()) : otherwise;
    }

    static int u8(ByteBuffer value, int otherwise) {
        return value.remaining() >= 1 ? value.get(value.position()) & 0xff : otherwise;
    }
}
