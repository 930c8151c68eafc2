package net.weft.vswitch.device.vhost;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * A frame that Weft lets pass, with the virtio-net header it comes under, and what makes it one that must not pass.
 *
 * @param fields rewritings of the header and the frame behind it, each of which alone is forbidden
 */
record Specimen(byte[] header, byte[] frame, List<Field> fields) {
    static final int HEADER_BYTES = 12;
    private static final int ETHERNET = 14;
    private static final int UDP = 17;
    private static final int TCP = 6;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int OPTIONS_BYTES = 200;

    /** Bytes at an offset from the start of the header. */
    record Field(int offset, byte[] forbidden) {
        static Field of(int offset, int... bytes) {
            byte[] forbidden = new byte[bytes.length];
            for (int n = 0; n < bytes.length; n++) {
                forbidden[n] = (byte) bytes[n];
            }
            return new Field(offset, forbidden);
        }

        static Field ofFrame(int offset, int... bytes) {
            return of(HEADER_BYTES + offset, bytes);
        }
    }

    /** Held against what {@link Verdict} says of each. */
    static final List<Specimen> ALL = List.of(datagram(), segments(), extended(), finished());

    @SafeVarargs
    private static List<Field> join(List<Field>... lists) {
        return Arrays.stream(lists).flatMap(List::stream).toList();
    }

    /** UDP over IPv4 whose checksum is left open. */
    private static Specimen datagram() {
        ByteBuffer frame = ethernet(0x0800, 20 + 8 + 200);
        ipv4(frame, UDP, 8 + 200);
        udp(frame, 200);
        return new Specimen(header(0, 0, 34, 6), frame.array(),
                join(addresses(), aimed(), List.of(Field.ofFrame(14, 0x4F), Field.ofFrame(16, 0xFF, 0xFF),
                        Field.ofFrame(20, 0x20, 1), Field.ofFrame(23, TCP), Field.of(1, 1))));
    }

    /** A TCP super-frame of three segments. */
    private static Specimen segments() {
        ByteBuffer frame = ethernet(0x0800, 20 + 20 + 3000);
        ipv4(frame, TCP, 20 + 3000);
        tcp(frame, 3000);
        return new Specimen(header(1, 1000, 34, 16), frame.array(),
                join(addresses(), aimed(), List.of(Field.ofFrame(14, 0x4F), Field.ofFrame(16, 0, 60),
                        Field.ofFrame(23, UDP), Field.ofFrame(20, 0x20, 1), Field.of(4, 1, 0), Field.of(1, 5))));
    }

    /** UDP over IPv6 behind an extension that is longer than the head which is copied unasked. */
    private static Specimen extended() {
        ByteBuffer frame = ethernet(0x86DD, 40 + OPTIONS_BYTES + 8 + 100);
        frame.putInt(0x6000_0000).putShort((short) (OPTIONS_BYTES + 8 + 100)).put((byte) DESTINATION_OPTIONS)
                .put((byte) 64);
        frame.put(new byte[]{(byte) 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
        frame.put(new byte[]{(byte) 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2});
        frame.put((byte) UDP).put((byte) (OPTIONS_BYTES / 8 - 1)).put(new byte[]{1, (byte) (OPTIONS_BYTES - 4)});
        frame.position(ETHERNET + 40 + OPTIONS_BYTES);
        udp(frame, 100);
        return new Specimen(header(0, 0, ETHERNET + 40 + OPTIONS_BYTES, 6), frame.array(),
                join(addresses(), aimed(), List.of(Field.ofFrame(18, 0xFF, 0xFF), Field.ofFrame(20, TCP),
                        Field.ofFrame(54, TCP), Field.ofFrame(55, 1))));
    }

    /** A frame that leaves nothing to anybody. */
    private static Specimen finished() {
        ByteBuffer frame = ethernet(0x0800, 20 + 20 + 10);
        ipv4(frame, TCP, 20 + 10);
        tcp(frame, 10);
        return new Specimen(new byte[HEADER_BYTES], frame.array(), addresses());
    }

    private static List<Field> addresses() {
        return List.of(Field.ofFrame(0, 1, 0x80, 0xC2, 0, 0, 1), Field.ofFrame(6, 3),
                Field.ofFrame(12, 0x81, 0, 0, 20));
    }

    /** The checksum aimed at the addresses of Ethernet and IP, beyond the frame, at other fields; a type of another protocol. */
    private static List<Field> aimed() {
        return List.of(Field.of(6, 0, 0), Field.of(6, 6, 0), Field.of(6, 26, 0), Field.of(6, 30, 0),
                Field.of(6, 0xFF, 0xFF), Field.of(8, 4, 0), Field.of(8, 0xF4, 0xFF), Field.of(1, 4));
    }

    private static byte[] header(int gsoType, int gsoSize, int start, int offset) {
        return ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN).put((byte) 1).put((byte) gsoType)
                .putShort((short) 0).putShort((short) gsoSize).putShort((short) start).putShort((short) offset).array();
    }

    private static ByteBuffer ethernet(int type, int bytes) {
        return ByteBuffer.allocate(ETHERNET + bytes).put(new byte[]{2, 0, 0, 0, 0, 2}).put(new byte[]{2, 0, 0, 0, 0, 1})
                .putShort((short) type);
    }

    private static void ipv4(ByteBuffer frame, int protocol, int transport) {
        frame.put((byte) 0x45).put((byte) 0).putShort((short) (20 + transport)).putInt(0).put((byte) 64)
                .put((byte) protocol).putShort((short) 0).putInt(0x0A0A0001).putInt(0x0A0A0002);
    }

    private static void udp(ByteBuffer frame, int payload) {
        frame.putShort((short) 5000).putShort((short) 5001).putShort((short) (8 + payload)).putShort((short) 0);
    }

    private static void tcp(ByteBuffer frame, int payload) {
        frame.putShort((short) 5000).putShort((short) 5001).putInt(1).putInt(1).put((byte) 0x50).put((byte) 0x10)
                .putShort((short) 0x1234).putInt(0).position(frame.position() + payload);
    }
}
