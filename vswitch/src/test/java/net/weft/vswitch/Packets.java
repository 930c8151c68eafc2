package net.weft.vswitch;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/** Frames of IP for tests, without checksums that nobody here looks at. */
public final class Packets {
    public static final int SYN = 0x02;
    public static final int RST = 0x04;
    public static final int ACK = 0x10;

    private Packets() {
    }

    /** {@code address} is host 10.10.0.n with MAC 02:00:00:00:00:n. */
    public static String mac(int host) {
        return "02:00:00:00:00:%02x".formatted(host);
    }

    public static byte[] ipv4(int from, int to, int protocol, int fragment, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(Math.max(60, 34 + payload.length));
        frame.put(octets(mac(to))).put(octets(mac(from))).putShort((short) 0x0800);
        frame.put((byte) 0x45).put((byte) 0).putShort((short) (20 + payload.length)).putShort((short) 7)
                .putShort((short) fragment).put((byte) 64).put((byte) protocol).putShort((short) 0);
        frame.put(InetAddress.ofLiteral("10.10.0." + from).getAddress());
        frame.put(InetAddress.ofLiteral("10.10.0." + to).getAddress());
        return frame.put(payload).array();
    }

    public static byte[] tcp(int from, int to, int sourcePort, int destinationPort, int flags, int sequence, int ack) {
        return ipv4(from, to, 6, 0, ByteBuffer.allocate(20).putShort((short) sourcePort)
                .putShort((short) destinationPort).putInt(sequence).putInt(ack).put((byte) 0x50).put((byte) flags)
                .putShort((short) 8192).array());
    }

    public static byte[] udp(int from, int to, int sourcePort, int destinationPort) {
        return ipv4(from, to, 17, 0, ByteBuffer.allocate(12).putShort((short) sourcePort)
                .putShort((short) destinationPort).putShort((short) 12).array());
    }

    /** The same in IPv6, between fd00::n, for one without options or fragments. */
    public static byte[] inIpv6(byte[] ipv4) {
        int payload = Short.toUnsignedInt(ByteBuffer.wrap(ipv4).getShort(16)) - 20;
        ByteBuffer frame = ByteBuffer.allocate(Math.max(60, 54 + payload));
        frame.put(ipv4, 0, 12).putShort((short) 0x86dd).putInt(0x6000_0000).putShort((short) payload).put(ipv4[23])
                .put((byte) 64);
        for (int host : new int[]{ipv4[29], ipv4[33]}) {
            frame.putShort((short) 0xfd00).put(new byte[13]).put((byte) host);
        }
        return frame.put(ipv4, 34, payload).array();
    }

    private static byte[] octets(String mac) {
        byte[] octets = new byte[6];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) Integer.parseInt(mac.substring(3 * i, 3 * i + 2), 16);
        }
        return octets;
    }
}
