package net.weft.vswitch.fdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import net.weft.testing.Seed;
import net.weft.vlan.VlanId;
import net.weft.vlan.VlanSet;
import org.junit.jupiter.api.Test;

class MacTableTest {
    private static final int AGEING = 300;

    private final MacTable table = new MacTable(AGEING, 42);

    @Test
    void shouldFindWhatItLearned() {
        assertThat(table.lookup(10, 0xAA)).isEqualTo(-1);
        assertThat(table.learn(10, 0xAA, 3, 0, 0)).isEqualTo(MacTable.LEARNED);
        assertThat(table.learn(10, 0xAA, 3, 1, 0)).isEqualTo(MacTable.KNOWN);
        assertThat(table.lookup(10, 0xAA)).isEqualTo(3);
    }

    @Test
    void shouldKeepVlansApart() {
        table.learn(10, 0xAA, 3, 0, 0);
        assertThat(table.lookup(11, 0xAA)).isEqualTo(-1);
    }

    @Test
    void shouldMoveAStation() {
        table.learn(10, 0xAA, 3, 0, 0);
        assertThat(table.learn(10, 0xAA, 4, 1, 0)).isEqualTo(MacTable.MOVED);
        assertThat(table.lookup(10, 0xAA)).isEqualTo(4);
        assertThat(table.entries(3)).isZero();
        assertThat(table.entries(4)).isOne();
    }

    @Test
    void shouldForgetASilentStationAfterTheAgeingTimeAndNotBefore() {
        table.learn(10, 0xAA, 3, 1000, 0);
        table.learn(10, 0xBB, 3, 1000, 0);
        table.learn(10, 0xBB, 3, 1000 + AGEING - 1, 0);
        assertThat(table.age(1000 + AGEING - 1, MacTable.CAPACITY)).isZero();
        assertThat(table.age(1000 + AGEING, MacTable.CAPACITY)).isOne();
        assertThat(table.lookup(10, 0xAA)).isEqualTo(-1);
        assertThat(table.lookup(10, 0xBB)).isEqualTo(3);
    }

    @Test
    void shouldRefuseStationsBeyondAPortsLimit() {
        assertThat(table.learn(10, 1, 3, 0, 2)).isEqualTo(MacTable.LEARNED);
        assertThat(table.learn(10, 2, 3, 0, 2)).isEqualTo(MacTable.LEARNED);
        assertThat(table.learn(10, 3, 3, 0, 2)).isEqualTo(MacTable.LIMIT);
        assertThat(table.learn(10, 1, 3, 0, 2)).isEqualTo(MacTable.KNOWN);
        table.learn(10, 9, 4, 0, 0);
        assertThat(table.learn(10, 9, 3, 0, 2)).as("a move counts too").isEqualTo(MacTable.LIMIT);
        assertThat(table.lookup(10, 9)).isEqualTo(4);
    }

    @Test
    void shouldForgetAPortOrItsVlan() {
        table.learn(10, 1, 3, 0, 0);
        table.learn(11, 2, 3, 0, 0);
        table.learn(10, 3, 4, 0, 0);
        table.flush(3, VlanSet.of(11, 12));
        assertThat(table.lookup(11, 2)).isEqualTo(-1);
        assertThat(table.lookup(10, 1)).isEqualTo(3);
        table.flush(3);
        assertThat(table.lookup(10, 1)).isEqualTo(-1);
        assertThat(table.lookup(10, 3)).isEqualTo(4);
    }

    /** Beside a naive copy of the entries, sets of VLANs as trunks lose them. */
    @Test
    void shouldForgetTheVlansThatAPortLosesAndNoOthers() {
        long seed = Seed.of(MacTableTest.class);
        SplittableRandom random = new SplittableRandom(seed);
        for (int n = 0; n < 20_000; n++) {
            table.learn(VlanId.MIN + random.nextInt(VlanId.MAX), random.nextLong(1L << 48), random.nextInt(4), 0, 0);
        }
        Map<String, Integer> expected = entries();
        VlanSet lost = VlanSet.of(random.ints(1000, VlanId.MIN, VlanId.MAX + 1).toArray());
        table.flush(2, lost);
        expected.entrySet().removeIf(entry -> entry.getValue() == 2
                && lost.contains(Integer.parseInt(entry.getKey().split(" ", 2)[0])));
        assertThat(entries()).as("seed %d", seed).isEqualTo(expected);
        assertThat(table.entries(2)).as("seed %d", seed)
                .isEqualTo((int) expected.values().stream().filter(port -> port == 2).count());
    }

    private Map<String, Integer> entries() {
        Map<String, Integer> all = new HashMap<>();
        table.forEach(0, (vid, mac, port, age) -> all.put(vid + " " + mac, port));
        return all;
    }

    @Test
    void shouldTakeNoMemoryForEntriesUntilThereAreSome() {
        assertThat(table.lookup(10, 0xAA)).isEqualTo(-1);
        table.flush(3);
        table.age(1000, MacTable.CAPACITY);
        assertThat(table.pagesInUse()).isZero();
        table.learn(10, 0xAA, 3, 0, 0);
        assertThat(table.pagesInUse()).isOne();
    }

    /** 100,000 are asked for; hashed at random, a few of them meet in a bucket that is full. */
    @Test
    void shouldHoldAHundredThousandStations() {
        int stations = 100_000;
        for (int mac = 0; mac < stations; mac++) {
            table.learn(10, 2L * mac, mac % 64, 0, 0);
        }
        int known = 0;
        for (int mac = 0; mac < stations; mac++) {
            known += table.lookup(10, 2L * mac) == mac % 64 ? 1 : 0;
        }
        assertThat(known).isGreaterThan(stations * 995 / 1000);
    }

    @Test
    void shouldMakeAFloodingPortPayWithItsOwnEntries() {
        for (int mac = 1; mac <= 1000; mac++) {
            table.learn(10, mac, 1, 0, 0);
        }
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 1_000_000; i++) {
            table.learn(20, random.nextLong() & 0xFFFF_FFFF_FFFEL, 2, 1, 0);
        }
        assertThat(table.entries(1)).as("entries of the quiet port").isGreaterThanOrEqualTo(995);
        assertThat(table.entries(2)).isBetween(MacTable.CAPACITY / 2, MacTable.CAPACITY);
    }

    @Test
    void shouldListWhatItHolds() {
        table.learn(10, 0x0A_00_00_00_00_02L, 3, 100, 0);
        StringBuilder seen = new StringBuilder();
        table.forEach(107,
                (vid, mac, port, age) -> seen.append(vid).append(' ').append(Long.toHexString(mac)).append(' ')
                        .append(port).append(' ').append(age));
        assertThat(seen.toString()).isEqualTo("10 a0000000002 3 7");
    }

    /** A trunk with more stations than a flooder ever has at once. */
    @Test
    void shouldNotEvictABiggerPortsEntriesForAFlooder() {
        MacTable table = new MacTable(300, 5);
        for (int mac = 0; mac < 30_000; mac++) {
            table.learn(10, mac << 8, 1, 0, 0);
        }
        int before = table.entries(1);
        for (int mac = 0; mac < 1_000_000; mac++) {
            table.learn(10, 1L << 40 | (long) mac << 1, 2, 60, 0);
        }
        assertThat(before).isGreaterThan(29_000);
        // What the flooder may take before it stands out.
        assertThat(before - table.entries(1)).isLessThan(NewEntries.FLOOD / 8);
        assertThat(table.learn(10, 77L << 41, 3, 61, 0)).isEqualTo(MacTable.LEARNED);
        assertThat(table.lookup(10, 77L << 41)).as("others still learn").isEqualTo(3);
    }

    @Test
    void shouldAgreeWithANaiveMapWhileNothingIsEvicted() {
        long seed = Seed.of(MacTableTest.class);
        SplittableRandom random = new SplittableRandom(seed);
        Map<Long, Integer> portOf = new HashMap<>();
        Map<Long, Integer> seen = new HashMap<>();
        int now = 0;
        for (int i = 0; i < 200_000; i++) {
            int vid = 1 + random.nextInt(3);
            long mac = 2L * random.nextInt(2000);
            long key = (long) vid << 48 | mac;
            switch (random.nextInt(10)) {
                case 0 -> {
                    now += random.nextInt(40);
                    int at = now;
                    table.age(now, MacTable.CAPACITY);
                    seen.entrySet().removeIf(entry -> {
                        boolean old = at - entry.getValue() >= AGEING;
                        if (old) {
                            portOf.remove(entry.getKey());
                        }
                        return old;
                    });
                }
                case 1, 2, 3 -> {
                    int port = random.nextInt(5);
                    table.learn(vid, mac, port, now, 0);
                    portOf.put(key, port);
                    seen.put(key, now);
                }
                default -> assertThat(table.lookup(vid, mac)).as("seed %d step %d", seed, i)
                        .isEqualTo(portOf.getOrDefault(key, -1));
            }
        }
        assertThat(table.entries(0) + table.entries(1) + table.entries(2) + table.entries(3) + table.entries(4))
                .isEqualTo(portOf.size());
    }

    @Test
    void shouldTakeUpWhatNobodyHasLearnedSince() {
        assertThat(table.restore(10, 0xAA, 3, 100, 0)).isTrue();
        assertThat(table.lookup(10, 0xAA)).isEqualTo(3);
        assertThat(table.entries(3)).isOne();
        assertThat(table.age(100 + AGEING - 1, MacTable.CAPACITY)).isZero();
        assertThat(table.age(100 + AGEING, MacTable.CAPACITY)).isOne();

        table.learn(10, 0xBB, 4, 200, 0);
        assertThat(table.restore(10, 0xBB, 3, 100, 0)).isFalse();
        assertThat(table.restore(10, 0xBB, 4, 100, 0)).isFalse();
        assertThat(table.lookup(10, 0xBB)).isEqualTo(4);
        assertThat(table.age(100 + AGEING, MacTable.CAPACITY)).as("it was seen later").isZero();
        assertThat(table.entries(3)).isZero();
    }

    @Test
    void shouldTakeUpNoMoreThanThePortsLimitAndThePlaceThereIs() {
        assertThat(table.restore(10, 2, 3, 0, 1)).isTrue();
        assertThat(table.restore(10, 4, 3, 0, 1)).isFalse();
        int known = 1;
        for (int mac = 0; mac < 2 * MacTable.CAPACITY; mac++) {
            known += table.restore(20, mac, 4, 0, 0) ? 1 : 0;
        }
        assertThat(table.entries(3)).as("nobody's entry gives way").isOne();
        assertThat(table.entries(4)).isEqualTo(known - 1).isLessThan(MacTable.CAPACITY);
        int[] shown = {0};
        table.forEach(0, (vid, mac, port, age) -> shown[0]++);
        assertThat(shown[0]).isEqualTo(known);
    }
}
