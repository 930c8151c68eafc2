package net.weft.vpn;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import net.weft.packet.InternetChecksum;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;

class MssClampTest {
    private static final int SYN = 2;
    private static final int MTU = 1420;

    /** A TCP segment over IPv4 with right checksums. */
    private static byte[] segment(int flags, byte... options) {
        byte[] padded = Arrays.copyOf(options, (options.length + 3) / 4 * 4);
        int tcp = 20 + padded.length;
        ByteBuffer packet = ByteBuffer.allocate(20 + tcp);
        packet.put((byte) 0x45).put((byte) 0).putShort((short) (20 + tcp)).putInt(0).put((byte) 64)
                .put((byte) IpProtocol.TCP)
                .putShort((short) 0).putInt(0x0a0a0001).putInt(0x0a0a0002);
        packet.putShort((short) 40000).putShort((short) 80).putInt(1).putInt(0).put((byte) (tcp / 4 << 4))
                .put((byte) flags)
                .putShort((short) 1000).putInt(0).put(padded);
        MemorySegment memory = MemorySegment.ofArray(packet.array());
        Ipv4.fillChecksum(memory, 0);
        packet.putShort(36, (short) InternetChecksum.finish(sum(memory, tcp)));
        return packet.array();
    }

    private static long sum(MemorySegment packet, int tcp) {
        return InternetChecksum.sum(packet, 20, tcp)
                + InternetChecksum.ipv4PseudoHeader(packet, 0, IpProtocol.TCP, tcp);
    }

    private static byte[] clamped(byte[] packet) {
        byte[] copy = packet.clone();
        MssClamp.clamp(MemorySegment.ofArray(copy), 0, copy.length, MTU);
        return copy;
    }

    private static void assertChecksum(byte[] packet) {
        assertThat(InternetChecksum.finish(sum(MemorySegment.ofArray(packet), packet.length - 20)))
                .as("checksum of what is right").isZero();
    }

    @Test
    void shouldLowerTheMssAndKeepTheChecksumRight() {
        byte[] clamped = clamped(segment(SYN, (byte) 2, (byte) 4, (byte) 0x05, (byte) 0xb4));
        assertThat(ByteBuffer.wrap(clamped).getShort(42)).isEqualTo((short) 1380);
        assertChecksum(clamped);
    }

    @Test
    void shouldFindTheOptionAtAnOddPlace() {
        byte[] clamped = clamped(segment(SYN, (byte) 1, (byte) 2, (byte) 4, (byte) 0x23, (byte) 0x28, (byte) 0));
        assertThat(ByteBuffer.wrap(clamped).getShort(43)).isEqualTo((short) 1380);
        assertChecksum(clamped);
    }

    @Test
    void shouldChangeNothingElse() {
        byte[] small = segment(SYN, (byte) 2, (byte) 4, (byte) 0x02, (byte) 0x18);
        assertThat(clamped(small)).as("a smaller MSS").isEqualTo(small);
        byte[] data = segment(16, (byte) 2, (byte) 4, (byte) 0x05, (byte) 0xb4);
        assertThat(clamped(data)).as("no SYN").isEqualTo(data);
        byte[] broken = segment(SYN, (byte) 2, (byte) 0, (byte) 0x05, (byte) 0xb4);
        assertThat(clamped(broken)).as("an option of no length").isEqualTo(broken);
    }

    @Test
    void shouldSurviveAnyBytes() {
        Random random = Seed.random(MssClampTest.class);
        for (int n = 0; n < 20_000; n++) {
            byte[] packet = segment(SYN, new byte[random.nextInt(11) * 4]);
            for (int i = random.nextInt(6); i >= 0; i--) {
                packet[20 + random.nextInt(packet.length - 20)] = (byte) random.nextInt();
            }
            assertThat(clamped(packet)).hasSameSizeAs(packet);
        }
    }
}
