package net.weft.lacp.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LegTableTest {
    private static final int EVERY_LEG = -1;

    private static int[] load(LegTable table, int live) {
        int[] load = new int[LegTable.MAX_SLOTS];
        for (int bucket = 0; bucket < LegTable.BUCKETS; bucket++) {
            load[table.slot(bucket, live)]++;
        }
        return load;
    }

    private static int[] legs(int count) {
        return IntStream.rangeClosed(1, count).toArray();
    }

    /** A flow hash of UDP ports as applications choose them, by FNV-1a. */
    private static long flow(int number) {
        long hash = 0xcbf2_9ce4_8422_2325L;
        for (int value : new int[]{10, 0, 0, number % 250, 10, 0, 1, number / 250, 17, 32_768 + number, 443}) {
            hash = (hash ^ value) * 0x100_0000_01b3L;
        }
        return hash;
    }

    @Test
    void shouldSpreadAThousandFlowsOverFourLegsWithinTwentyPercent() {
        LegTable table = LegTable.empty().with(legs(4));
        int[] flows = new int[4];
        int[] leg = new int[1_000];
        for (int i = 0; i < 1_000; i++) {
            leg[i] = table.slot(LegTable.bucket(flow(i)), EVERY_LEG);
            flows[leg[i]]++;
        }
        System.out.println("proof: 1,000 flows over four legs: " + Arrays.toString(flows));
        assertThat(IntStream.of(flows).boxed()).allMatch(count -> count >= 200 && count <= 300);
        for (int failed = 0; failed < 4; failed++) {
            int[] after = new int[4];
            for (int i = 0; i < 1_000; i++) {
                int now = table.slot(LegTable.bucket(flow(i)), EVERY_LEG & ~(1 << failed));
                after[now]++;
                assertThat(leg[i] == failed || leg[i] == now).as("a flow of another leg has moved").isTrue();
            }
            assertThat(after[failed]).isZero();
            assertThat(IntStream.of(after).boxed()).filteredOn(count -> count > 0)
                    .allMatch(count -> count >= 267 && count <= 400);
        }
    }

    @Test
    void shouldGiveEachLegItsShareOfBuckets() {
        for (int count = 1; count <= LegTable.MAX_SLOTS; count++) {
            int[] load = load(LegTable.empty().with(legs(count)), EVERY_LEG);
            int share = LegTable.BUCKETS / count;
            for (int slot = 0; slot < count; slot++) {
                assertThat(load[slot]).isBetween(share, share + 1);
            }
        }
    }

    @Test
    void shouldSpreadTheBucketsOfAFailedLegEvenly() {
        for (int count = 2; count <= 16; count++) {
            LegTable table = LegTable.empty().with(legs(count));
            for (int failed = 0; failed < count; failed++) {
                int[] load = load(table, EVERY_LEG & ~(1 << failed));
                int most = IntStream.of(load).max().orElseThrow();
                int least = IntStream.range(0, count).filter(slot -> load[slot] > 0).map(slot -> load[slot]).min()
                        .orElseThrow();
                assertThat(most - least).as("%d legs, leg %d failed", count, failed).isLessThanOrEqualTo(2);
            }
        }
    }

    @Test
    void shouldMoveAsFewBucketsAsTheSharesAllow() {
        long seed = Long.getLong("weft.seed", System.nanoTime());
        System.out.println("LegTableTest: -Dweft.seed=" + seed);
        Random random = new Random(seed);
        LegTable table = LegTable.empty();
        List<Integer> legs = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            List<Integer> before = List.copyOf(legs);
            if (!legs.isEmpty() && (legs.size() == LegTable.MAX_SLOTS || random.nextBoolean())) {
                legs.remove(random.nextInt(legs.size()));
            } else {
                legs.add(1 + i);
            }
            LegTable next = table.with(legs.stream().mapToInt(Integer::intValue).toArray());
            int moved = 0;
            for (int bucket = 0; bucket < LegTable.BUCKETS; bucket++) {
                int from = table.slot(bucket, EVERY_LEG);
                int to = next.slot(bucket, EVERY_LEG);
                boolean same = from == to && (from < 0 || table.leg(from) == next.leg(to));
                moved += same ? 0 : 1;
            }
            int largest = Math.max(before.size(), legs.size());
            assertThat(moved).as("from %s to %s, -Dweft.seed=%d", before, legs, seed)
                    .isLessThanOrEqualTo((LegTable.BUCKETS + largest - 1) / largest);
            table = next;
        }
    }

    @Test
    void shouldKeepTheSlotOfALegThatStays() {
        LegTable table = LegTable.empty().with(5, 7, 9);
        int slot = table.slotOf(9);
        LegTable next = table.with(9, 3);
        assertThat(next.slotOf(9)).isEqualTo(slot);
        assertThat(next.slotOf(5)).isEqualTo(LegTable.NONE);
        assertThat(next.leg(next.slotOf(3))).isEqualTo(3);
        assertThat(LegTable.empty().slot(0, EVERY_LEG)).isEqualTo(LegTable.NONE);
        assertThat(table.slot(0, 0)).isEqualTo(LegTable.NONE);
        assertThatThrownBy(() -> table.with(3, 3)).hasMessageContaining("[3, 3]");
        assertThatThrownBy(() -> table.with(legs(33))).hasMessageContaining("at most 32");
    }
}
