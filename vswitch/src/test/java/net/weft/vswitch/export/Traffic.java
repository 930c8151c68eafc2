package net.weft.vswitch.export;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Frames for the export tests. */
final class Traffic {
    static final String A = "02000000000a";
    static final String B = "02000000000b";
    static final String ALL = "ffffffffffff";

    private Traffic() {
    }

    static byte[] ether(String to, String from, int type, byte[] payload) {
        return ByteBuffer.allocate(Math.max(60, 14 + payload.length)).put(HexFormat.of().parseHex(to))
                .put(HexFormat.of().parseHex(from)).putShort((short) type).put(payload).array();
    }

    static byte[] tagged(byte[] frame, int tci) {
        return ByteBuffer.allocate(frame.length + 4).put(frame, 0, 12).putInt(0x8100_0000 | tci)
                .put(frame, 12, frame.length - 12).array();
    }

    static byte[] ipv4(int protocol, int source, int destination, byte[] payload) {
        return ByteBuffer.allocate(20 + payload.length).putShort((short) 0x4510).putShort((short) (20 + payload.length))
                .putInt(0).put((byte) 64).put((byte) protocol).putShort((short) 0).putInt(source).putInt(destination)
                .put(payload).array();
    }

    static byte[] ipv6(int protocol, long source, long destination, byte[] payload) {
        return ByteBuffer.allocate(40 + payload.length).putInt(0x6a00_0000).putShort((short) payload.length)
                .put((byte) protocol).put((byte) 64).putLong(0xfd00_0000_0000_0000L).putLong(source)
                .putLong(0xfd00_0000_0000_0000L).putLong(destination).put(payload).array();
    }

    static byte[] udp(int source, int destination, int bytes) {
        return ByteBuffer.allocate(8 + bytes).putShort((short) source).putShort((short) destination)
                .putShort((short) (8 + bytes)).array();
    }

    static byte[] tcp(int source, int destination, int flags) {
        return ByteBuffer.allocate(20).putShort((short) source).putShort((short) destination).putInt(1).putInt(2)
                .put((byte) 0x50).put((byte) flags).array();
    }
}
