package net.weft.zone.fragment;

import static net.weft.zone.TestFrame.concat;
import static net.weft.zone.TestFrame.hex;
import static net.weft.zone.TestFrame.ipv4;
import static net.weft.zone.TestFrame.ipv6;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.Random;
import net.weft.testing.Seed;
import net.weft.zone.PolicyDecision;
import net.weft.zone.TestFrame;
import net.weft.zone.ZoneVerdict;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FragmentTrackerTest {
    private static final Random RANDOM = Seed.random(FragmentTrackerTest.class);
    private static final int VLAN = 10;
    private static final int FROM = 2;
    private static final int TO = 3;
    private static final int SAID = PolicyDecision.withoutPolicy(true);
    private static final long SECOND_NS = 1_000_000_000L;

    private final FragmentTable table = new FragmentTable(1024, RANDOM.nextLong());
    private final FragmentTracker tracker = new FragmentTracker(table);
    private int port = 1;
    private int to = TO;

    @BeforeEach
    void start() {
        tracker.now(-5 * SECOND_NS);
    }

    private static Fragment part(int id, int start, int end, boolean last) {
        return new Fragment(false, id, start, end, last);
    }

    private int first(Fragment part, int verdict) {
        TestFrame frame = part.frame();
        return tracker.first(frame.segment(), TestFrame.AT, frame.parsed(), VLAN, FROM, to, port, verdict, SAID);
    }

    private int later(Fragment part) {
        TestFrame frame = part.frame();
        return tracker.later(frame.segment(), TestFrame.AT, frame.parsed(), VLAN, FROM, to, port);
    }

    private int recall(Fragment part) {
        TestFrame frame = part.frame();
        return tracker.recall(frame.segment(), TestFrame.AT, frame.parsed(), VLAN, FROM, to, port);
    }

    @Test
    void shouldGiveLaterFragmentsTheVerdictOfTheFirst() {
        for (int verdict : new int[]{ZoneVerdict.ALLOW, ZoneVerdict.POLICY_DROP, ZoneVerdict.POLICY_REJECT}) {
            for (boolean ipv6 : new boolean[]{false, true}) {
                int id = 10 * verdict + (ipv6 ? 1 : 0);
                assertThat(first(new Fragment(ipv6, id, 0, 10, false), verdict)).isEqualTo(verdict);
                assertThat(later(new Fragment(ipv6, id, 10, 20, false))).isEqualTo(verdict);
                assertThat(tracker.decision()).isEqualTo(SAID);
                assertThat(later(new Fragment(ipv6, id, 20, 21, true))).isEqualTo(verdict);
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
        assertThat(later(new Fragment(true, 1, 10, 20, false))).as("another family").isEqualTo(FragmentTracker.HOLD);
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
            later(new Fragment(true, id, 10, 20, false));
        }
        port = 2;
        int passed = 0;
        for (int id = 0; id < 200; id++) {
            boolean whole = first(new Fragment(true, id, 0, 10, false), ZoneVerdict.ALLOW) == 0;
            port = 1;
            for (int flood = 0; flood < 50; flood++) {
                later(new Fragment(true, RANDOM.nextInt(), 10, 20, false));
            }
            port = 2;
            passed += whole && later(new Fragment(true, id, 10, 20, false)) == 0 ? 1 : 0;
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

    @Test
    void shouldAllocateNothing() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        TestFrame[] frames = new TestFrame[64];
        MemorySegment[] segments = new MemorySegment[64];
        long[] parsed = new long[64];
        for (int i = 0; i < 64; i++) {
            frames[i] = new Fragment(i % 2 == 0, i, 10, 20, i % 3 == 0).frame();
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
