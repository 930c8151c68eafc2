package net.weft.vswitch.trace;

import static net.weft.vswitch.Frames.BROADCAST;
import static net.weft.vswitch.Frames.untagged;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import net.weft.testing.Spin;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.SwitchOptions;
import net.weft.vswitch.VirtualSwitch;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.port.PortSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Packets of a running port, and what a worker tells of itself. */
@Timeout(60)
class LiveTraceTest {
    private static final String A = "02:00:00:00:00:0a";
    private static final String B = "02:00:00:00:00:0b";
    private static final FrameFilter ALL = (_, _) -> true;
    private static final FrameFilter UNICAST = (burst, i) -> (burst.heads()
            .get(ValueLayout.JAVA_BYTE, burst.headOffset(i)) & 1) == 0;

    @TempDir
    private Path state = Path.of("");
    private final MemoryLink a = new MemoryLink("a", 1024, 2048, ~0);
    private final MemoryLink b = new MemoryLink("b", 1024, 2048, ~0);
    @SuppressWarnings("NullAway.Init")
    private VirtualSwitch lab;

    @BeforeEach
    void start() {
        lab = new VirtualSwitch(new SwitchOptions(List.of(), false, state, 300, 1));
        lab.apply(List.of(PortSpec.of("a", 1, new DeviceSpec.InMemory(a), VlanMembership.access(10)),
                PortSpec.of("b", 2, new DeviceSpec.InMemory(b), VlanMembership.access(10))));
    }

    @AfterEach
    void stop() {
        lab.close();
        a.close();
        b.close();
    }

    private void forward(MemoryLink from, byte[] frame, MemoryLink to) {
        assertThat(from.send(frame, 0)).isTrue();
        while (to.receive().length == 0) {
            if (Thread.interrupted()) {
                throw new AssertionError("the frame did not arrive");
            }
            Thread.onSpinWait();
        }
    }

    @Test
    void shouldTellOfTheFramesThatMatchAndOfNoOthers() throws InterruptedException {
        forward(b, untagged(BROADCAST, B), a);
        try (LiveTrace live = lab.follow("a", UNICAST, 1)) {
            forward(a, untagged(BROADCAST, A), b);
            forward(a, untagged(B, A), b);
            forward(a, untagged(B, A), b);
            Trace trace = Objects.requireNonNull(lab.next(live, 10_000));
            assertThat(trace.verdict()).isEqualTo(Trace.Verdict.FORWARD);
            assertThat(trace.ingress()).isEqualTo("a");
            assertThat(trace.exits()).singleElement().satisfies(exit -> assertThat(exit.port()).isEqualTo("b"));
            assertThat(lab.next(live, 0)).as("one was wanted").isNull();
        }
    }

    @Test
    void shouldPassOverWhatIsNotTakenAndNeverWait() throws InterruptedException {
        try (LiveTrace live = lab.follow("a", ALL, 1000)) {
            for (int i = 0; i < 300; i++) {
                forward(a, untagged(BROADCAST, A), b);
            }
            assertThat(live.missed()).isEqualTo(300 - 256);
            for (int i = 0; i < 256; i++) {
                assertThat(lab.next(live, 0)).isNotNull();
            }
            assertThat(lab.next(live, 0)).isNull();
        }
    }

    @Test
    void shouldFollowNoMoreThanEightAtOnceAndNoneThatIsGone() {
        assertThatThrownBy(() -> lab.follow("c", ALL, 1)).hasMessage("there is no port c; there are a, b");
        LiveTrace[] all = new LiveTrace[8];
        for (int i = 0; i < all.length; i++) {
            all[i] = lab.follow("a", ALL, 1);
        }
        assertThatThrownBy(() -> lab.follow("a", ALL, 1)).hasMessageContaining("8 ports are followed already");
        all[3].close();
        lab.follow("a", ALL, 1).close();
    }

    @Test
    void shouldReportATurnThatTookLong() throws IOException {
        Path file = state.resolve("stall.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("net.weft.WorkerStall");
            recording.start();
            try (LiveTrace slow = lab.follow("a", LiveTraceTest::dawdle, 1)) {
                forward(a, untagged(BROADCAST, A), b);
                Spin.until("the worker has stalled", () -> lab.workers().getFirst().stalls() > 0);
                assertThat(slow.missed()).isZero();
            }
            recording.dump(file);
        }
        List<RecordedEvent> stalls = RecordingFile.readAllEvents(file);
        assertThat(stalls).isNotEmpty().allSatisfy(event -> {
            assertThat(event.getEventType().getName()).isEqualTo("net.weft.WorkerStall");
            assertThat(event.getDuration("turn").toNanos()).isGreaterThan(1_000_000);
        });
    }

    private static boolean dawdle(Burst burst, int index) {
        long untilNs = System.nanoTime() + 3_000_000;
        while (System.nanoTime() < untilNs) {
            Thread.onSpinWait();
        }
        return false;
    }
}
