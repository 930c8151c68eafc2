package net.weft.lacp.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BucketMovesTest {
    private static final long MILLI = 1_000_000L;
    private static final int ALL = 0b1111;
    private static final LegTable TABLE = LegTable.empty().with(1, 2, 3, 4);

    private final List<String> markers = new ArrayList<>();
    private final int[] slots = new int[LegTable.BUCKETS];
    private final long[] lastUsedNs = new long[LegTable.BUCKETS];
    private final BucketMoves moves = new BucketMoves(new BucketOutput() {
        @Override
        public void moved(int bucket, int slot) {
            slots[bucket] = slot;
        }

        @Override
        public void marker(int slot, int transaction) {
            markers.add(slot + ":" + transaction);
        }
    });
    private long now = Long.MAX_VALUE - 100 * MILLI;

    private void begin(int live) {
        Arrays.fill(lastUsedNs, now);
        moves.change(TABLE, live, now);
    }

    private void pass(long ns, boolean busy) {
        for (long left = ns; left > 0; left -= MILLI) {
            now += Math.min(left, MILLI);
            if (busy) {
                Arrays.fill(lastUsedNs, now);
            }
            moves.poll(bucket -> lastUsedNs[bucket], now);
        }
    }

    private long on(int slot) {
        return Arrays.stream(slots).filter(used -> used == slot).count();
    }

    @Test
    void shouldMoveAtOnceFromALegThatFails() {
        begin(ALL);
        int[] before = slots.clone();
        moves.change(TABLE, 0b1110, now);
        for (int bucket = 0; bucket < LegTable.BUCKETS; bucket++) {
            assertThat(slots[bucket]).isNotZero();
            assertThat(before[bucket] == 0 || before[bucket] == slots[bucket]).isTrue();
        }
        assertThat(moves.waiting()).isZero();
        moves.change(TABLE, 0, now);
        assertThat(on(LegTable.NONE)).isEqualTo(256);
        moves.change(TABLE, 0b0100, now);
        assertThat(on(2)).as("from nothing to something at once").isEqualTo(256);
    }

    @Test
    void shouldReturnAfterFiveMillisecondsOfIdleness() {
        begin(0b1110);
        moves.change(TABLE, ALL, now);
        assertThat(on(0)).isZero();
        assertThat(moves.waiting()).isEqualTo(64);
        pass(5 * MILLI - 1, false);
        assertThat(on(0)).isZero();
        pass(1, false);
        assertThat(on(0)).isEqualTo(64);
        assertThat(moves.waiting()).isZero();
    }

    @Test
    void shouldReturnAfterTheMarkersAnswerWhenBusy() {
        begin(0b1110);
        moves.change(TABLE, ALL, now);
        pass(MILLI, true);
        assertThat(markers).containsExactly("1:1", "2:2", "3:3");
        pass(100 * MILLI, true);
        assertThat(markers).as("one on its way for each leg").hasSize(3);
        long before = on(2);
        moves.markerAnswered(2, 1);
        assertThat(on(0)).as("another transaction's").isZero();
        moves.markerAnswered(2, 2);
        assertThat(on(0)).isEqualTo(before - on(2)).isBetween(21L, 22L);
        assertThat(moves.waiting()).isEqualTo(64 - (int) on(0));
    }

    @Test
    void shouldReturnAfterASecondWithoutAnAnswer() {
        begin(0b1110);
        moves.change(TABLE, ALL, now);
        pass(1_000 * MILLI - 1, true);
        assertThat(on(0)).isZero();
        pass(1, true);
        assertThat(on(0)).isEqualTo(64);
        moves.markerAnswered(1, 1);
        assertThat(on(0)).isEqualTo(64);
    }

    @Test
    void shouldHoldAMarkedBucketForFiveMillisecondsOnly() {
        begin(0b1110);
        moves.change(TABLE, ALL, now);
        int bucket = 0;
        while (TABLE.slot(bucket, ALL) != 0) {
            bucket++;
        }
        assertThat(moves.holding(bucket, now)).isFalse();
        pass(MILLI, true);
        assertThat(moves.holding(bucket, now + 5 * MILLI - 1)).isTrue();
        assertThat(moves.holding(bucket, now + 5 * MILLI)).isFalse();
    }

    @Test
    void shouldGiveUpAReturnWhenTheLegFailsAgain() {
        begin(0b1110);
        moves.change(TABLE, ALL, now);
        pass(MILLI, true);
        moves.change(TABLE, 0b1110, now);
        assertThat(moves.waiting()).isZero();
        pass(2_000 * MILLI, true);
        assertThat(on(0)).isZero();
    }

    @Test
    void shouldNotLetAnOldAnswerMoveANewReturn() {
        begin(0b1110);
        moves.change(TABLE, ALL, now);
        pass(MILLI, true);
        moves.change(TABLE, 0b1110, now);
        moves.change(TABLE, ALL, now);
        moves.markerAnswered(1, 1);
        assertThat(on(0)).isZero();
    }

    @Test
    void shouldSpreadToALegThatIsAddedWithoutHurry() {
        begin(ALL);
        LegTable five = TABLE.with(1, 2, 3, 4, 5);
        moves.change(five, 0b11111, now);
        assertThat(on(4)).isZero();
        assertThat(moves.waiting()).isBetween(51, 52);
        pass(5 * MILLI, false);
        assertThat(on(4)).isBetween(51L, 52L);
    }

    /** Whatever legs come and go, no bucket uses a leg that is not live, and a bucket in use moves between live legs only when it may. */
    @Test
    void shouldNeverMoveTooEarlyNorUseADeadLeg() {
        long seed = Long.getLong("weft.seed", System.nanoTime());
        System.out.println("BucketMovesTest: -Dweft.seed=" + seed);
        Random random = new Random(seed);
        begin(ALL);
        int live = ALL;
        long changed = now;
        for (int i = 0; i < 20_000; i++) {
            now += random.nextLong(3 * MILLI);
            int bucket = random.nextInt(LegTable.BUCKETS);
            int[] before = slots.clone();
            int was = live;
            switch (random.nextInt(20)) {
                case 0 -> {
                    live = random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(15);
                    changed = now;
                    moves.change(TABLE, live, now);
                }
                case 1, 2, 3, 4 -> moves.poll(at -> lastUsedNs[at], now);
                default -> lastUsedNs[bucket] = now;
            }
            for (int at = 0; at < LegTable.BUCKETS; at++) {
                assertThat(moves.slot(at)).isEqualTo(slots[at]);
                boolean usesLive = slots[at] == LegTable.NONE ? live == 0 : (live & 1 << slots[at]) != 0;
                boolean forced = before[at] == LegTable.NONE || (live & 1 << before[at]) == 0;
                boolean quiet = now - lastUsedNs[at] >= 5 * MILLI || now - changed >= 1_000 * MILLI;
                boolean fine = usesLive && (slots[at] == before[at] || forced || quiet);
                assertThat(fine).as("bucket %d, step %d, live %x to %x, -Dweft.seed=%d", at, i, was, live, seed)
                        .isTrue();
            }
        }
    }
}
