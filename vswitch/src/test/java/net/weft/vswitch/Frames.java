package net.weft.vswitch;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Frames for tests, written out byte by byte. */
public final class Frames {
    public static final String BROADCAST = "ff:ff:ff:ff:ff:ff";

    private Frames() {
    }

    public static long mac(String text) {
        byte[] bytes = HexFormat.of().parseHex(text.replace(":", ""));
        long mac = 0;
        for (int i = 5; i >= 0; i--) {
            mac = mac << 8 | bytes[i] & 0xFF;
        }
        return mac;
    }

    /** Destination, source, then 16-bit words (tags, EtherType), then {@code payload} bytes that count up. */
    public static byte[] frame(String destination, String source, int payload, int... words) {
        ByteBuffer buffer = ByteBuffer.allocate(12 + 2 * words.length + payload);
        buffer.put(HexFormat.of().parseHex(destination.replace(":", "")));
        buffer.put(HexFormat.of().parseHex(source.replace(":", "")));
        for (int word : words) {
            buffer.putShort((short) word);
        }
        for (int i = 0; i < payload; i++) {
            buffer.put((byte) i);
        }
        return buffer.array();
    }

    public static byte[] untagged(String destination, String source) {
        return frame(destination, source, 46, 0x0800);
    }

    public static byte[] tagged(String destination, String source, int tci) {
        return frame(destination, source, 46, 0x8100, tci, 0x0800);
    }
}
