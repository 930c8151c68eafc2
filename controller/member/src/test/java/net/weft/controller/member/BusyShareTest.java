package net.weft.controller.member;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BusyShareTest {
    private static final long SECOND = 1_000_000_000L;
    private final long start = System.nanoTime() + SECOND;
    private final BusyShare share = new BusyShare();

    @Test
    void shouldMeasureSinceTheLastLook() {
        share.percent(0, 0, start);
        assertThat(share.percent(0, SECOND / 4, start + SECOND)).isEqualTo(25.0);
        assertThat(share.percent(0, SECOND / 4, start + 2 * SECOND)).isZero();
    }

    @Test
    void shouldRepeatItselfWithinASecond() {
        share.percent(0, 0, start);
        assertThat(share.percent(0, SECOND / 2, start + SECOND)).isEqualTo(50.0);
        assertThat(share.percent(0, SECOND, start + SECOND + 1)).isEqualTo(50.0);
    }
}
