package net.weft.vswitch.device;

import static net.weft.vswitch.Frames.BROADCAST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.EgressAccounts;
import net.weft.vswitch.Frames;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.burst.Burst;
import org.junit.jupiter.api.Test;

/** A switch of a good port and one behind a bad cable. */
class FaultyDeviceTest {
    private static final String A = "02:00:00:00:00:0a";
    private static final int FRAMES = 4000;

    private final MemoryLink cable = new MemoryLink("bad", 256, Burst.MAX_FRAME, 0);
    private long nowNs;

    private record Arrived(List<Integer> numbers, FaultyDevice device) {
    }

    /** Numbered frames through the bad cable into the switch, and out by the good port; then as many the other way. */
    private Arrived send(LinkFaults faults, long seed, boolean inwards) {
        List<Integer> numbers = new ArrayList<>();
        FaultyDevice bad = new FaultyDevice(cable.device(1), inwards ? faults : LinkFaults.NONE,
                inwards ? LinkFaults.NONE : faults, seed, () -> nowNs);
        try (InlineSwitch lab = new InlineSwitch()) {
            lab.port("good", VlanMembership.access(10)).port("bad", bad, VlanMembership.trunk(VlanSet.of(10), 0), 1500);
            MemoryLink from = inwards ? cable : lab.link("good");
            MemoryLink to = inwards ? lab.link("good") : cable;
            for (int n = 0; n < FRAMES; n++) {
                byte[] frame = inwards
                        ? Frames.frame(BROADCAST, A, 100, 0x8100, 10, 0x0800, n)
                        : Frames.frame(BROADCAST, A, 100, 0x0800, n);
                assertThat(from.send(frame, 0)).isTrue();
                nowNs += 1_000;
                lab.run();
                collect(to, inwards ? 14 : 18, numbers);
            }
            for (int n = 0; n < 100; n++) {
                nowNs += 1_000_000;
                lab.run();
                collect(to, inwards ? 14 : 18, numbers);
            }
            accountsBalance(lab);
        }
        bad.close();
        return new Arrived(numbers, bad);
    }

    private static void collect(MemoryLink link, int at, List<Integer> numbers) {
        for (byte[] frame = link.receive(); frame.length > 0; frame = link.receive()) {
            numbers.add((int) ByteBuffer.wrap(frame).getShort(at));
        }
    }

    private static void accountsBalance(InlineSwitch lab) {
        EgressAccounts.assertBalance(lab.counters());
    }

    @Test
    void shouldChangeNothingOnAGoodCable() {
        for (boolean inwards : new boolean[]{true, false}) {
            List<Integer> numbers = send(LinkFaults.NONE, 1, inwards).numbers();
            assertThat(numbers).hasSize(FRAMES).isSorted();
        }
    }

    @Test
    void shouldLoseAsManyAsItSays() {
        for (boolean inwards : new boolean[]{true, false}) {
            Arrived arrived = send(LinkFaults.loss(0.1), 7, inwards);
            long lost = (inwards ? arrived.device().in() : arrived.device().out()).lost();
            assertThat(lost).isBetween(FRAMES / 20L, FRAMES / 5L);
            assertThat(arrived.numbers()).hasSize((int) (FRAMES - lost)).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    void shouldDoubleSwapAndDamage() {
        Arrived doubled = send(new LinkFaults(0, 0.1, 0, 0, 0, 0), 7, true);
        assertThat(doubled.numbers()).hasSize((int) (FRAMES + doubled.device().in().duplicated())).isSorted();
        assertThat(doubled.device().in().duplicated()).isBetween(FRAMES / 20L, FRAMES / 5L);

        Arrived swapped = send(new LinkFaults(0, 0, 0, 0.1, 0, 0), 7, false);
        List<Integer> sorted = new ArrayList<>(swapped.numbers());
        Collections.sort(sorted);
        assertThat(swapped.numbers()).hasSize(FRAMES).isNotEqualTo(sorted);
        assertThat(new HashSet<>(sorted)).hasSize(FRAMES);
        assertThat(swapped.device().out().reordered()).isBetween(FRAMES / 20L, FRAMES / 5L);

        Arrived damaged = send(new LinkFaults(0, 0, 0.5, 0, 0, 0), 7, true);
        assertThat(damaged.device().in().corrupted()).isBetween(FRAMES / 3L, FRAMES * 2L / 3);
        assertThat(damaged.numbers()).isNotEqualTo(sorted);
    }

    @Test
    void shouldDelayByTheClock() {
        FaultyDevice late = new FaultyDevice(cable.device(1), LinkFaults.delay(5_000, 0), LinkFaults.NONE, 1,
                () -> nowNs);
        try (InlineSwitch lab = new InlineSwitch()) {
            lab.port("good", VlanMembership.access(10)).port("bad", late, VlanMembership.access(10), 1500);
            assertThat(cable.send(Frames.untagged(BROADCAST, A), 0)).isTrue();
            lab.run();
            nowNs = 4_999;
            lab.run();
            assertThat(lab.receive("good")).isEmpty();
            assertThat(late.receiveQueues().getFirst().arm()).as("it does not sleep meanwhile").isTrue();
            nowNs = 5_000;
            lab.run();
            assertThat(lab.receive("good")).isEqualTo(Frames.untagged(BROADCAST, A));
            assertThat(late.receiveQueues().getFirst().arm()).isFalse();
        }
        late.close();
    }

    @Test
    void shouldDoTheSameForTheSameSeed() {
        LinkFaults bad = new LinkFaults(0.1, 0.1, 0.1, 0.1, 10_000, 50_000);
        List<Integer> once = send(bad, 42, true).numbers();
        nowNs = 0;
        assertThat(send(bad, 42, true).numbers()).isEqualTo(once);
        nowNs = 0;
        assertThat(send(bad, 43, true).numbers()).isNotEqualTo(once);
    }

    @Test
    void shouldRefuseWhatIsNoProbability() {
        assertThatThrownBy(() -> LinkFaults.loss(1.5)).hasMessage("a probability of 1.5: expected 0 to 1");
        assertThatThrownBy(() -> LinkFaults.delay(-1, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
