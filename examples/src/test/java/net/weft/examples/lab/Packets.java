package net.weft.examples.lab;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/** IP packets made by hand, IPv4 or IPv6 as their addresses are, with valid checksums. */
public final class Packets {
    public static final int ICMP = 1;
    public static final int TCP = 6;
    public static final int UDP = 17;
    public static final int ICMPV6 = 58;
    public static final int SYN = 2;
    public static final int RST = 4;
    public static final int ACK = 16;
    private static final int IPV4_BYTES = 20;
    private static final int IPV6_BYTES = 40;
    private static final int FRAGMENT_HEADER = 44;
    private static final int SHORTEST = 60;
    private static final int TTL = 64;

    private Packets() {
    }

    /** Where packets go from and to. */
    public record Path(String fromMac, String from, String toMac, String to) {
        public Path reversed() {
            return new Path(toMac, to, fromMac, from);
        }

        public boolean isIpv6() {
            return address(to) instanceof Inet6Address;
        }

        /** The same addresses from another station. */
        public Path by(String mac) {
            return new Path(mac, from, toMac, to);
        }

        /** The same to another station's MAC address. */
        public Path via(String mac) {
            return new Path(fromMac, from, mac, to);
        }
    }

    // ---- whole frames ----------------------------------------------------------------------------------------------

    public static byte[] udp(Path path, int fromPort, int toPort, String text) {
        return frame(path, UDP, datagram(path, fromPort, toPort, text.getBytes(StandardCharsets.US_ASCII)));
    }

    public static byte[] tcp(Path path, int fromPort, int toPort, int flags, int sequence, int acknowledged) {
        byte[] segment = ByteBuffer.allocate(20).putShort((short) fromPort).putShort((short) toPort).putInt(sequence)
                .putInt(acknowledged).put((byte) 0x50).put((byte) flags).putShort((short) 8192).array();
        return frame(path, TCP, checked(path, TCP, segment, 16));
    }

    public static byte[] icmp(Path path, int type, int code, int rest, byte[] body) {
        return frame(path, path.isIpv6() ? ICMPV6 : ICMP, icmpMessage(path, type, code, rest, body));
    }

    /** An ICMP error about a frame: type and code as the family has them. {@code rest}: the MTU of "too big". */
    public static byte[] error(Path path, int type, int code, int rest, byte[] about) {
        int most = path.isIpv6() ? 1280 - IPV6_BYTES - 8 : 576 - IPV4_BYTES - 8;
        byte[] quoted = packet(about);
        return icmp(path, type, code, rest, Arrays.copyOf(quoted, Math.min(most, quoted.length)));
    }

    /** A whole frame around a payload of IP. */
    public static byte[] frame(Path path, int protocol, byte[] payload) {
        return ethernet(path, path.isIpv6()
                ? ipv6(path, protocol, payload)
                : ipv4(path, protocol, 0, 0, payload));
    }

    /**
     * A UDP datagram in fragments, in their order.
     *
     * @param bytes of payload in each, a multiple of 8
     */
    public static List<byte[]> fragments(Path path, int id, int fromPort, int toPort, byte[] data, int bytes) {
        byte[] whole = datagram(path, fromPort, toPort, data);
        int count = (whole.length + bytes - 1) / bytes;
        byte[][] frames = new byte[count][];
        for (int n = 0; n < count; n++) {
            int from = n * bytes;
            byte[] part = Arrays.copyOfRange(whole, from, Math.min(whole.length, from + bytes));
            frames[n] = fragment(path, UDP, id, from, n < count - 1, part);
        }
        return List.of(frames);
    }

    /** One fragment. {@code offset}: bytes, a multiple of 8. */
    public static byte[] fragment(Path path, int protocol, int id, int offset, boolean more, byte[] part) {
        if (!path.isIpv6()) {
            return ethernet(path, ipv4(path, protocol, id, offset / 8 | (more ? 0x2000 : 0), part));
        }
        byte[] payload = ByteBuffer.allocate(8 + part.length).put((byte) protocol).put((byte) 0)
                .putShort((short) (offset | (more ? 1 : 0))).putInt(id).put(part).array();
        return ethernet(path, ipv6(path, FRAGMENT_HEADER, payload));
    }

    // ---- their parts -----------------------------------------------------------------------------------------------

    public static byte[] datagram(Path path, int fromPort, int toPort, byte[] data) {
        int length = 8 + data.length;
        byte[] datagram = ByteBuffer.allocate(length).putShort((short) fromPort).putShort((short) toPort)
                .putShort((short) length).putShort((short) 0).put(data).array();
        return checked(path, UDP, datagram, 6);
    }

    private static byte[] icmpMessage(Path path, int type, int code, int rest, byte[] body) {
        byte[] message = ByteBuffer.allocate(8 + body.length).put((byte) type).put((byte) code).putShort((short) 0)
                .putInt(rest).put(body).array();
        if (path.isIpv6()) {
            return checked(path, ICMPV6, message, 2);
        }
        ByteBuffer.wrap(message).putShort(2, (short) ~sum(message, 0));
        return message;
    }

    private static byte[] ethernet(Path path, byte[] packet) {
        byte[] frame = ByteBuffer.allocate(14 + packet.length).put(Frames.mac(path.toMac()))
                .put(Frames.mac(path.fromMac())).putShort((short) (path.isIpv6() ? 0x86dd : 0x0800)).put(packet)
                .array();
        return Arrays.copyOf(frame, Math.max(SHORTEST, frame.length));
    }

    private static byte[] ipv4(Path path, int protocol, int id, int fragment, byte[] payload) {
        byte[] header = ByteBuffer.allocate(IPV4_BYTES).put((byte) 0x45).put((byte) 0)
                .putShort((short) (IPV4_BYTES + payload.length)).putShort((short) id).putShort((short) fragment)
                .put((byte) TTL).put((byte) protocol).putShort((short) 0).put(address(path.from()).getAddress())
                .put(address(path.to()).getAddress()).array();
        ByteBuffer.wrap(header).putShort(10, (short) ~sum(header, 0));
        return ByteBuffer.allocate(IPV4_BYTES + payload.length).put(header).put(payload).array();
    }

    private static byte[] ipv6(Path path, int protocol, byte[] payload) {
        return ByteBuffer.allocate(IPV6_BYTES + payload.length).putInt(6 << 28).putShort((short) payload.length)
                .put((byte) protocol).put((byte) (protocol == ICMPV6 ? 255 : TTL))
                .put(address(path.from()).getAddress()).put(address(path.to()).getAddress()).put(payload).array();
    }

    /** With the checksum of RFC 1071 over pseudo-header and segment at an offset. */
    private static byte[] checked(Path path, int protocol, byte[] segment, int at) {
        int pseudo = sum(address(path.from()).getAddress(), sum(address(path.to()).getAddress(), 0));
        int sum = ~sum(segment, pseudo + protocol + segment.length) & 0xffff;
        ByteBuffer.wrap(segment).putShort(at, (short) (sum == 0 ? 0xffff : sum));
        return segment;
    }

    private static int sum(byte[] bytes, int before) {
        int sum = before;
        for (int i = 0; i < bytes.length; i++) {
            sum += (bytes[i] & 0xff) << (i % 2 == 0 ? 8 : 0);
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return sum;
    }

    // ---- looking at them -------------------------------------------------------------------------------------------

    /** The IP packet of an untagged frame, without padding. */
    public static byte[] packet(byte[] frame) {
        ByteBuffer bytes = ByteBuffer.wrap(frame);
        int length = isIpv6(frame)
                ? IPV6_BYTES + Short.toUnsignedInt(bytes.getShort(18))
                : Short.toUnsignedInt(bytes.getShort(16));
        return Arrays.copyOfRange(frame, 14, Math.min(frame.length, 14 + length));
    }

    /** An untagged frame of IP whose payload begins at once behind the header without options. */
    public static Predicate<byte[]> of(int protocol) {
        return frame -> frame.length >= 54 && (isIpv6(frame)
                ? frame[20] == protocol
                : Short.toUnsignedInt(ByteBuffer.wrap(frame).getShort(12)) == 0x0800 && frame[23] == protocol);
    }

    /** ICMP or ICMPv6 of a type and code. */
    public static Predicate<byte[]> icmp(int type, int code) {
        return frame -> of(isIpv6(frame) ? ICMPV6 : ICMP).test(frame) && frame[payload(frame)] == type
                && frame[payload(frame) + 1] == code;
    }

    /** From this address. */
    public static Predicate<byte[]> from(String address) {
        byte[] wanted = address(address).getAddress();
        int at = wanted.length == 16 ? 22 : 26;
        return frame -> frame.length >= at + wanted.length && isIpv6(frame) == (wanted.length == 16)
                && Arrays.equals(frame, at, at + wanted.length, wanted, 0, wanted.length);
    }

    /** Contains this text anywhere. */
    public static Predicate<byte[]> text(String text) {
        return frame -> new String(frame, StandardCharsets.ISO_8859_1).contains(text);
    }

    private static int payload(byte[] frame) {
        return 14 + (isIpv6(frame) ? IPV6_BYTES : IPV4_BYTES);
    }

    private static boolean isIpv6(byte[] frame) {
        return frame.length >= 14 && Short.toUnsignedInt(ByteBuffer.wrap(frame).getShort(12)) == 0x86dd;
    }

    private static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }
}
