package net.weft.wireguard;

import java.nio.ByteBuffer;

/** IP packets for tests. Addresses are 4 or 16 bytes. */
final class TestPackets {
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;

    private TestPackets() {
    }

    /** An echo request with a sequence number and some payload. */
    static byte[] echo(byte[] source, byte[] destination, int sequence, int payloadBytes) {
        return source.length == 4
                ? echo4(source, destination, 8, sequence, payloadBytes)
                : echo6(source, destination, 128, sequence, payloadBytes);
    }

    /** The echo reply to a request, or an empty array if the packet is none. */
    static byte[] reply(byte[] request) {
        ByteBuffer in = ByteBuffer.wrap(request);
        boolean four = request[0] >>> 4 == 4;
        int icmp = four ? 20 : 40;
        if (in.get(four ? 9 : 6) != (four ? ICMP : ICMPV6) || in.get(icmp) != (byte) (four ? 8 : 128)) {
            return new byte[0];
        }
        byte[] reply = request.clone();
        int address = four ? 4 : 16;
        int source = four ? 12 : 8;
        System.arraycopy(request, source, reply, source + address, address);
        System.arraycopy(request, source + address, reply, source, address);
        reply[icmp] = (byte) (four ? 0 : 129);
        checksum(reply);
        return reply;
    }

    static boolean isReply(byte[] packet) {
        return packet[0] >>> 4 == 4 ? packet[20] == 0 : packet[40] == (byte) 129;
    }

    static int sequence(byte[] packet) {
        return ByteBuffer.wrap(packet).getShort((packet[0] >>> 4 == 4 ? 20 : 40) + 6) & 0xffff;
    }

    private static byte[] echo4(byte[] source, byte[] destination, int type, int sequence, int payloadBytes) {
        ByteBuffer packet = ByteBuffer.allocate(28 + payloadBytes);
        packet.put((byte) 0x45).put((byte) 0).putShort((short) packet.capacity()).putInt(0).put((byte) 64)
                .put((byte) ICMP).putShort((short) 0).put(source).put(destination);
        packet.put((byte) type).put((byte) 0).putShort((short) 0).putShort((short) 77).putShort((short) sequence);
        checksum(packet.array());
        return packet.array();
    }

    private static byte[] echo6(byte[] source, byte[] destination, int type, int sequence, int payloadBytes) {
        ByteBuffer packet = ByteBuffer.allocate(48 + payloadBytes);
        packet.putInt(0x6000_0000).putShort((short) (8 + payloadBytes)).put((byte) ICMPV6).put((byte) 64).put(source)
                .put(destination);
        packet.put((byte) type).put((byte) 0).putShort((short) 0).putShort((short) 77).putShort((short) sequence);
        checksum(packet.array());
        return packet.array();
    }

    private static void checksum(byte[] packet) {
        ByteBuffer buffer = ByteBuffer.wrap(packet);
        if (packet[0] >>> 4 == 4) {
            buffer.putShort(10, (short) 0).putShort(10, fold(sum(buffer, 0, 20)));
            buffer.putShort(22, (short) 0).putShort(22, fold(sum(buffer, 20, packet.length)));
        } else {
            buffer.putShort(42, (short) 0);
            int pseudo = sum(buffer, 8, 40) + packet.length - 40 + ICMPV6;
            buffer.putShort(42, fold(pseudo + sum(buffer, 40, packet.length)));
        }
    }

    private static int sum(ByteBuffer buffer, int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i++) {
            sum += (buffer.get(i) & 0xff) << ((i - from) % 2 == 0 ? 8 : 0);
        }
        return sum;
    }

    private static short fold(int sum) {
        int folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (short) ~folded;
    }
}
