package net.weft.vswitch.observe;

import static net.weft.vswitch.Frames.BROADCAST;
import static net.weft.vswitch.Frames.tagged;
import static net.weft.vswitch.Frames.untagged;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.weft.linux.Memory;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.Frames;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.observe.SampledFrame.Fate;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class FrameSamplerTest {
    private static final String A = "02:00:00:00:00:0a";
    private static final String B = "02:00:00:00:00:0b";
    private static final int CALLS = 20_000;

    @AutoClose
    private final InlineSwitch lab = new InlineSwitch();

    private record Seen(int ingress, Fate fate, int egress, int vid, int tag, int length, byte[] head) {
    }

    private static List<Seen> drain(FrameSampling sampling) {
        List<Seen> all = new ArrayList<>();
        sampling.drain(frame -> all.add(new Seen(frame.ingress(), frame.fate(), frame.egress(), frame.vid(),
                frame.tag(), frame.wireLength(), frame.head().toArray(ValueLayout.JAVA_BYTE))));
        return all;
    }

    @Test
    void shouldTellEveryFrameAndItsFateWhereOneOfOneIsSampled() {
        lab.port("none", VlanMembership.access(99)).port("a", VlanMembership.access(10)).port("b",
                VlanMembership.trunk(VlanSet.of(10, 20), 0));
        try (FrameSampling sampling = lab.sample(1, 1)) {
            byte[] hello = tagged(BROADCAST, B, 10);
            byte[] answer = untagged(B, A);
            byte[] foreign = tagged(BROADCAST, A, 20);
            lab.send("b", hello).send("a", answer).send("a", foreign);
            lab.nowNs(5);
            List<Seen> seen = drain(sampling);
            assertThat(seen).usingRecursiveFieldByFieldElementComparator().containsExactly(
                    new Seen(2, Fate.FLOODED, 0, 10, 0x8100_000a, hello.length, hello),
                    new Seen(1, Fate.FORWARDED, 2, 10, 0, answer.length, answer),
                    new Seen(1, Fate.DROPPED, 0, 20, 0x8100_0014, foreign.length, foreign));
            assertThat(sampling.observed()).isEqualTo(3);
            assertThat(sampling.lost()).isZero();
        }
        lab.send("a", untagged(B, A));
    }

    @Test
    void shouldPutATagThatCameBesideTheFrameBackIntoIt() {
        lab.port("none", VlanMembership.access(99)).port("a", VlanMembership.trunk(VlanSet.of(10), 0)).port("b",
                VlanMembership.access(10));
        try (FrameSampling sampling = lab.sample(1, 1); Burst burst = new Burst()) {
            byte[] plain = Frames.frame(BROADCAST, A, 1000, 0x88b5);
            Memory.copy(plain, 0, burst.area(0), plain.length);
            burst.add(burst.area(0), plain.length, 1, 0, 0x8100_600a);
            lab.forward(burst);
            byte[] whole = Frames.frame(BROADCAST, A, 1000, 0x8100, 0x600a, 0x88b5);
            assertThat(drain(sampling)).singleElement().satisfies(seen -> {
                assertThat(seen.length()).isEqualTo(whole.length);
                assertThat(seen.head()).isEqualTo(Arrays.copyOf(whole, SampledFrame.HEAD_BYTES));
            });
        }
    }

    @Test
    void shouldNameTheReasonOfADrop() {
        lab.port("a", VlanMembership.access(10)).port("b", VlanMembership.access(10));
        try (FrameSampling sampling = lab.sample(1, 1)) {
            lab.send("a", new byte[5]).send("a", untagged(BROADCAST, A));
            List<DropReason> reasons = new ArrayList<>();
            sampling.drain(frame -> {
                if (frame.fate() == Fate.DROPPED) {
                    reasons.add(frame.reason());
                } else {
                    assertThatThrownBy(frame::reason).isInstanceOf(IllegalStateException.class);
                }
            });
            assertThat(reasons).containsExactly(DropReason.MALFORMED);
        }
    }

    /** Exactly one of each N, at places that are not always the same. */
    @Test
    void shouldSampleOneOfEachBlock() {
        lab.port("a", VlanMembership.access(10)).port("b", VlanMembership.access(10));
        int population = 100;
        int blocks = 50;
        try (FrameSampling sampling = lab.sample(population, 7)) {
            List<Integer> places = new ArrayList<>();
            for (int block = 0; block < blocks; block++) {
                List<Integer> inBlock = new ArrayList<>();
                for (int place = 0; place < population; place++) {
                    lab.send("a", untagged(BROADCAST, A));
                    if (sampling.drain(frame -> {
                    }) > 0) {
                        inBlock.add(place);
                    }
                }
                assertThat(inBlock).as("samples of block %d", block).hasSize(1);
                places.addAll(inBlock);
                while (lab.receive("b").length > 0) {
                    // room for the next
                }
            }
            assertThat(places.stream().distinct()).hasSizeGreaterThan(blocks / 3);
            assertThat(sampling.observed()).isEqualTo((long) population * blocks);
        }
    }

    @Test
    void shouldCountWhatTheRingHasNoRoomFor() {
        lab.port("a", VlanMembership.access(10)).port("b", VlanMembership.access(10));
        try (FrameSampling sampling = lab.sample(1, 1)) {
            for (int n = 0; n < FrameSampler.RING_FRAMES + 5; n++) {
                lab.send("a", untagged(BROADCAST, A));
                lab.receive("b");
            }
            assertThat(sampling.lost()).isEqualTo(5);
            assertThat(drain(sampling)).hasSize(FrameSampler.RING_FRAMES);
            assertThat(sampling.observed()).isEqualTo(FrameSampler.RING_FRAMES + 5);
        }
    }

    /** The control is the same measure over code that makes one object a burst. */
    @Test
    void shouldAllocateNothing() {
        lab.port("a", VlanMembership.access(10)).port("b", VlanMembership.access(10));
        byte[] frame = untagged("02:00:00:00:00:77", A);
        try (FrameSampling sampling = lab.sample(3, 1); Burst burst = new Burst()) {
            Memory.copy(frame, 0, burst.area(0), frame.length);
            Runnable turn = () -> {
                burst.clear();
                for (int i = 0; i < Burst.CAPACITY; i++) {
                    burst.add(burst.area(0), frame.length, 0, 0, 0);
                }
                lab.forward(burst);
            };
            assertThat(allocated(turn)).as("bytes in %d bursts", CALLS).isLessThan(4096);
            assertThat(sampling.observed()).isEqualTo(2L * CALLS * Burst.CAPACITY);
            List<Object> kept = new ArrayList<>(2 * CALLS);
            assertThat(allocated(() -> {
                turn.run();
                kept.add(new int[1]);
            })).isGreaterThanOrEqualTo(16L * CALLS);
        }
    }

    private static long allocated(Runnable call) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < CALLS; i++) {
            call.run();
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < CALLS; i++) {
            call.run();
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
