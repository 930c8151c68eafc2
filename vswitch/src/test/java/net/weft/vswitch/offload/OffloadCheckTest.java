package net.weft.vswitch.offload;

import static net.weft.vswitch.burst.Offload.DATA_VALID;
import static net.weft.vswitch.burst.Offload.GSO_ECN;
import static net.weft.vswitch.burst.Offload.GSO_NONE;
import static net.weft.vswitch.burst.Offload.GSO_TCPV4;
import static net.weft.vswitch.burst.Offload.GSO_TCPV6;
import static net.weft.vswitch.burst.Offload.GSO_UDP;
import static net.weft.vswitch.burst.Offload.GSO_UDP_L4;
import static net.weft.vswitch.burst.Offload.NEEDS_CSUM;
import static net.weft.vswitch.offload.SampleFrame.LONG_OPTIONS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Offload;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OffloadCheckTest {
    private static final int PASS = OffloadCheck.PASS;
    private static final int BAD = DropReason.BAD_OFFLOAD.ordinal();
    private static final int MALFORMED = DropReason.MALFORMED.ordinal();
    private static final int TOO_LONG = DropReason.HEADER_TOO_LONG.ordinal();

    private final Random random = new Random(1);
    private final FrameMemory memory = new FrameMemory();

    @AfterEach
    void close() {
        memory.close();
    }

    private int validate(byte[] frame, long word) {
        memory.load(frame, word, random, 3);
        return OffloadCheck.validate(memory.burst, 0);
    }

    private int validate(SampleFrame sample, int flags, int type, int size) {
        return validate(sample.build(random), Offload.of(flags, type, size, sample.l4(), sample.tcp() ? 16 : 6, 0));
    }

    private long rewritten() {
        return memory.burst.offload[0];
    }

    @Test
    void shouldAcceptPartialChecksumsOfTcpAndUdp() {
        for (SampleFrame sample : new SampleFrame[]{SampleFrame.tcp4(100), SampleFrame.tcp6(1000), SampleFrame.udp4(0),
                SampleFrame.udp6(1), SampleFrame.tcp4(9).tagged(0x8100), SampleFrame.tcp4(9).tagged(0x88a8, 0x8100),
                SampleFrame.udp4(9).ipOptions(40), SampleFrame.udp6(9).extensions(0, 60)}) {
            assertThat(validate(sample, NEEDS_CSUM, GSO_NONE, 0)).as("%s", sample).isEqualTo(PASS);
            assertThat(rewritten()).isEqualTo(Offload.of(NEEDS_CSUM, GSO_NONE, 0, sample.l4(), sample.tcp() ? 16 : 6,
                    sample.payloadOffset()));
        }
    }

    @Test
    void shouldRefuseChecksumsThatPointElsewhere() {
        byte[] frame = SampleFrame.tcp4(100).build(random);
        assertThat(validate(frame, Offload.of(NEEDS_CSUM, 0, 0, 34, 16, 0))).isEqualTo(PASS);
        assertThat(validate(frame, Offload.of(NEEDS_CSUM, 0, 0, 34, 6, 0))).isEqualTo(BAD);
        assertThat(validate(frame, Offload.of(NEEDS_CSUM, 0, 0, 36, 16, 0))).isEqualTo(BAD);
        assertThat(validate(frame, Offload.of(NEEDS_CSUM, 0, 0, 14, 10, 0))).isEqualTo(BAD);
        assertThat(validate(frame, Offload.of(NEEDS_CSUM, 0, 0, 65535, 65535, 0))).isEqualTo(BAD);
        byte[] udp = SampleFrame.udp6(100).build(random);
        assertThat(validate(udp, Offload.of(NEEDS_CSUM, 0, 0, 54, 6, 0))).isEqualTo(PASS);
        assertThat(validate(udp, Offload.of(NEEDS_CSUM, 0, 0, 54, 16, 0))).isEqualTo(BAD);
    }

    @Test
    void shouldRefuseOffloadOfWhatIsNeitherTcpNorUdp() {
        byte[] icmp = SampleFrame.udp4(60).build(random);
        icmp[23] = 1;
        assertThat(validate(icmp, Offload.of(NEEDS_CSUM, 0, 0, 34, 2, 0))).isEqualTo(BAD);
        byte[] arp = SampleFrame.udp4(60).build(random);
        arp[13] = 6;
        assertThat(validate(arp, Offload.of(NEEDS_CSUM, 0, 0, 34, 6, 0))).isEqualTo(BAD);
        byte[] otherVersion = SampleFrame.udp4(60).build(random);
        otherVersion[14] = 0x65;
        assertThat(validate(otherVersion, Offload.of(NEEDS_CSUM, 0, 0, 34, 6, 0))).isEqualTo(MALFORMED);
    }

    @Test
    void shouldRefuseOffloadOfFragments() {
        for (int fragment : new int[]{0x2000, 0x2001, 0x00b9}) {
            byte[] frame = SampleFrame.udp4(100).build(random);
            NaiveOffload.put16(frame, 20, fragment);
            assertThat(validate(frame, Offload.of(NEEDS_CSUM, 0, 0, 34, 6, 0))).as("%x", fragment).isEqualTo(BAD);
            assertThat(validate(frame, Offload.of(0, GSO_UDP, 64, 0, 0, 0))).as("%x", fragment).isEqualTo(BAD);
        }
        assertThat(validate(SampleFrame.udp6(100).extensions(44), NEEDS_CSUM, GSO_NONE, 0)).isEqualTo(BAD);
        assertThat(validate(SampleFrame.udp6(100).extensions(51), NEEDS_CSUM, GSO_NONE, 0)).isEqualTo(BAD);
    }

    @Test
    void shouldRefuseSegmentationThatIsNotTheFrames() {
        int[] types = {GSO_TCPV4, GSO_TCPV6, GSO_UDP_L4, GSO_UDP, 2, 6, 127};
        SampleFrame[] samples = {SampleFrame.tcp4(5000), SampleFrame.tcp6(5000), SampleFrame.udp4(5000),
                SampleFrame.udp6(5000)};
        for (int sample = 0; sample < samples.length; sample++) {
            for (int type : types) {
                boolean matches = switch (type) {
                    case GSO_TCPV4 -> sample == 0;
                    case GSO_TCPV6 -> sample == 1;
                    case GSO_UDP_L4, GSO_UDP -> sample >= 2;
                    default -> false;
                };
                assertThat(validate(samples[sample], NEEDS_CSUM, type, 1000)).as("%s as %d", samples[sample], type)
                        .isEqualTo(matches ? PASS : BAD);
            }
        }
    }

    @Test
    void shouldKnowEcnBesideTcpOnly() {
        assertThat(validate(SampleFrame.tcp4(5000), NEEDS_CSUM, GSO_TCPV4 | GSO_ECN, 1000)).isEqualTo(PASS);
        assertThat(Offload.ecn(rewritten())).isTrue();
        assertThat(validate(SampleFrame.udp4(5000), NEEDS_CSUM, GSO_UDP_L4 | GSO_ECN, 1000)).isEqualTo(BAD);
        assertThat(validate(SampleFrame.udp4(500), NEEDS_CSUM, GSO_ECN, 1000)).isEqualTo(BAD);
        assertThat(validate(SampleFrame.udp4(500), 0, GSO_ECN, 1000)).isEqualTo(BAD);
    }

    @Test
    void shouldHoldSegmentSizesToTheirBounds() {
        assertThat(validate(SampleFrame.tcp4(5000), NEEDS_CSUM, GSO_TCPV4, 36)).isEqualTo(PASS);
        assertThat(validate(SampleFrame.tcp4(5000), NEEDS_CSUM, GSO_TCPV4, 35)).isEqualTo(BAD);
        assertThat(validate(SampleFrame.tcp4(5000), NEEDS_CSUM, GSO_TCPV4, 0)).isEqualTo(BAD);
        assertThat(validate(SampleFrame.udp4(1280), NEEDS_CSUM, GSO_UDP_L4, 10)).isEqualTo(PASS);
        assertThat(validate(SampleFrame.udp4(1281), NEEDS_CSUM, GSO_UDP_L4, 10)).isEqualTo(BAD);
        assertThat(validate(SampleFrame.udp4(5000), NEEDS_CSUM, GSO_UDP, 48)).isEqualTo(PASS);
        assertThat(validate(SampleFrame.udp4(5000), NEEDS_CSUM, GSO_UDP, 47)).isEqualTo(BAD);
    }

    @Test
    void shouldDropSegmentationOfASingleSegmentAndKeepTheChecksum() {
        assertThat(validate(SampleFrame.tcp4(1000), NEEDS_CSUM, GSO_TCPV4 | GSO_ECN, 1000)).isEqualTo(PASS);
        assertThat(rewritten()).isEqualTo(Offload.of(NEEDS_CSUM, GSO_NONE, 0, 34, 16, 54));
        assertThat(validate(SampleFrame.udp4(1000), NEEDS_CSUM, GSO_UDP_L4, 1000)).isEqualTo(PASS);
        assertThat(rewritten()).isEqualTo(Offload.of(NEEDS_CSUM, GSO_NONE, 0, 34, 6, 42));
        assertThat(validate(SampleFrame.udp6(1000), 0, GSO_UDP, 1008)).isEqualTo(PASS);
        assertThat(rewritten()).isZero();
        assertThat(validate(SampleFrame.udp6(1000), NEEDS_CSUM, GSO_UDP, 1007)).isEqualTo(PASS);
        assertThat(Offload.gsoType(rewritten())).isEqualTo(GSO_UDP);
    }

    @Test
    void shouldClearWhatTheReceiverIsToldToBelieve() {
        assertThat(validate(SampleFrame.tcp4(100), DATA_VALID, GSO_NONE, 0)).isEqualTo(PASS);
        assertThat(rewritten()).isZero();
        assertThat(validate(SampleFrame.tcp4(5000), NEEDS_CSUM | DATA_VALID | 0xF8, GSO_TCPV4, 1000)).isEqualTo(PASS);
        assertThat(rewritten()).isEqualTo(Offload.of(NEEDS_CSUM, GSO_TCPV4, 1000, 34, 16, 54));
    }

    @Test
    void shouldGiveCoalescedTcpThePartialChecksumThatItLacks() {
        byte[] frame = SampleFrame.tcp6(5000).build(random);
        int seed = NaiveOffload.u16(frame, 54 + 16);
        NaiveOffload.put16(frame, 54 + 16, 0xbeef);
        assertThat(validate(frame, Offload.of(0, GSO_TCPV6, 1000, 0, 0, 0))).isEqualTo(PASS);
        assertThat(rewritten()).isEqualTo(Offload.of(NEEDS_CSUM, GSO_TCPV6, 1000, 54, 16, 74));
        assertThat(NaiveOffload.u16(FrameMemory.bytes(memory.burst, 0, 0), 54 + 16)).isEqualTo(seed);
        assertThat(validate(SampleFrame.udp4(5000), 0, GSO_UDP_L4, 1000)).isEqualTo(BAD);
    }

    @Test
    void shouldRefuseLengthsThatAreNotTheFrames() {
        byte[] frame = SampleFrame.tcp4(5000).build(random);
        long word = Offload.of(NEEDS_CSUM, GSO_TCPV4, 1000, 34, 16, 0);
        int total = NaiveOffload.u16(frame, 16);
        NaiveOffload.put16(frame, 16, total + 1);
        assertThat(validate(frame, word)).isEqualTo(MALFORMED);
        NaiveOffload.put16(frame, 16, total - 1);
        assertThat(validate(frame, word)).isEqualTo(MALFORMED);
        NaiveOffload.put16(frame, 16, 39);
        assertThat(validate(frame, word)).isEqualTo(MALFORMED);
        byte[] udp = SampleFrame.udp4(5000).build(random);
        NaiveOffload.put16(udp, 38, 5007);
        assertThat(validate(udp, Offload.of(NEEDS_CSUM, GSO_UDP, 1000, 34, 6, 0))).isEqualTo(MALFORMED);
    }

    @Test
    void shouldRefuseSegmentationBehindARoutingHeader() {
        assertThat(validate(SampleFrame.tcp6(3000).extensions(43), NEEDS_CSUM, GSO_TCPV6, 1000)).isEqualTo(BAD);
        assertThat(validate(SampleFrame.udp6(3000).extensions(43), NEEDS_CSUM, GSO_UDP_L4, 1000)).isEqualTo(BAD);
        assertThat(validate(SampleFrame.udp6(3000).extensions(43), NEEDS_CSUM, GSO_UDP, 1000)).isEqualTo(PASS);
        assertThat(validate(SampleFrame.tcp6(3000).extensions(43), NEEDS_CSUM, GSO_NONE, 0)).isEqualTo(PASS);
    }

    @Test
    void shouldReadHeadersBeyondTheUsualHead() {
        SampleFrame sample = SampleFrame.tcp6(3000).extensions(LONG_OPTIONS, 60);
        assertThat(sample.l4()).isGreaterThan(128);
        assertThat(validate(sample, NEEDS_CSUM, GSO_TCPV6, 1000)).isEqualTo(PASS);
        assertThat(memory.burst.headLength[0]).isEqualTo(512);
        assertThat(memory.isUntouched()).isTrue();
    }

    @Test
    void shouldRefuseHeadersThatDoNotEndWithinTheLongestHead() {
        SampleFrame sample = SampleFrame.tcp6(3000).extensions(LONG_OPTIONS, LONG_OPTIONS, LONG_OPTIONS);
        assertThat(sample.l4()).isGreaterThan(512);
        assertThat(validate(sample, NEEDS_CSUM, GSO_TCPV6, 1000)).isEqualTo(TOO_LONG);
    }

    @Test
    void shouldRefuseFragmentationThatLeavesNoRoomForItsHeader() {
        SampleFrame sample = SampleFrame.udp6(3000).extensions(LONG_OPTIONS, LONG_OPTIONS, 60, 60, 60, 60, 60, 60);
        assertThat(sample.payloadOffset()).isEqualTo(510);
        assertThat(validate(sample, NEEDS_CSUM, GSO_UDP_L4, 1000)).isEqualTo(PASS);
        assertThat(validate(sample, NEEDS_CSUM, GSO_UDP, 1000)).isEqualTo(TOO_LONG);
        SampleFrame shorter = SampleFrame.udp6(3000).extensions(LONG_OPTIONS, LONG_OPTIONS, 60, 60, 60, 60, 60);
        assertThat(validate(shorter, NEEDS_CSUM, GSO_UDP, 1000)).isEqualTo(PASS);
    }
}
