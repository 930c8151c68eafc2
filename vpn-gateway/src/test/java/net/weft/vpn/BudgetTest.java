package net.weft.vpn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BudgetTest {
    private static final long SECOND_NS = 1_000_000_000;

    private static int taken(Budget budget, long fromNs, long toNs, long stepNs) {
        int taken = 0;
        for (long pastNs = 0; pastNs < toNs - fromNs; pastNs += stepNs) {
            taken += budget.take(fromNs + pastNs) ? 1 : 0;
        }
        return taken;
    }

    @Test
    void shouldGiveAReserveAtOnceAndThenSoManyASecond() {
        Budget budget = new Budget(50, 10);
        long start = Long.MAX_VALUE - SECOND_NS / 2; // the clock may wrap
        assertThat(taken(budget, start, start + 1000, 1)).isEqualTo(10);
        assertThat(taken(budget, start + 1000, start + SECOND_NS, SECOND_NS / 1000)).isBetween(49, 50);
    }

    @Test
    void shouldSaveNoMoreThanItsReserve() {
        Budget budget = new Budget(50, 10);
        assertThat(taken(budget, 0, 100, 1)).isEqualTo(10);
        assertThat(taken(budget, 100 * SECOND_NS, 100 * SECOND_NS + 100, 1)).isEqualTo(10);
    }
}
