package net.weft.vswitch.observe;

import static net.weft.vswitch.Frames.BROADCAST;
import static net.weft.vswitch.Frames.tagged;
import static net.weft.vswitch.Frames.untagged;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import net.weft.testing.Spin;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.Frames;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.SwitchOptions;
import net.weft.vswitch.VirtualSwitch;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.forward.PortMonitors;
import net.weft.vswitch.forward.Snapshot;
import net.weft.vswitch.port.PortSpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CaptureTest {
    private static final String A = "02:00:00:00:00:0a";
    private static final String B = "02:00:00:00:00:0b";

    @TempDir
    private Path state = Path.of("");
    private final InlineSwitch lab = new InlineSwitch();

    private record Seen(int port, boolean outbound, @Nullable DropReason reason, ByteBuffer bytes) {
    }

    @BeforeEach
    void twoPortsAndATrunk() {
        lab.port("a", VlanMembership.access(10)).port("b", VlanMembership.access(10)).port("t",
                VlanMembership.trunk(VlanSet.of(10, 20), 0));
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private static List<Seen> all(Capture capture) {
        List<Seen> seen = new ArrayList<>();
        for (Capture.Captured frame = capture.next(); frame != null; frame = capture.next()) {
            seen.add(new Seen(frame.port(), frame.outbound(), frame.reason(),
                    ByteBuffer.wrap(Arrays.copyOf(capture.bytes(), frame.captured()))));
        }
        return seen;
    }

    private static Seen in(int port, byte[] frame, @Nullable DropReason reason) {
        return new Seen(port, false, reason, ByteBuffer.wrap(frame));
    }

    private static Seen out(int port, byte[] frame, @Nullable DropReason reason) {
        return new Seen(port, true, reason, ByteBuffer.wrap(frame));
    }

    @Test
    void shouldSeeWhatComesInAndGoesOutAsItIsOnTheWire() {
        try (Capture capture = lab.capture(Capture.MAX_FRAME, "a", "t")) {
            lab.send("a", untagged(BROADCAST, A)).send("t", tagged(A, B, 10));
            assertThat(all(capture)).containsExactly(out(1, tagged(BROADCAST, A, 10), null),
                    in(0, untagged(BROADCAST, A), null), out(0, untagged(A, B), null), in(1, tagged(A, B, 10), null));
            assertThat(capture.seen(0)).isEqualTo(2);
            assertThat(capture.missed(0)).isZero();
        }
        assertThat(lab.receive("b")).isEqualTo(untagged(BROADCAST, A));
        assertThat(lab.receive("t")).isEqualTo(tagged(BROADCAST, A, 10));
    }

    @Test
    void shouldSayWhyFramesGoNoFurther() {
        try (Capture capture = lab.capture(Capture.MAX_FRAME, "a", "t")) {
            lab.send("a", tagged(BROADCAST, A, 10)).send("t", untagged(BROADCAST, B)).send("a", new byte[13])
                    .send("a", untagged(A, A)).send("a", untagged(A, A));
            assertThat(all(capture)).containsExactly(in(0, tagged(BROADCAST, A, 10), DropReason.NOT_MEMBER),
                    in(1, untagged(BROADCAST, B), DropReason.NOT_MEMBER), in(0, new byte[13], DropReason.MALFORMED),
                    in(0, untagged(A, A), DropReason.SAME_PORT), in(0, untagged(A, A), DropReason.SAME_PORT));
        }
    }

    @Test
    void shouldSeeWhatWasToLeaveAndDidNot() {
        byte[] large = Frames.frame(BROADCAST, A, 1600, 0x8100, 20, 0x0800);
        try (InlineSwitch narrow = new InlineSwitch()) {
            narrow.port("in", VlanMembership.access(10), 9000, 0, ~0).port("out", VlanMembership.access(10))
                    .port(new MemoryLink("few", 2, 2048, 0), VlanMembership.access(10), 1500, 0);
            try (Capture capture = narrow.capture(Capture.MAX_FRAME, "out", "few")) {
                byte[] frame = Frames.frame(BROADCAST, A, 1600, 0x0800);
                narrow.send("in", frame);
                assertThat(all(capture)).containsExactlyInAnyOrder(out(0, frame, DropReason.OVERSIZE),
                        out(1, frame, DropReason.OVERSIZE));
                for (int n = 0; n < 3; n++) {
                    narrow.send("in", untagged(BROADCAST, A));
                }
                assertThat(all(capture)).filteredOn(seen -> seen.port() == 1).containsExactly(
                        out(1, untagged(BROADCAST, A), null), out(1, untagged(BROADCAST, A), null),
                        out(1, untagged(BROADCAST, A), DropReason.RING_FULL));
                narrow.down("out");
                narrow.send("in", untagged(BROADCAST, A)).send("in", untagged(B, A));
            }
        }
        try (Capture capture = lab.capture(Capture.MAX_FRAME, "t")) {
            lab.send("t", large);
            assertThat(all(capture)).containsExactly(in(0, large, DropReason.OVERSIZE));
        }
    }

    @Test
    void shouldSayWhatReachesNobody() {
        try (InlineSwitch alone = new InlineSwitch()) {
            alone.port("a", VlanMembership.access(10)).port("b", VlanMembership.access(20));
            try (Capture capture = alone.capture(Capture.MAX_FRAME, "a")) {
                alone.send("a", untagged(BROADCAST, A));
                assertThat(all(capture)).containsExactly(
                        in(0, untagged(BROADCAST, A), DropReason.NO_DESTINATION));
            }
        }
    }

    @Test
    void shouldCutFramesToTheSnapLength() {
        try (Capture capture = lab.capture(20, "a")) {
            lab.send("a", untagged(BROADCAST, A));
            Capture.Captured frame = Objects.requireNonNull(capture.next());
            assertThat(frame.captured()).isEqualTo(20);
            assertThat(frame.original()).isEqualTo(60);
        }
    }

    /** The ring holds fewer than are sent: each frame is either taken, in order and whole, or counted. */
    @Test
    void shouldCountWhatItHasNoRoomFor() {
        int frames = 150_000;
        try (Capture capture = lab.capture(Capture.MAX_FRAME, "a")) {
            for (int n = 0; n < frames; n++) {
                lab.send("a", Frames.frame(B, A, 44, 0x0800, n & 0xFFFF));
                lab.link("b").discard();
                lab.link("t").discard();
            }
            List<Seen> taken = all(capture);
            assertThat(capture.missed(0)).isPositive();
            assertThat(taken.size() + capture.missed(0)).isEqualTo(frames).isEqualTo(capture.seen(0));
            for (int n = 0; n < taken.size(); n += 997) {
                assertThat(taken.get(n).bytes()).isEqualTo(ByteBuffer.wrap(Frames.frame(B, A, 44, 0x0800, n & 0xFFFF)));
            }
            lab.send("a", untagged(BROADCAST, A));
            assertThat(all(capture)).containsExactly(in(0, untagged(BROADCAST, A), null));
        }
    }

    @Test
    void shouldLeaveNothingInTheWayWhenItEnds() {
        Capture capture = lab.capture(Capture.MAX_FRAME, "a");
        capture.stop();
        lab.send("a", untagged(BROADCAST, A));
        assertThat(capture.seen(0)).isZero();
        capture.close();
        capture.close();
        try (PortMonitors taps = new PortMonitors(0)) {
            Snapshot snapshot = Snapshot.empty();
            taps.adopt(snapshot);
            assertThat(taps.any()).isFalse();
            assertThat(taps.legs()).isSameAs(snapshot.leg);
        }
    }

    @Test
    void shouldCaptureOnARunningSwitchUntilItIsClosed() {
        MemoryLink a = new MemoryLink("a", 1024, 2048, ~0);
        MemoryLink b = new MemoryLink("b", 1024, 2048, ~0);
        try (VirtualSwitch running = new VirtualSwitch(new SwitchOptions(List.of(), false, state, 300, 1))) {
            running.apply(List.of(PortSpec.of("a", 1, new DeviceSpec.InMemory(a), VlanMembership.access(10)),
                    PortSpec.of("b", 2, new DeviceSpec.InMemory(b), VlanMembership.access(10))));
            assertThatThrownBy(() -> running.capture(List.of("c"), 100))
                    .hasMessage("there is no port c; there are a, b");
            Capture capture = running.capture(List.of("a", "b"), 100);
            for (int n = 0; n < 100; n++) {
                assertThat(a.send(untagged(BROADCAST, A), 0)).isTrue();
            }
            Spin.until("100 frames are captured", () -> capture.seen(0) >= 100 && capture.seen(1) >= 100);
            capture.stop();
            List<Seen> all = all(capture);
            assertThat(all).hasSize(200);
            assertThat(all).filteredOn(seen -> seen.port() == 0)
                    .containsOnly(in(0, untagged(BROADCAST, A), null)).hasSize(100);
            assertThat(all).filteredOn(seen -> seen.port() == 1)
                    .containsOnly(out(1, untagged(BROADCAST, A), null)).hasSize(100);
            capture.close();
            Capture outlasting = running.capture(List.of("a"), 100);
            running.close();
            outlasting.close();
        }
        a.close();
        b.close();
    }

    /** A flood, a taker that pauses: whatever came in was taken or counted, and the holes between those taken are as many. */
    @Test
    void shouldLoseNothingAtFullRateThatItDoesNotReport() throws InterruptedException {
        int frames = 400_000;
        MemoryLink a = new MemoryLink("a", 1024, 2048, ~0);
        MemoryLink b = new MemoryLink("b", 1024, 2048, ~0);
        try (VirtualSwitch running = new VirtualSwitch(new SwitchOptions(List.of(), false, state, 300, 1))) {
            running.apply(List.of(PortSpec.of("a", 1, new DeviceSpec.InMemory(a), VlanMembership.access(10)),
                    PortSpec.of("b", 2, new DeviceSpec.InMemory(b), VlanMembership.access(10))));
            try (Capture capture = running.capture(List.of("a"), 100)) {
                Thread flood = new Thread(() -> {
                    for (int n = 0; n < frames; n++) {
                        byte[] frame = Frames.frame(B, A, 44, 0x0800, n >> 16, n & 0xFFFF);
                        Spin.until("the ring has room", () -> a.send(frame, 0));
                        b.discard();
                    }
                });
                flood.start();
                Spin.until("a frame is missed", () -> capture.missed(0) > 0);
                int taken = 0;
                int last = -1;
                long holes = 0;
                while (capture.seen(0) < frames || taken + capture.missed(0) < frames) {
                    if (capture.next() != null) {
                        int n = ByteBuffer.wrap(capture.bytes()).getInt(14);
                        assertThat(n).isGreaterThan(last);
                        holes += n - last - 1;
                        last = n;
                        taken++;
                    }
                }
                holes += frames - 1 - last;
                flood.join();
                assertThat(capture.next()).isNull();
                assertThat(running.ports().getFirst().counters().rxPackets()).isEqualTo(frames);
                assertThat(taken + capture.missed(0)).isEqualTo(frames);
                assertThat(holes).isEqualTo(capture.missed(0));
            }
        }
        a.close();
        b.close();
    }

    @Test
    void shouldRefuseANinthCapture() {
        MemoryLink a = new MemoryLink("a", 1024, 2048, ~0);
        List<Capture> captures = new ArrayList<>();
        try (VirtualSwitch running = new VirtualSwitch(new SwitchOptions(List.of(), false, state, 300, 1))) {
            running.apply(List.of(PortSpec.of("a", 1, new DeviceSpec.InMemory(a), VlanMembership.access(10))));
            for (int n = 0; n < 8; n++) {
                captures.add(running.capture(List.of("a"), 100));
            }
            assertThatThrownBy(() -> running.capture(List.of("a"), 100)).hasMessageContaining("8 captures run already");
            captures.removeFirst().close();
            captures.add(running.capture(List.of("a"), 100));
            captures.forEach(Capture::close);
        }
        a.close();
    }
}
