package net.weft.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InternetChecksumTest {
    private static final Random RANDOM = Seed.random(InternetChecksumTest.class);

    /** RFC 1071, word by word. */
    private static int naiveSum(byte[] bytes) {
        int sum = 0;
        for (int i = 0; i < bytes.length; i += 2) {
            sum += (bytes[i] & 0xff) * 256 + (i + 1 < bytes.length ? bytes[i + 1] & 0xff : 0);
            if (sum > 0xffff) {
                sum -= 0xffff;
            }
        }
        return sum;
    }

    private static int sum(byte[] bytes) {
        return (int) InternetChecksum.sum(Bytes.segment(bytes), Bytes.AT, bytes.length);
    }

    @Test
    void shouldSumTheExampleOfTheRfc() {
        assertThat(sum(new byte[]{0x00, 0x01, (byte) 0xf2, 0x03, (byte) 0xf4, (byte) 0xf5, (byte) 0xf6, (byte) 0xf7}))
                .isEqualTo(0xddf2);
    }

    @Test
    void shouldSumEveryLengthAsTheNaiveOneDoes() {
        for (int length = 0; length < 2000; length++) {
            byte[] bytes = Bytes.random(RANDOM, length);
            assertThat(sum(bytes)).as("length %d", length).isEqualTo(naiveSum(bytes));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 8, 9, 65535})
    void shouldLoseNoCarry(int length) {
        byte[] ones = new byte[length];
        Arrays.fill(ones, (byte) 0xff);

        assertThat(sum(ones)).isEqualTo(naiveSum(ones));
        assertThat(sum(new byte[length])).isZero();
    }

    @Test
    void shouldSumLikeItsParts() {
        byte[] head = Bytes.random(RANDOM, 54);
        byte[] tail = Bytes.random(RANDOM, 1449);

        assertThat(InternetChecksum.finish((long) sum(head) + sum(tail)))
                .isEqualTo(InternetChecksum.finish(sum(Bytes.concat(head, tail))));
    }

    @Test
    void shouldFollowAChangeOfItsData() {
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = Bytes.random(RANDOM, 20);
            MemorySegment segment = Bytes.segment(bytes);
            int before = InternetChecksum.finish(sum(bytes));
            long at = Bytes.AT + 2L * RANDOM.nextInt(8);
            int oldBits = NetworkOrder.getInt(segment, at);
            int newBits = round % 4 == 0 ? -1 : round % 4 == 1 ? 0 : RANDOM.nextInt();

            NetworkOrder.putInt(segment, at, newBits);
            int after = InternetChecksum.finish(InternetChecksum.sum(segment, Bytes.AT, 20));
            assertThat(InternetChecksum.update32(before, oldBits, newBits)).isEqualTo(after);

            NetworkOrder.putInt(segment, at, (oldBits & 0xffff) | (newBits & 0xffff0000));
            int half = InternetChecksum.finish(InternetChecksum.sum(segment, Bytes.AT, 20));
            assertThat(InternetChecksum.update(before, oldBits >>> 16, newBits >>> 16)).isEqualTo(half);
        }
    }

    /** The example of RFC 1624, 4, which the equation of RFC 1141 got wrong. */
    @Test
    void shouldUpdateToZeroAsRfc1624Says() {
        assertThat(InternetChecksum.update(0xdd2f, 0x5555, 0x3285)).isZero();
    }

    @Test
    void shouldNeverSayNoneInUdp() {
        assertThat(InternetChecksum.finishUdp(0xffff)).isEqualTo(0xffff);
        assertThat(InternetChecksum.finishUdp(0xfffe)).isOne();
    }

    @Test
    void shouldFoldAnyWidth() {
        assertThat(InternetChecksum.fold(0)).isZero();
        assertThat(InternetChecksum.fold(0x1_0000_0000L)).isOne();
        assertThat(InternetChecksum.fold(0x7fff_ffff_ffff_ffffL)).isEqualTo(0x7fff);
        assertThat(InternetChecksum.fold(0xffff_ffffL)).isEqualTo(0xffff);
    }
}
