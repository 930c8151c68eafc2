package net.weft.zone.fragment;

import static net.weft.zone.TestFrame.concat;
import static net.weft.zone.TestFrame.hex;
import static net.weft.zone.TestFrame.ipv4;
import static net.weft.zone.TestFrame.ipv6;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.weft.packet.NetworkOrder;
import net.weft.packet.Replay;
import net.weft.zone.Ruling;
import net.weft.zone.TestFrame;
import net.weft.zone.ZoneVerdict;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FragmentTrackerTest {
    private static final long SEED = Replay.seed(FragmentTrackerTest.class);
    private static final Random RANDOM = new Random(SEED);
    private static final int ROUNDS = Integer.getInteger("weft.rounds", 300);
    private static final int VLAN = 10;
    private static final int FROM = 2;
    private static final int TO = 3;
    private static final int SAID = Ruling.withoutPolicy(true);
    private static final long SECOND_NS = 1_000_000_000L;

    private final FragmentTable table = new FragmentTable(1024, RANDOM.nextLong());
    private final FragmentTracker tracker = new FragmentTracker(table);
    private int port = 1;
    private int to = TO;

    @BeforeEach
    void start() {
        tracker.now(-5 * SECOND_NS);
    }

    /** A part of a datagram, from one unit of 8 bytes to before another. */
    private record Part(boolean isIpv6, int id, int start, int end, boolean last) {
        TestFrame frame() {
            byte[] data = new byte[(end - start) * 8];
            if (start == 0 && data.length >= 8) {
                data[5] = 8;
            }
            if (isIpv6) {
                byte[] header = hex("1100000000000000");
                var segment = MemorySegment.ofArray(header);
                NetworkOrder.putU16(segment, 2, start * 8 | (last ? 0 : 1));
                NetworkOrder.putInt(segment, 4, id);
                return TestFrame.of("02:00:00:00:00:02", "02:00:00:00:00:01", 0x86dd,
                        ipv6("fd00::1", "fd00::2", 64, 44, concat(header, data)));
            }
            byte[] packet = ipv4("10.0.0.1", "10.0.0.2", 64, 17, start | (last ? 0 : 0x2000), data);
            NetworkOrder.putU16(MemorySegment.ofArray(packet), 4, id);
            return TestFrame.of("02:00:00:00:00:02", "02:00:00:00:00:01", 0x800, packet);
        }
    }

    private static Part part(int id, int start, int end, boolean last) {
        return new Part(false, id, start, end, last);
    }

    private int first(Part part, int verdict) {
        TestFrame frame = part.frame();
        return tracker.first(frame.segment(), TestFrame.AT, frame.parsed(), VLAN, FROM, to, port, verdict, SAID);
    }

    private int later(Part part) {
        TestFrame frame = part.frame();
        return tracker.later(frame.segment(), TestFrame.AT, frame.parsed(), VLAN, FROM, to, port);
    }

    private int recall(Part part) {
        TestFrame frame = part.frame();
        return tracker.recall(frame.segment(), TestFrame.AT, frame.parsed(), VLAN, FROM, to, port);
    }

    private int give(Part part) {
        return part.start == 0 ? first(part, ZoneVerdict.ALLOW) : later(part);
    }

    @Test
    void shouldGiveLaterFragmentsTheVerdictOfTheFirst() {
        for (int verdict : new int[]{ZoneVerdict.ALLOW, ZoneVerdict.POLICY_DROP, ZoneVerdict.POLICY_REJECT}) {
            for (boolean ipv6 : new boolean[]{false, true}) {
                int id = 10 * verdict + (ipv6 ? 1 : 0);
                assertThat(first(new Part(ipv6, id, 0, 10, false), verdict)).isEqualTo(verdict);
                assertThat(later(new Part(ipv6, id, 10, 20, false))).isEqualTo(verdict);
                assertThat(tracker.ruling()).isEqualTo(SAID);
                assertThat(later(new Part(ipv6, id, 20, 21, true))).isEqualTo(verdict);
            }
        }
    }

    @Test
    void shouldHoldWhatComesBeforeItsFirst() {
        long releases = table.releases();
        assertThat(later(part(1, 20, 30, true))).isEqualTo(FragmentTracker.HOLD);
        assertThat(later(part(1, 10, 20, false))).isEqualTo(FragmentTracker.HOLD);
        assertThat(recall(part(1, 10, 20, false))).isEqualTo(FragmentTracker.HOLD);
        assertThat(table.releases()).isEqualTo(releases);

        assertThat(first(part(1, 0, 10, false), ZoneVerdict.POLICY_DROP)).isEqualTo(ZoneVerdict.POLICY_DROP);
        assertThat(table.releases()).isGreaterThan(releases);
        assertThat(recall(part(1, 20, 30, true))).isEqualTo(ZoneVerdict.POLICY_DROP);
        assertThat(recall(part(1, 10, 20, false))).isEqualTo(ZoneVerdict.POLICY_DROP);
    }

    @Test
    void shouldTellDatagramsApart() {
        first(part(1, 0, 10, false), ZoneVerdict.ALLOW);

        assertThat(later(part(2, 10, 20, false))).as("another identification").isEqualTo(FragmentTracker.HOLD);
        assertThat(later(new Part(true, 1, 10, 20, false))).as("another family").isEqualTo(FragmentTracker.HOLD);
        to = 4;
        assertThat(later(part(1, 10, 20, false))).as("to another zone").isEqualTo(FragmentTracker.HOLD);
        to = TO;
        port = 2;
        assertThat(later(part(1, 10, 20, false))).as("from another port").isEqualTo(FragmentTracker.HOLD);
        port = 1;
        assertThat(later(part(1, 10, 20, false))).isEqualTo(ZoneVerdict.ALLOW);
    }

    /** In IPv6 the protocol a later fragment names is that of the first header, not that of the last. */
    @Test
    void shouldFindTheDatagramWhateverHeadersTheFirstCarries() {
        byte[] first = concat(hex("3c000001 00000009 1100010400000000 0000000000080000"), new byte[16]);
        byte[] later = concat(hex("3c000020 00000009"), new byte[8]);
        TestFrame one = TestFrame.of("02:00:00:00:00:02", "02:00:00:00:00:01", 0x86dd,
                ipv6("fd00::1", "fd00::2", 64, 44, first));
        TestFrame two = TestFrame.of("02:00:00:00:00:02", "02:00:00:00:00:01", 0x86dd,
                ipv6("fd00::1", "fd00::2", 64, 44, later));

        tracker.first(one.segment(), TestFrame.AT, one.parsed(), VLAN, FROM, TO, 1, ZoneVerdict.ALLOW, SAID);
        assertThat(tracker.later(two.segment(), TestFrame.AT, two.parsed(), VLAN, FROM, TO, 1)).isZero();
    }

    @Test
    void shouldDropADuplicateByItselfAndADatagramWithOverlaps() {
        first(part(1, 0, 10, false), ZoneVerdict.ALLOW);
        later(part(1, 10, 20, false));
        assertThat(later(part(1, 10, 20, false))).as("the same again").isEqualTo(ZoneVerdict.FRAGMENT);
        assertThat(later(part(1, 20, 30, false))).as("the next").isEqualTo(ZoneVerdict.ALLOW);
        assertThat(later(part(1, 29, 40, false))).as("overlapping").isEqualTo(ZoneVerdict.FRAGMENT);
        assertThat(later(part(1, 40, 50, true))).as("of a spoilt datagram").isEqualTo(ZoneVerdict.FRAGMENT);
    }

    @Test
    void shouldSpoilWhatContradictsItsEnd() {
        first(part(1, 0, 10, false), ZoneVerdict.ALLOW);
        later(part(1, 30, 40, true));
        assertThat(later(part(1, 40, 50, false))).as("behind the end").isEqualTo(ZoneVerdict.FRAGMENT);
        first(part(2, 0, 10, false), ZoneVerdict.ALLOW);
        later(part(2, 30, 40, false));
        assertThat(later(part(2, 10, 20, true))).as("an end before others").isEqualTo(ZoneVerdict.FRAGMENT);
        assertThat(later(part(2, 20, 30, false))).isEqualTo(ZoneVerdict.FRAGMENT);
    }

    @Test
    void shouldRefuseMoreGapsThanItRemembers() {
        first(part(1, 0, 2, false), ZoneVerdict.ALLOW);
        for (int gap = 1; gap < 64; gap++) {
            assertThat(later(part(1, gap * 4, gap * 4 + 2, false))).isEqualTo(ZoneVerdict.ALLOW);
        }
        assertThat(later(part(1, 300, 302, false))).isEqualTo(ZoneVerdict.FRAGMENT);
    }

    @Test
    void shouldRefuseWhatIsNoPart() {
        byte[] empty = ipv4("10.0.0.1", "10.0.0.2", 64, 17, 0x2005, new byte[0]);
        byte[] amidAUnit = ipv4("10.0.0.1", "10.0.0.2", 64, 17, 0x2005, new byte[15]);
        byte[] tooFar = ipv6("fd00::1", "fd00::2", 64, 44, concat(hex("1100fff8 00000001"), new byte[8]));
        for (byte[] packet : new byte[][]{empty, amidAUnit, tooFar}) {
            TestFrame frame = TestFrame.of("02:00:00:00:00:02", "02:00:00:00:00:01",
                    packet[0] >>> 4 == 4 ? 0x800 : 0x86dd, packet);
            assertThat(tracker.later(frame.segment(), TestFrame.AT, frame.parsed(), VLAN, FROM, TO, 1))
                    .isEqualTo(ZoneVerdict.FRAGMENT);
        }
    }

    @Test
    void shouldForgetAfterItsTime() {
        first(part(1, 0, 10, false), ZoneVerdict.ALLOW);
        tracker.now(-5 * SECOND_NS + FragmentTracker.LIFETIME_NS - 1);
        assertThat(later(part(1, 10, 20, false))).isEqualTo(ZoneVerdict.ALLOW);
        tracker.now(-5 * SECOND_NS + FragmentTracker.LIFETIME_NS);
        assertThat(later(part(1, 20, 30, false))).isEqualTo(FragmentTracker.HOLD);
    }

    @Test
    void shouldTakeTheSameIdentificationAgainForAnotherDatagram() {
        for (int round = 0; round < 3; round++) {
            assertThat(first(part(1, 0, 10, false), ZoneVerdict.ALLOW)).isZero();
            assertThat(later(part(1, 10, 15 + round, true))).isZero();
        }
        for (int round = 0; round < 3; round++) {
            assertThat(later(part(2, 10, 15 + round, true))).as("reversed").isEqualTo(
                    round == 0 ? FragmentTracker.HOLD : ZoneVerdict.FRAGMENT);
            if (round == 0) {
                assertThat(first(part(2, 0, 10, false), ZoneVerdict.ALLOW)).isZero();
            }
        }
        tracker.now(-5 * SECOND_NS + FragmentTracker.HOLD_NS);
        assertThat(later(part(2, 10, 15, true))).isEqualTo(FragmentTracker.HOLD);
    }

    @Test
    void shouldKeepHalfTheTableFromAFloodingPort() {
        for (int id = 0; id < 100_000; id++) {
            later(new Part(true, id, 10, 20, false));
        }
        port = 2;
        int passed = 0;
        for (int id = 0; id < 200; id++) {
            boolean whole = first(new Part(true, id, 0, 10, false), ZoneVerdict.ALLOW) == 0;
            port = 1;
            for (int flood = 0; flood < 50; flood++) {
                later(new Part(true, RANDOM.nextInt(), 10, 20, false));
            }
            port = 2;
            passed += whole && later(new Part(true, id, 10, 20, false)) == 0 ? 1 : 0;
        }
        assertThat(passed).isEqualTo(200);
    }

    @Test
    void shouldRememberOneVerdictAZoneForFloods() {
        to = FragmentTracker.FLOOD;
        assertThat(first(part(1, 0, 10, false), ZoneVerdict.ALLOW)).isZero();
        TestFrame first = part(1, 0, 10, false).frame();
        tracker.remember(first.segment(), TestFrame.AT, first.parsed(), VLAN, FROM, 5, 1, ZoneVerdict.ALLOW, SAID);
        tracker.remember(first.segment(), TestFrame.AT, first.parsed(), VLAN, FROM, 6, 1, ZoneVerdict.ZONE_DENIED,
                SAID);

        assertThat(later(part(1, 10, 20, false))).isZero();
        to = 5;
        assertThat(recall(part(1, 10, 20, false))).isZero();
        to = 6;
        assertThat(recall(part(1, 10, 20, false))).isEqualTo(ZoneVerdict.ZONE_DENIED);
        to = 7;
        assertThat(recall(part(1, 10, 20, false))).isEqualTo(FragmentTracker.HOLD);
    }

    /** Parts of a few datagrams in any order, size and number: the same as the plain rules, always. */
    @Test
    void shouldSayWhatTheNaiveOneSays() {
        Map<Integer, Integer> seen = new HashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            compare(SEED + round, seen);
        }
        System.out.println("FragmentTrackerTest saw " + seen);
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
            Part part = new Part(random.nextBoolean(), random.nextInt(150), start, end, last);
            List<Object> key = List.of(part.isIpv6, part.id);
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
            List<Part> parts = new ArrayList<>();
            for (int id = 0; id < datagrams; id++) {
                clean[id] = RANDOM.nextInt(4) > 0;
                units[id] = cut(parts, id, clean[id]);
            }
            Collections.shuffle(parts, RANDOM);
            Arrivals arrived = new Arrivals(units);
            List<Part> held = new ArrayList<>();
            for (Part part : parts) {
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

    private static int cut(List<Part> parts, int id, boolean clean) {
        int units = 3 + RANDOM.nextInt(60);
        int at = 0;
        while (at < units) {
            int end = at == 0 ? 1 + RANDOM.nextInt(units - 1) : Math.min(units, at + 1 + RANDOM.nextInt(12));
            Part part = new Part(id % 2 == 0, id, at, end, end == units);
            parts.add(part);
            if (RANDOM.nextInt(8) == 0) {
                parts.add(part);
            }
            if (!clean && RANDOM.nextInt(3) == 0) {
                parts.add(new Part(id % 2 == 0, id, Math.max(0, at - RANDOM.nextInt(2)), end + RANDOM.nextInt(2),
                        false));
            }
            at = end;
        }
        return units;
    }

    private static int give(FragmentTracker tracker, Part part) {
        TestFrame frame = part.frame();
        int verdict = part.id % 3 != 0 ? ZoneVerdict.ALLOW : ZoneVerdict.ZONE_DENIED;
        return part.start == 0
                ? tracker.first(frame.segment(), TestFrame.AT, frame.parsed(), VLAN, FROM, TO, 1, verdict, SAID)
                : tracker.later(frame.segment(), TestFrame.AT, frame.parsed(), VLAN, FROM, TO, 1);
    }

    private static int recallOf(FragmentTracker tracker, Part part) {
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

        void add(Part part) {
            BitSet so = parts[part.id];
            assertThat(so.get(part.start, part.end).isEmpty()).as("twice: %s, -Dweft.seed=%d", part, SEED).isTrue();
            so.set(part.start, part.end);
            if (so.cardinality() == units[part.id]) {
                whole[part.id] = true;
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
                    Part part = new Part(true, id, me == 0 ? 0 : 10, me == 0 ? 10 : 20, false);
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
            int verdict = recallOf(after, new Part(true, id, 10, 20, false));
            known += verdict == (id % 3 != 0 ? ZoneVerdict.ALLOW : ZoneVerdict.ZONE_DENIED) ? 1 : 0;
        }
        assertThat(known).as("of %d datagrams", datagrams).isGreaterThan(datagrams / 2);
    }

    @Test
    void shouldAllocateNothing() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        TestFrame[] frames = new TestFrame[64];
        MemorySegment[] segments = new MemorySegment[64];
        long[] parsed = new long[64];
        for (int i = 0; i < 64; i++) {
            frames[i] = new Part(i % 2 == 0, i, 10, 20, i % 3 == 0).frame();
            segments[i] = frames[i].segment();
            parsed[i] = frames[i].parsed();
        }
        long sum = 0;
        long before = 0;
        for (int round = 0; round < 40_000; round++) {
            if (round == 20_000) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            tracker.now(round * 10_000_000L);
            for (int i = 0; i < 64; i++) {
                sum += tracker.later(segments[i], TestFrame.AT, parsed[i], VLAN, FROM, TO, i);
            }
        }
        assertThat(sum).isNotZero();
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).as("bytes for 1.28 million fragments")
                .isLessThan(64_000);
    }
}
