package net.weft.examples.bench.vhost;

import java.nio.ByteBuffer;

/**
 * A UDP datagram over IPv4 of {@value #BYTES} bytes in memory, with addresses set aside for benchmarks (RFC 2544,
 * C.2.2).
 */
final class ProbeFrame {
    static final int BYTES = 64;
    /** Offset of eight bytes of payload that are free for the sender. */
    static final int STAMP = 42;
    private static final int ETHERNET_BYTES = 14;
    private static final int IP_BYTES = 20;
    private static final int IP_CHECKSUM = ETHERNET_BYTES + 10;
    private static final int NETWORK = 198 << 24 | 18 << 16;

    private ProbeFrame() {
    }

    /** The frame from one of the two machines, 0 or 1, to the other. */
    static byte[] from(int machine) {
        ByteBuffer frame = ByteBuffer.allocate(BYTES);
        mac(frame, 1 - machine);
        mac(frame, machine);
        frame.putShort((short) 0x0800);
        frame.put((byte) 0x45).put((byte) 0).putShort((short) (BYTES - ETHERNET_BYTES));
        frame.putInt(0).put((byte) 64).put((byte) 17).putShort((short) 0);
        frame.putInt(NETWORK + 1 + machine).putInt(NETWORK + 2 - machine);
        frame.putShort((short) 9).putShort((short) 9).putShort((short) (BYTES - ETHERNET_BYTES - IP_BYTES));
        frame.putShort(IP_CHECKSUM, checksum(frame));
        return frame.array();
    }

    private static void mac(ByteBuffer frame, int machine) {
        frame.putShort((short) 0x0200).putInt(1 + machine);
    }

    private static short checksum(ByteBuffer frame) {
        int sum = 0;
        for (int at = ETHERNET_BYTES; at < ETHERNET_BYTES + IP_BYTES; at += 2) {
            sum += Short.toUnsignedInt(frame.getShort(at));
        }
        return (short) ~(sum + (sum >>> 16));
    }
}
