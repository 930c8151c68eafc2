package net.weft.vswitch.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.weft.testing.Seed;
import net.weft.vswitch.worker.LoadBalance.Load;
import net.weft.vswitch.worker.LoadBalance.Move;
import net.weft.vswitch.worker.LoadBalance.QueueLoad;
import org.junit.jupiter.api.Test;

class LoadBalanceTest {
    private static Load<Integer, String> worker(int id, double... queues) {
        List<QueueLoad<String>> loads = new ArrayList<>();
        for (double queue : queues) {
            loads.add(new QueueLoad<>(id + "-" + loads.size(), queue));
        }
        return new Load<>(id, Arrays.stream(queues).sum(), loads);
    }

    private static Optional<Move<Integer, String>> next(List<Load<Integer, String>> loads) {
        return LoadBalance.next(loads, _ -> true);
    }

    @Test
    void shouldMoveTheQueueThatLowersTheMaximumMost() {
        Move<Integer, String> move = next(List.of(worker(0, 0.5, 0.3, 0.1), worker(1, 0.2), worker(2, 0.4)))
                .orElseThrow();
        assertThat(move.queue()).isEqualTo("0-1");
        assertThat(move.from()).isZero();
        assertThat(move.to()).isEqualTo(1);
        assertThat(move.after()).isCloseTo(0.6, org.assertj.core.data.Offset.offset(1e-9));
    }

    @Test
    void shouldLeaveAnUnevenLoadThatNoMoveImproves() {
        assertThat(next(List.of(worker(0, 0.9), worker(1, 0.1)))).isEmpty();
        assertThat(next(List.of(worker(0, 0.9, 0.05), worker(1, 0.1)))).isEmpty();
        assertThat(next(List.of(worker(0, 0.5, 0.4)))).isEmpty();
        assertThat(next(List.of(worker(0), worker(1)))).isEmpty();
    }

    @Test
    void shouldNotMoveWhatMustStay() {
        assertThat(LoadBalance.next(List.of(worker(0, 0.5, 0.4), worker(1)), "0-1"::equals).orElseThrow().queue())
                .isEqualTo("0-1");
        assertThat(LoadBalance.next(List.of(worker(0, 0.5, 0.4), worker(1)), _ -> false)).isEmpty();
    }

    /** Each move lowers the highest load noticeably, so with loads that stay as they are the moves come to an end. */
    @Test
    void shouldComeToRestWithoutMovingAnythingBack() {
        long seed = Seed.of(LoadBalanceTest.class);
        Random random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            int workers = 1 + random.nextInt(6);
            Map<Integer, Integer> home = new TreeMap<>();
            double[] load = new double[random.nextInt(20)];
            for (int queue = 0; queue < load.length; queue++) {
                load[queue] = random.nextDouble() * random.nextDouble();
                home.put(queue, random.nextInt(workers));
            }
            double highest = Double.MAX_VALUE;
            Optional<Move<Integer, Integer>> move = LoadBalance.next(loads(workers, home, load), _ -> true);
            while (move.isPresent()) {
                double before = move.get().before();
                assertThat(before).isLessThanOrEqualTo(highest);
                assertThat(before - move.get().after()).isGreaterThanOrEqualTo(LoadBalance.NOTICEABLE);
                highest = move.get().after() + 1e-9;
                home.put(move.get().queue(), move.get().to());
                move = LoadBalance.next(loads(workers, home, load), _ -> true);
            }
        }
    }

    private static List<Load<Integer, Integer>> loads(int workers, Map<Integer, Integer> home, double[] load) {
        List<Load<Integer, Integer>> loads = new ArrayList<>();
        for (int id = 0; id < workers; id++) {
            int worker = id;
            List<QueueLoad<Integer>> queues = home.entrySet().stream().filter(entry -> entry.getValue() == worker)
                    .map(entry -> new QueueLoad<>(entry.getKey(), load[entry.getKey()])).toList();
            loads.add(new Load<>(id, queues.stream().mapToDouble(QueueLoad::busy).sum(), queues));
        }
        return loads;
    }
}
