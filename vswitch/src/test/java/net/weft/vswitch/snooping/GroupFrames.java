package net.weft.vswitch.snooping;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** IGMP and MLD frames as stations send them, with right checksums unless the message brings its own. */
final class GroupFrames {
    private static final int ETHERNET = 14;

    private GroupFrames() {
    }

    /** @param message in hexadecimal, with 0000 for a checksum */
    static byte[] igmp(String source, String destination, String message) {
        byte[] body = HexFormat.of().parseHex(message);
        byte[] to = InetAddress.ofLiteral(destination).getAddress();
        ByteBuffer frame = ByteBuffer.allocate(ETHERNET + 24 + body.length);
        frame.put(new byte[]{1, 0, 0x5e, (byte) (to[1] & 0x7f), to[2], to[3], 2, 0, 0, 0, 0, 1, 8, 0});
        frame.put(HexFormat.of().parseHex("46c0%04x0000400001020000".formatted(24 + body.length)));
        frame.put(InetAddress.ofLiteral(source).getAddress()).put(to).put(HexFormat.of().parseHex("94040000"));
        frame.put(body);
        checksum(frame, ETHERNET + 10, ETHERNET, 24, 0);
        checksum(frame, ETHERNET + 26, ETHERNET + 24, body.length, 0);
        return frame.array();
    }

    /** @param message in hexadecimal, with 0000 for a checksum */
    static byte[] mld(String source, String destination, String message) {
        byte[] body = HexFormat.of().parseHex(message);
        byte[] to = InetAddress.ofLiteral(destination).getAddress();
        ByteBuffer frame = ByteBuffer.allocate(ETHERNET + 48 + body.length);
        frame.put(new byte[]{0x33, 0x33, to[12], to[13], to[14], to[15], 2, 0, 0, 0, 0, 1, (byte) 0x86, (byte) 0xdd});
        frame.put(HexFormat.of().parseHex("60000000%04x0001".formatted(8 + body.length)));
        frame.put(InetAddress.ofLiteral(source).getAddress()).put(to).put(HexFormat.of().parseHex("3a00050200000100"));
        frame.put(body);
        int pseudo = body.length + 58;
        for (int at = ETHERNET + 8; at < ETHERNET + 40; at += 2) {
            pseudo += Short.toUnsignedInt(frame.getShort(at));
        }
        checksum(frame, ETHERNET + 50, ETHERNET + 48, body.length, pseudo);
        return frame.array();
    }

    private static void checksum(ByteBuffer frame, int at, int from, int bytes, int start) {
        if (frame.getShort(at) != 0) {
            return;
        }
        int sum = start;
        for (int i = from; i < from + bytes; i += 2) {
            sum += Short.toUnsignedInt(frame.getShort(i));
        }
        frame.putShort(at, (short) ~((sum & 0xFFFF) + (sum >>> 16)));
    }
}
