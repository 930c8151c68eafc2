package net.weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;

class Tai64nTest {
    private static final long SEED = Seed.of(Tai64nTest.class);

    /** Seconds as in the specification of TAI64 (cr.yp.to/libtai/tai64.html): 2^62 + 10 is the beginning of 1970. */
    @Test
    void shouldCountFromTwoToTheSixtySecond() {
        assertThat(HexFormat.of().formatHex(Tai64n.at(0).bytes())).isEqualTo("400000000000000a00000000");
        assertThat(HexFormat.of().formatHex(Tai64n.at(1_999_999_999L).bytes()))
                .isEqualTo("400000000000000b3b000000");
        assertThat(Tai64n.at(-1).seconds()).isEqualTo(Tai64n.at(0).seconds() - 1);
    }

    @Test
    void shouldOrderAsTheBytesDo() {
        Random random = new Random(SEED);
        for (int i = 0; i < 1_000; i++) {
            Tai64n left = new Tai64n(random.nextLong() >> random.nextInt(64), random.nextInt());
            Tai64n right = random.nextBoolean()
                    ? new Tai64n(left.seconds(), random.nextInt())
                    : Tai64n.read(left.bytes());
            assertThat(Integer.signum(left.compareTo(right)))
                    .isEqualTo(Integer.signum(Arrays.compareUnsigned(left.bytes(), right.bytes())));
        }
    }

    @Test
    void shouldGrowWithEachStampWhateverTheClockDoes() {
        Random random = new Random(SEED);
        Tai64n last = null;
        for (int i = 0; i < 2_000; i++) {
            Tai64n next = Tai64n.next(random.nextLong(3_000_000_000L), last);
            if (last != null) {
                assertThat(next).isGreaterThan(last);
            }
            assertThat(next.nanos()).isBetween(0, 999_999_999);
            last = next;
        }
    }
}
