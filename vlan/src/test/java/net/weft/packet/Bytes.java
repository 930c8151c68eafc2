package net.weft.packet;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.function.BiConsumer;
import org.pcap4j.packet.Packet;
import org.pcap4j.packet.UnknownPacket;

/** Bytes and addresses in the shapes that pcap4j and the views want. */
final class Bytes {
    /** Where {@link #segment} puts the first byte: odd, so that nothing rests on alignment. */
    static final int AT = 3;

    private Bytes() {
    }

    /** A segment that ends with these bytes: reading behind them fails. */
    static MemorySegment segment(byte[] bytes) {
        byte[] shifted = new byte[AT + bytes.length];
        System.arraycopy(bytes, 0, shifted, AT, bytes.length);
        return MemorySegment.ofArray(shifted);
    }

    /** What an emit method writes; it must fill exactly {@code length} bytes. */
    static byte[] emitted(int length, BiConsumer<MemorySegment, Long> emit) {
        MemorySegment segment = MemorySegment.ofArray(new byte[length + AT]);
        segment.fill((byte) 0xa5);
        emit.accept(segment, (long) AT);
        return segment.asSlice(AT).toArray(JAVA_BYTE);
    }

    static byte[] random(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    static byte[] concat(byte[]... parts) {
        ByteBuffer buffer = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(part -> part.length).sum());
        for (byte[] part : parts) {
            buffer.put(part);
        }
        return buffer.array();
    }

    static Packet.Builder payload(byte[] bytes) {
        return new UnknownPacket.Builder().rawData(bytes);
    }

    static org.pcap4j.util.MacAddress pcapMac(long mac) {
        return org.pcap4j.util.MacAddress.getByAddress(
                Arrays.copyOfRange(ByteBuffer.allocate(8).putLong(mac).array(), 2, 8));
    }

    static long randomMac(Random random) {
        return random.nextLong() >>> 16;
    }

    static Inet4Address inet4(int address) {
        return (Inet4Address) inet(ByteBuffer.allocate(4).putInt(address).array());
    }

    static Inet6Address inet6(long high, long low) {
        return (Inet6Address) inet(ByteBuffer.allocate(16).putLong(high).putLong(low).array());
    }

    private static InetAddress inet(byte[] address) {
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
