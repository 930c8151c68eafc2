package net.weft.vswitch.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.SplittableRandom;
import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private static final long SECOND_NS = 1_000_000_000L;

    @Test
    void shouldGiveItsDepthAtOnceAndThenItsRate() {
        TokenBucket bucket = new TokenBucket(1000, 50, 7);
        assertThat(taken(bucket, 200, 7)).isEqualTo(50);
        assertThat(taken(bucket, 200, 7 + SECOND_NS / 100)).isEqualTo(10);
        assertThat(taken(bucket, 200, 7 + 10 * SECOND_NS)).as("it overflows").isEqualTo(50);
    }

    @Test
    void shouldTakeAllOfTheTokensOrNone() {
        TokenBucket bucket = new TokenBucket(1000, 50, 0);
        assertThat(bucket.take(51, 0)).isFalse();
        assertThat(bucket.take(50, 0)).isTrue();
        assertThat(bucket.take(1, 0)).isFalse();
    }

    @Test
    void shouldHoldRatesFromFewPacketsToHundredsOfGigabits() {
        long seed = Seed.of(TokenBucketTest.class);
        SplittableRandom random = new SplittableRandom(seed);
        for (double rate : new double[]{300, 15_000, 125_000_000, 50_000_000_000.0}) {
            double depth = rate / 10;
            TokenBucket bucket = new TokenBucket(rate, depth, 0);
            int most = (int) Math.min(rate / 50, 60_000);
            double given = 0;
            double nowNs = 0;
            for (int n = 0; n < 500_000; n++) {
                int tokens = 1 + random.nextInt(most);
                nowNs += tokens / rate / 2 * 1e9;
                given += bucket.take(tokens, (long) nowNs) ? tokens : 0;
            }
            assertThat(given).as("seed %d, rate %s", seed, rate)
                    .isCloseTo(depth + rate * nowNs / 1e9, withinPercentage(1));
        }
    }

    @Test
    void shouldNotMindAClockThatStepsBackALittle() {
        TokenBucket bucket = new TokenBucket(1000, 10, SECOND_NS);
        assertThat(taken(bucket, 20, 2 * SECOND_NS)).isEqualTo(10);
        assertThat(taken(bucket, 20, 2 * SECOND_NS - 1000)).isZero();
        assertThat(taken(bucket, 20, 2 * SECOND_NS + SECOND_NS / 1000)).isOne();
    }

    private static int taken(TokenBucket bucket, int tries, long nowNs) {
        int taken = 0;
        for (int n = 0; n < tries; n++) {
            taken += bucket.take(1, nowNs) ? 1 : 0;
        }
        return taken;
    }
}
