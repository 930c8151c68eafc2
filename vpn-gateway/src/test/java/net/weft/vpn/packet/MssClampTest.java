package net.weft.vpn.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MssClampTest {
    private static final int SYN = 2;
    private static final int ACK = 16;
    private static final int MTU = 1420;
    private static final int TCP = 6;
    /** The SYN of a Linux host on Ethernet: MSS 1460, SACK permitted, time stamps, a NOP, window scale 7. */
    private static final String LINUX = "020405b4 0402 080a12345678 00000000 01 030307".replace(" ", "");
    /** A time stamp, a NOP, an MSS of 9000 at an odd place, a NOP, window scale 7, the end and what is behind it. */
    private static final String ODD = "080a12345678 00000000 01 02042328 01 030307 00 ff".replace(" ", "");

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static boolean isIpv4(byte[] packet) {
        return packet[0] >>> 4 == 4;
    }

    private static int headerBytes(byte[] packet) {
        return isIpv4(packet) ? (packet[0] & 0xf) * 4 : 40;
    }

    /** A TCP segment with right checksums. @param version 4 (with four bytes of IP options) or 6 */
    private static byte[] segment(int version, int flags, byte[] options) {
        int tcp = 20 + (options.length + 3) / 4 * 4;
        ByteBuffer packet = ByteBuffer.allocate((version == 4 ? 24 : 40) + tcp);
        if (version == 4) {
            packet.put((byte) 0x46).put((byte) 0).putShort((short) (24 + tcp)).putInt(0x12344000).put((byte) 64)
                    .put((byte) TCP)
                    .putShort((short) 0).putInt(0x0a0a00c8).putInt(0x0a0a000b).putInt(0x01010100);
            packet.putShort(10, (short) ~folded(packet.array(), 0, 24, 0));
        } else {
            packet.putInt(0x6000_0000).putShort((short) tcp).put((byte) TCP).put((byte) 64);
            packet.putLong(0xfd00_0010_0000_0000L).putLong(0xc8).putLong(0xfd00_0010_0000_0000L).putLong(0x11);
        }
        int at = packet.position();
        packet.putShort((short) 40_001).putShort((short) 443).putInt(0xdeadbeef).putInt(0).put((byte) (tcp / 4 << 4))
                .put((byte) flags)
                .putShort((short) 64_240).putInt(0).put(options);
        packet.putShort(at + 16, (short) ~tcpSum(packet.array()));
        return packet.array();
    }

    /** The sum of RFC 1071, word by word. */
    private static int folded(byte[] bytes, int from, int to, long start) {
        long sum = start;
        for (int at = from; at < to; at += 2) {
            sum += (bytes[at] & 0xff) << 8 | (at + 1 < to ? bytes[at + 1] & 0xff : 0);
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) sum;
    }

    /** The sum over pseudo header and segment; 0xffff where the checksum is right. */
    private static int tcpSum(byte[] packet) {
        int header = headerBytes(packet);
        int addresses = folded(packet, isIpv4(packet) ? 12 : 8, isIpv4(packet) ? 20 : 40, 0);
        return folded(packet, header, packet.length, addresses + TCP + packet.length - header);
    }

    private static byte[] clamped(byte[] packet) {
        byte[] copy = packet.clone();
        MssClamp.clamp(MemorySegment.ofArray(copy), 0, copy.length, MTU);
        return copy;
    }

    /** The packet with another MSS at a place in its TCP options and the checksum computed anew. */
    private static byte[] expected(byte[] packet, int option, int mss) {
        ByteBuffer changed = ByteBuffer.wrap(packet.clone());
        int tcp = headerBytes(packet);
        changed.putShort(tcp + 20 + option + 2, (short) mss);
        changed.putShort(tcp + 16, (short) 0);
        changed.putShort(tcp + 16, (short) ~tcpSum(changed.array()));
        return changed.array();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6})
    void shouldLowerTheMssOfSynAndSynAckAndChangeNothingButThatAndTheChecksum(int version) {
        int mss = version == 4 ? 1380 : 1360;
        for (int flags : new int[]{SYN, SYN | ACK, SYN | 0xc0}) {
            byte[] linux = segment(version, flags, hex(LINUX));
            assertThat(tcpSum(linux)).as("control: the oracle's checksum").isEqualTo(0xffff);
            assertThat(clamped(linux)).isEqualTo(expected(linux, 0, mss)).isNotEqualTo(linux);
            byte[] odd = segment(version, flags, hex(ODD));
            assertThat(clamped(odd)).as("MSS at an odd place").isEqualTo(expected(odd, 11, mss));
            assertThat(tcpSum(clamped(odd))).isEqualTo(0xffff);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6})
    void shouldChangeNothingElse(int version) {
        byte[] exact = segment(version, SYN, hex(version == 4 ? "02040564" : "02040550"));
        byte[] data = segment(version, ACK, hex("020405b4"));
        byte[] ended = segment(version, SYN, hex("00020405b4000000"));
        byte[] noLength = segment(version, SYN, hex("0300020405b40000"));
        byte[] beyond = segment(version, SYN, hex("080a0204"));
        byte[] longMss = segment(version, SYN, hex("020605b405b40000"));
        byte[] udp = segment(version, SYN, hex("020405b4"));
        udp[version == 4 ? 9 : 6] = 17;
        for (byte[] packet : List.of(exact, data, ended, noLength, beyond, longMss, udp)) {
            assertThat(clamped(packet)).isEqualTo(packet);
        }
        byte[] fragment = segment(4, SYN, hex("020405b4"));
        fragment[7] = 1;
        assertThat(clamped(fragment)).as("a later fragment").isEqualTo(fragment);
    }

    /** Options in any order and at any place, as a naive reader finds them. */
    @Test
    void shouldDoAsTheOracleWithAnyOptions() {
        Random random = Seed.random(MssClampTest.class);
        int lowered = 0;
        for (int n = 0; n < 20_000; n++) {
            ByteArrayOutputStream options = new ByteArrayOutputStream();
            int mssAt = -1;
            int mss = 500 + random.nextInt(9000);
            for (int i = random.nextInt(6); i >= 0; i--) {
                byte[] option = Stream.of("01", "0402", "030307", "080a1111111122222222", "fe04abcd")
                        .map(MssClampTest::hex).toList()
                        .get(random.nextInt(5));
                if (mssAt < 0 && random.nextInt(3) == 0) {
                    option = ByteBuffer.allocate(4).putShort((short) 0x0204).putShort((short) mss).array();
                    mssAt = options.size();
                }
                if (options.size() + option.length <= 36) {
                    options.writeBytes(option);
                } else if (option[0] == 2) {
                    mssAt = -1;
                }
            }
            int version = random.nextBoolean() ? 4 : 6;
            int most = version == 4 ? 1380 : 1360;
            byte[] packet = segment(version, SYN, options.toByteArray());
            boolean isLower = mssAt >= 0 && mss > most;
            lowered += isLower ? 1 : 0;
            assertThat(clamped(packet)).isEqualTo(isLower ? expected(packet, mssAt, most) : packet);
        }
        assertThat(lowered).as("SYNs that were too large").isGreaterThan(5000);
    }

    @Test
    void shouldSurviveAnyBytes() {
        Random random = Seed.random(MssClampTest.class);
        for (int n = 0; n < 20_000; n++) {
            byte[] packet = segment(random.nextBoolean() ? 4 : 6, SYN, new byte[random.nextInt(11) * 4]);
            int header = headerBytes(packet);
            for (int i = random.nextInt(6); i >= 0; i--) {
                packet[header + random.nextInt(packet.length - header)] = (byte) random.nextInt();
            }
            byte[] before = Arrays.copyOf(packet, header);
            assertThat(clamped(packet)).hasSameSizeAs(packet).startsWith(before);
        }
    }
}
