package net.weft.zone;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import net.weft.packet.Ethernet;
import net.weft.packet.HeaderParser;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;
import net.weft.packet.MacAddress;
import net.weft.packet.NetworkOrder;
import net.weft.packet.Octets;

/** Frames built from parts, lying at an odd place of a segment that ends with them. */
public record TestFrame(byte[] bytes) {
    /** Where {@link #segment} puts the first byte. */
    public static final int AT = 5;

    public static TestFrame of(String destination, String source, int etherType, byte[] payload) {
        byte[] frame = new byte[14 + payload.length];
        new Ethernet.Header(MacAddress.parse(destination), MacAddress.parse(source), etherType)
                .emit(MemorySegment.ofArray(frame), 0);
        System.arraycopy(payload, 0, frame, 14, payload.length);
        return new TestFrame(frame);
    }

    public static byte[] hex(String digits) {
        return Octets.ofHex(digits.replace(" ", "")).toArray();
    }

    public static byte[] concat(byte[]... parts) {
        ByteBuffer buffer = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(part -> part.length).sum());
        for (byte[] part : parts) {
            buffer.put(part);
        }
        return buffer.array();
    }

    public static byte[] address(String text) {
        try {
            return InetAddress.getByName(text).getAddress();
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    public static int ipv4Address(String text) {
        return ByteBuffer.wrap(address(text)).getInt();
    }

    public static Prefix prefix(String text) {
        String[] parts = text.split("/");
        ByteBuffer address = ByteBuffer.wrap(address(parts[0]));
        if (address.capacity() == 4) {
            int bits = parts.length > 1 ? Integer.parseInt(parts[1]) : 32;
            return new Prefix(0, Prefix.ipv4(address.getInt()), 96 + bits, true);
        }
        return new Prefix(address.getLong(), address.getLong(), parts.length > 1 ? Integer.parseInt(parts[1]) : 128,
                false);
    }

    /** An IPv4 packet with a right header checksum. */
    public static byte[] ipv4(String source, String destination, int ttl, int protocol, int fragment, byte[] payload) {
        byte[] packet = concat(new byte[20], payload);
        MemorySegment segment = MemorySegment.ofArray(packet);
        new Ipv4.Header(0, packet.length, 0x1234, fragment >>> 13, (fragment & 0x1fff) * 8, ttl, protocol, 0,
                ipv4Address(source), ipv4Address(destination), Octets.EMPTY).emit(segment, 0);
        Ipv4.fillChecksum(segment, 0);
        return packet;
    }

    public static byte[] ipv6(String source, String destination, int hopLimit, int nextHeader, byte[] payload) {
        byte[] packet = concat(new byte[40], payload);
        MemorySegment segment = MemorySegment.ofArray(packet);
        ByteBuffer from = ByteBuffer.wrap(address(source));
        ByteBuffer to = ByteBuffer.wrap(address(destination));
        new Ipv6.Header(0, 0, payload.length, nextHeader, hopLimit, from.getLong(), from.getLong(), to.getLong(),
                to.getLong()).emit(segment, 0);
        return packet;
    }

    public static byte[] udp(int source, int destination, int bytes) {
        byte[] datagram = new byte[8 + bytes];
        MemorySegment segment = MemorySegment.ofArray(datagram);
        NetworkOrder.putU16(segment, 0, source);
        NetworkOrder.putU16(segment, 2, destination);
        NetworkOrder.putU16(segment, 4, datagram.length);
        return datagram;
    }

    /** A message of DHCPv4 in UDP: 240 bytes with the cookie, and options. */
    public static byte[] dhcp(int operation, String clientMac, String options) {
        byte[] fixed = new byte[240];
        fixed[0] = (byte) operation;
        fixed[1] = 1;
        fixed[2] = 6;
        System.arraycopy(hex(clientMac), 0, fixed, 28, 6);
        System.arraycopy(hex("63825363"), 0, fixed, 236, 4);
        byte[] message = concat(fixed, hex(options));
        byte[] datagram = udp(operation == 1 ? 68 : 67, operation == 1 ? 67 : 68, message.length);
        System.arraycopy(message, 0, datagram, 8, message.length);
        return datagram;
    }

    public MemorySegment segment() {
        return MemorySegment.ofArray(concat(new byte[AT], bytes));
    }

    public long parsed() {
        return parsed(bytes.length);
    }

    /** As parsed with a head of so many bytes. */
    public long parsed(int head) {
        return HeaderParser.parse(segment(), AT, 12, Math.min(head, bytes.length), bytes.length);
    }
}
