package net.weft.vswitch.offload;

import static net.weft.vswitch.burst.Offload.NEEDS_CSUM;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Offload;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** SCTP whose sender left its CRC32c open, as Linux does on a veth. */
class SctpChecksumTest {
    private static final int BAD = DropReason.BAD_OFFLOAD.ordinal();

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final FrameMemory memory = new FrameMemory();
    private final Segmenter segmenter = new Segmenter();

    @AfterEach
    void close() {
        segmenter.close();
        memory.close();
    }

    /** @param sample of UDP, whose header the first 8 bytes of SCTP's take the place of */
    private byte[] sctp(SampleFrame sample) {
        byte[] frame = sample.build(random);
        frame[NaiveOffload.layoutOf(frame).lastNextHeader()] = (byte) 132;
        return frame;
    }

    private int validate(byte[] frame, long word) {
        memory.load(frame, word, random, 5);
        return OffloadCheck.validate(memory.burst, 0);
    }

    private static long open(SampleFrame sample) {
        return Offload.of(NEEDS_CSUM, 0, 0, sample.l4(), 8, 0);
    }

    @Test
    void shouldCompleteWhatTheEgressCannot() {
        for (SampleFrame sample : List.of(SampleFrame.udp4(4), SampleFrame.udp4(1480), SampleFrame.udp6(77),
                SampleFrame.udp4(300).tagged(0x88a8, 0x8100), SampleFrame.udp4(200).ipOptions(40),
                SampleFrame.udp6(9000).extensions(0, 60), SampleFrame.udp6(60).extensions(SampleFrame.LONG_OPTIONS),
                SampleFrame.udp6(5).extensions(0, 60, 60, 60, 60, 60, 60, 60))) {
            byte[] frame = sctp(sample);
            assertThat(validate(frame, open(sample))).as("%s", sample).isEqualTo(OffloadCheck.PASS);
            assertThat(Offload.needs(memory.burst.offload[0])).isEqualTo(Device.SCTP_CHECKSUM);
            List<byte[]> pieces = memory.segmented(segmenter, 1500);
            assertThat(pieces).as("%s, seed %d", sample, seed).hasSize(1);
            assertThat(pieces.getFirst()).as("%s, seed %d", sample, seed).isEqualTo(NaiveOffload
                    .pieces(frame, new NaiveOffload.Header(true, 0, 0, sample.l4(), 8), 1500, 0).getFirst());
            assertThat(memory.isUntouched()).isTrue();
        }
    }

    /** The check value of the CRC catalogue, so that code and oracle are not wrong together. */
    @Test
    void shouldHaveCastagnolisPolynomial() {
        assertThat(NaiveOffload.crc32c("123456789".getBytes(StandardCharsets.US_ASCII), 0, 9)).isEqualTo(0xe306_9283);
    }

    @Test
    void shouldRefuseWhatIsNotItsOwn() {
        SampleFrame sample = SampleFrame.udp4(100);
        byte[] frame = sctp(sample);
        assertThat(validate(frame, Offload.of(NEEDS_CSUM, 0, 0, 34, 8, 0))).isEqualTo(OffloadCheck.PASS);
        assertThat(validate(frame, Offload.of(NEEDS_CSUM, 0, 0, 34, 6, 0))).isEqualTo(BAD);
        assertThat(validate(frame, Offload.of(NEEDS_CSUM, 0, 0, 38, 8, 0))).isEqualTo(BAD);
        assertThat(validate(frame, Offload.of(NEEDS_CSUM, Offload.GSO_UDP_L4, 50, 34, 8, 0))).isEqualTo(BAD);
        NaiveOffload.put16(frame, 20, 0x2000);
        assertThat(validate(frame, open(sample))).as("a fragment").isEqualTo(BAD);
        byte[] udp = sample.build(random);
        assertThat(validate(udp, Offload.of(NEEDS_CSUM, 0, 0, 34, 8, 0))).as("UDP with SCTP's offset").isEqualTo(BAD);
        byte[] shortOne = sctp(SampleFrame.udp4(3));
        assertThat(validate(shortOne, open(sample))).as("11 bytes").isEqualTo(DropReason.MALFORMED.ordinal());
    }
}
