package net.weft.examples.lab;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Predicate;

/** Ethernet frames made by hand. {@link #TEST_TYPE} is an ethertype for local experiments (IEEE 802, 9.2.4), which no stack answers. */
public final class Frames {
    public static final int TEST_TYPE = 0x88b5;
    public static final int TPID_8021Q = 0x8100;
    public static final int TPID_8021AD = 0x88a8;
    public static final String BROADCAST = "ff:ff:ff:ff:ff:ff";
    private static final int ADDRESSES_BYTES = 12;
    private static final int SHORTEST = 60;

    private Frames() {
    }

    /** An untagged frame with {@code mark} as payload, padded to 60 bytes. */
    public static byte[] frame(String destination, String source, String mark) {
        return tagged(destination, source, mark);
    }

    /** @param tags each TPID shifted left by 16, with the tag control information below: see {@link #tag} */
    public static byte[] tagged(String destination, String source, String mark, int... tags) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.writeBytes(mac(destination));
        frame.writeBytes(mac(source));
        for (int tag : tags) {
            frame.writeBytes(ByteBuffer.allocate(4).putInt(tag).array());
        }
        frame.writeBytes(ByteBuffer.allocate(2).putShort((short) TEST_TYPE).array());
        frame.writeBytes(mark.getBytes(StandardCharsets.US_ASCII));
        return Arrays.copyOf(frame.toByteArray(), Math.max(SHORTEST, frame.size()));
    }

    /** An 802.1Q tag with priority 0. */
    public static int tag(int vid) {
        return TPID_8021Q << 16 | vid;
    }

    /** @param priority 0..7 */
    public static int tag(int tpid, int priority, int vid) {
        return tpid << 16 | priority << 13 | vid;
    }

    /** The frame carries {@code mark} and nothing but padding behind it, whatever its tags. */
    public static Predicate<byte[]> marked(String mark) {
        byte[] wanted = mark.getBytes(StandardCharsets.US_ASCII);
        return frame -> {
            int at = payloadOffset(frame);
            int end = at + wanted.length;
            return end <= frame.length && Arrays.equals(wanted, 0, wanted.length, frame, at, end)
                    && (end == frame.length || frame[end] == 0);
        };
    }

    /** The first tag, TPID and control information as in {@link #tag}, or 0 where the frame has none. */
    public static int firstTag(byte[] frame) {
        ByteBuffer bytes = ByteBuffer.wrap(frame);
        return isTag(Short.toUnsignedInt(bytes.getShort(ADDRESSES_BYTES))) ? bytes.getInt(ADDRESSES_BYTES) : 0;
    }

    /** How many tags stand before the ethertype. */
    public static int tags(byte[] frame) {
        return (payloadOffset(frame) - ADDRESSES_BYTES - 2) / 4;
    }

    public static byte[] mac(String text) {
        return HexFormat.ofDelimiter(":").parseHex(text);
    }

    private static int payloadOffset(byte[] frame) {
        int at = ADDRESSES_BYTES;
        while (at + 4 <= frame.length && isTag(Short.toUnsignedInt(ByteBuffer.wrap(frame).getShort(at)))) {
            at += 4;
        }
        return at + 2;
    }

    private static boolean isTag(int type) {
        return type == TPID_8021Q || type == TPID_8021AD;
    }
}
