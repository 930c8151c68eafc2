package net.weft.zone.fragment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.weft.testing.Seed;
import net.weft.zone.PolicyDecision;
import net.weft.zone.TestFrame;
import net.weft.zone.ZoneVerdict;
import org.junit.jupiter.api.Test;

/** Fragments of many datagrams, cut and mixed at random. */
class FragmentTrackerModelTest {
    private static final long SEED = Seed.of(FragmentTrackerModelTest.class);
    private static final Random RANDOM = new Random(SEED);
    private static final int ROUNDS = Integer.getInteger("weft.rounds", 300);
    private static final int VLAN = 10;
    private static final int FROM = 2;
    private static final int TO = 3;
    private static final int SAID = PolicyDecision.withoutPolicy(true);
    private static final long SECOND_NS = 1_000_000_000L;

    /** Parts of a few datagrams in any order, size and number: the same as the plain rules, always. */
    @Test
    void shouldSayWhatTheNaiveOneSays() {
        Map<Integer, Integer> seen = new HashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            compare(SEED + round, seen);
        }
        System.out.println("FragmentTrackerModelTest saw " + seen);
        assertThat(seen).hasSize(6);
    }

    private static void compare(long seed, Map<Integer, Integer> seen) {
        Random random = new Random(seed);
        FragmentTracker fresh = new FragmentTracker(new FragmentTable(1 << 14, random.nextLong()));
        NaiveFragments naive = new NaiveFragments();
        long now = random.nextLong();
        for (int step = 0; step < 2000; step++) {
            now += random.nextInt(8) == 0 ? random.nextLong(SECOND_NS / 2) : 0;
            fresh.now(now);
            int start = random.nextInt(3) == 0 ? 0 : random.nextInt(6) * 2;
            int end = start + 1 + random.nextInt(3);
            boolean last = start > 0 && random.nextInt(4) == 0;
            Fragment part = new Fragment(random.nextBoolean(), random.nextInt(150), start, end, last);
            List<Object> key = List.of(part.isIpv6(), part.id());
            TestFrame frame = part.frame();
            int verdict = random.nextInt(4);
            int expected;
            int actual;
            if (start == 0) {
                expected = naive.first(key, end, verdict, now);
                actual = fresh.first(frame.segment(), TestFrame.AT, frame.parsed(), VLAN, FROM, TO, 1, verdict, SAID);
            } else if (random.nextInt(4) == 0) {
                expected = naive.recall(key, now);
                actual = fresh.recall(frame.segment(), TestFrame.AT, frame.parsed(), VLAN, FROM, TO, 1);
            } else {
                expected = naive.later(key, start, end, last, now);
                actual = fresh.later(frame.segment(), TestFrame.AT, frame.parsed(), VLAN, FROM, TO, 1);
            }
            if (actual != expected) {
                assertThat(actual).as("%s in step %d, -Dweft.seed=%d", part, step, seed).isEqualTo(expected);
            }
            seen.merge(actual, 1, Integer::sum);
        }
    }

    /**
     * Datagrams cut at random, shuffled among each other, some parts twice, some overlapped: each whole one arrives whole unless something
     * overlaps it, none that is denied, and no byte twice.
     */
    @Test
    void shouldPassEachDatagramWholeAndNoByteTwice() {
        for (int round = 0; round < 200; round++) {
            FragmentTracker fresh = new FragmentTracker(new FragmentTable(1024, RANDOM.nextLong()));
            fresh.now(0);
            int datagrams = 1 + RANDOM.nextInt(20);
            int[] units = new int[datagrams];
            boolean[] clean = new boolean[datagrams];
            List<Fragment> parts = new ArrayList<>();
            for (int id = 0; id < datagrams; id++) {
                clean[id] = RANDOM.nextInt(4) > 0;
                units[id] = cut(parts, id, clean[id]);
            }
            Collections.shuffle(parts, RANDOM);
            Arrivals arrived = new Arrivals(units);
            List<Fragment> held = new ArrayList<>();
            for (Fragment part : parts) {
                int answer = give(fresh, part);
                if (answer == FragmentTracker.HOLD) {
                    held.add(part);
                } else if (answer == ZoneVerdict.ALLOW) {
                    arrived.add(part);
                }
                held.removeIf(waiting -> {
                    int now = recallOf(fresh, waiting);
                    if (now == ZoneVerdict.ALLOW) {
                        arrived.add(waiting);
                    }
                    return now != FragmentTracker.HOLD;
                });
            }
            for (int id = 0; id < datagrams; id++) {
                if (id % 3 == 0) {
                    assertThat(arrived.parts[id].isEmpty()).as("denied, -Dweft.seed=%d", SEED).isTrue();
                } else if (clean[id]) {
                    assertThat(arrived.whole[id]).as("datagram %d of %s, -Dweft.seed=%d", id, parts, SEED).isTrue();
                }
            }
        }
    }

    private static int cut(List<Fragment> parts, int id, boolean clean) {
        int units = 3 + RANDOM.nextInt(60);
        int at = 0;
        while (at < units) {
            int end = at == 0 ? 1 + RANDOM.nextInt(units - 1) : Math.min(units, at + 1 + RANDOM.nextInt(12));
            Fragment part = new Fragment(id % 2 == 0, id, at, end, end == units);
            parts.add(part);
            if (RANDOM.nextInt(8) == 0) {
                parts.add(part);
            }
            if (!clean && RANDOM.nextInt(3) == 0) {
                parts.add(new Fragment(id % 2 == 0, id, Math.max(0, at - RANDOM.nextInt(2)), end + RANDOM.nextInt(2),
                        false));
            }
            at = end;
        }
        return units;
    }

    private static int give(FragmentTracker tracker, Fragment part) {
        TestFrame frame = part.frame();
        int verdict = part.id() % 3 != 0 ? ZoneVerdict.ALLOW : ZoneVerdict.ZONE_DENIED;
        return part.start() == 0
                ? tracker.first(frame.segment(), TestFrame.AT, frame.parsed(), VLAN, FROM, TO, 1, verdict, SAID)
                : tracker.later(frame.segment(), TestFrame.AT, frame.parsed(), VLAN, FROM, TO, 1);
    }

    private static int recallOf(FragmentTracker tracker, Fragment part) {
        TestFrame frame = part.frame();
        return tracker.recall(frame.segment(), TestFrame.AT, frame.parsed(), VLAN, FROM, TO, 1);
    }

    /** What a receiver gets. Once a datagram is whole, what else comes is another of the same identification. */
    private static final class Arrivals {
        private final int[] units;
        private final BitSet[] parts;
        private final boolean[] whole;

        Arrivals(int[] units) {
            this.units = units;
            parts = new BitSet[units.length];
            Arrays.setAll(parts, _ -> new BitSet());
            whole = new boolean[units.length];
        }

        void add(Fragment part) {
            BitSet so = parts[part.id()];
            assertThat(so.get(part.start(), part.end()).isEmpty()).as("twice: %s, -Dweft.seed=%d", part, SEED).isTrue();
            so.set(part.start(), part.end());
            if (so.cardinality() == units[part.id()]) {
                whole[part.id()] = true;
                so.clear();
            }
        }
    }

    /** Two workers at once, each with the other's datagrams: every datagram whole. */
    @Test
    void shouldShareItsTableAmongWorkers() throws InterruptedException {
        int datagrams = 20_000;
        FragmentTable shared = new FragmentTable(1 << 15, RANDOM.nextLong());
        int[] wrong = new int[2];
        Thread[] threads = new Thread[2];
        for (int worker = 0; worker < 2; worker++) {
            int me = worker;
            threads[me] = new Thread(() -> {
                FragmentTracker mine = new FragmentTracker(shared);
                mine.now(0);
                for (int id = 0; id < datagrams; id++) {
                    Fragment part = new Fragment(true, id, me == 0 ? 0 : 10, me == 0 ? 10 : 20, false);
                    int answer = give(mine, part);
                    boolean allowed = id % 3 != 0;
                    boolean right = answer == (allowed ? ZoneVerdict.ALLOW : ZoneVerdict.ZONE_DENIED)
                            || (me == 1 && answer == FragmentTracker.HOLD);
                    wrong[me] += right || answer == ZoneVerdict.FRAGMENT ? 0 : 1;
                }
            });
            threads[me].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(wrong).containsExactly(0, 0);
        FragmentTracker after = new FragmentTracker(shared);
        after.now(0);
        int known = 0;
        for (int id = 0; id < datagrams; id++) {
            int verdict = recallOf(after, new Fragment(true, id, 10, 20, false));
            known += verdict == (id % 3 != 0 ? ZoneVerdict.ALLOW : ZoneVerdict.ZONE_DENIED) ? 1 : 0;
        }
        assertThat(known).as("of %d datagrams", datagrams).isGreaterThan(datagrams / 2);
    }
}
