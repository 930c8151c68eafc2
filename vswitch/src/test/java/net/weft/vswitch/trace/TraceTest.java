package net.weft.vswitch.trace;

import static net.weft.vswitch.Frames.BROADCAST;
import static net.weft.vswitch.Frames.frame;
import static net.weft.vswitch.Frames.tagged;
import static net.weft.vswitch.Frames.untagged;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.weft.testing.Seed;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Offload;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TraceTest {
    private static final String A = "02:00:00:00:00:0a";
    private static final String B = "02:00:00:00:00:0b";
    private static final List<String> PORTS = List.of("a", "b", "c", "t", "plain");

    private final InlineSwitch lab = new InlineSwitch();

    @BeforeEach
    void accessPortsATrunkAndAPortWithoutOffloads() {
        lab.port("a", VlanMembership.access(10)).port("b", VlanMembership.access(10), 1500, 8, ~0)
                .port("c", VlanMembership.access(20)).port("t", VlanMembership.trunk(VlanSet.of(10, 20, 30), 30))
                .port("plain", VlanMembership.access(10), 1500, 0, 0);
    }

    @AfterEach
    void close() {
        lab.close();
    }

    @Test
    void shouldTellEachStageOfAKnownUnicast() {
        lab.send("t", tagged(BROADCAST, B, 10));
        Trace trace = lab.trace("a", TracedFrame.of(untagged(B, A)));
        assertThat(trace.verdict()).isEqualTo(Trace.Verdict.FORWARD);
        assertThat(trace.vid()).isEqualTo(10);
        assertThat(trace.reason()).isNull();
        assertThat(trace.steps().stream().map(step -> step.stage().label() + ": " + step.text())).containsExactly(
                "receive: 60 bytes from " + A + " to " + B + ", untagged", "vlan: VLAN 10, by access 10",
                "check: addresses, offloads and size are in order",
                "learn: " + A + " is new, and would be learned on a",
                "lookup: " + B + " was learned on t in VLAN 10",
                "egress: tag 0x8100 vid 10 priority 0, by trunk 10,20,30 native 30", "transmit: one frame of 64 bytes");
        assertThat(trace.exits()).containsExactly(new Trace.Exit("t", 0x8100_000a, List.of(64), 0, "", null));
    }

    @Test
    void shouldSayThatAStationWouldMove() {
        lab.send("b", untagged(BROADCAST, A));
        Trace trace = lab.trace("a", TracedFrame.of(untagged(BROADCAST, A)));
        assertThat(trace.steps()).anySatisfy(
                step -> assertThat(step.text()).isEqualTo(A + " was on b, and would move to a"));
        assertThat(lab.trace("b", TracedFrame.of(untagged(BROADCAST, A))).steps()).anySatisfy(
                step -> assertThat(step.text()).isEqualTo(A + " is known on b"));
    }

    @Test
    void shouldShowSegmentsWhereTheEgressPortCarriesNoSuperFrames() {
        lab.send("plain", untagged(BROADCAST, B));
        byte[] superFrame = tcp(3000);
        Trace cut = lab.trace("a", new TracedFrame(superFrame, Offload.of(Offload.NEEDS_CSUM, Offload.GSO_TCPV4, 1000,
                34, 16, 54), 0));
        assertThat(cut.exits()).singleElement()
                .isEqualTo(new Trace.Exit("plain", 0, List.of(1054, 1054, 1054), 0, "", null));
        lab.send("t", tagged(BROADCAST, B, 10));
        Trace whole = lab.trace("a", new TracedFrame(superFrame,
                Offload.of(Offload.NEEDS_CSUM, Offload.GSO_TCPV4, 1000, 34, 16, 54), 0));
        assertThat(whole.exits()).singleElement()
                .isEqualTo(new Trace.Exit("t", 0x8100_000a, List.of(3058), 1000, "", null));
    }

    @Test
    void shouldNameTheEgressPortThatCannotTakeAFloodedFrameAndStillFlood() {
        lab.port("j", VlanMembership.access(10), 9000, 0, ~0).port("k", VlanMembership.access(10), 9000, 0, ~0);
        Trace trace = lab.trace("j", TracedFrame.of(frame(BROADCAST, A, 5000, 0x0800)));
        assertThat(trace.verdict()).isEqualTo(Trace.Verdict.FLOOD);
        assertThat(trace.exits().stream().filter(exit -> exit.reason() == DropReason.OVERSIZE).map(Trace.Exit::port))
                .containsExactly("a", "b", "t", "plain");
        assertThat(trace.exits().stream().filter(exit -> exit.reason() == null).map(Trace.Exit::port))
                .containsExactly("k");
    }

    /** A trace foretells what happens to a frame, whatever the frame and whatever was learned before. */
    @Test
    void shouldAgreeWithTheForwardingOfEachFrame() {
        long seed = Seed.of(TraceTest.class);
        SplittableRandom random = new SplittableRandom(seed);
        for (int n = 0; n < 3000; n++) {
            String from = PORTS.get(random.nextInt(PORTS.size()));
            byte[] bytes = randomFrame(random);
            long offload = random.nextInt(3) == 0
                    ? Offload.of(random.nextInt(2), random.nextInt(6), 100 + random.nextInt(900), 34, 16, 54)
                    : 0;
            long[] before = drops();
            Trace trace = lab.trace(from, new TracedFrame(bytes, offload, 0));
            assertThat(drops()).as("seed %d: a trace counts nothing", seed).isEqualTo(before);
            lab.link(from).send(bytes, offload);
            lab.run();
            assertThat(left(trace)).as("seed %d, frame %d from %s: %s", seed, n, from, trace).isEqualTo(received());
            long[] after = drops();
            trace.exits().forEach(exit -> count(before, exit.reason()));
            if (trace.exits().isEmpty()) {
                count(before, trace.reason());
            }
            assertThat(after).as("seed %d, frame %d from %s: %s", seed, n, from, trace).isEqualTo(before);
        }
    }

    private static void count(long[] drops, @Nullable DropReason reason) {
        if (reason != null) {
            drops[reason.ordinal()]++;
        }
    }

    private long[] drops() {
        return Arrays.stream(DropReason.values())
                .mapToLong(reason -> lab.counters().stream().mapToLong(port -> port.drops(reason)).sum()).toArray();
    }

    private static List<String> left(Trace trace) {
        List<String> all = new ArrayList<>();
        trace.exits().forEach(exit -> exit.lengths().forEach(length -> all.add(exit.port() + " " + length)));
        return all;
    }

    private List<String> received() {
        List<String> all = new ArrayList<>();
        for (String port : PORTS) {
            for (byte[] frame : lab.receiveAll(port)) {
                all.add(port + " " + frame.length);
            }
        }
        return all;
    }

    private static byte[] randomFrame(SplittableRandom random) {
        byte[] frame = random.nextInt(3) == 0 ? tcp(random.nextInt(4000)) : new byte[60 + random.nextInt(1500)];
        if (random.nextInt(20) == 0) {
            return new byte[random.nextInt(20)];
        }
        for (int at = 0; at < 12; at += 6) {
            Arrays.fill(frame, at, at + 5, (byte) 2);
            frame[at + 5] = (byte) random.nextInt(12);
        }
        if (random.nextInt(4) == 0) {
            Arrays.fill(frame, 0, 6, (byte) 0xff);
        }
        if (random.nextInt(3) == 0) {
            frame[12] = (byte) 0x81;
            frame[13] = 0;
            frame[14] = 0;
            frame[15] = (byte) (random.nextInt(5) * 10);
        }
        return frame;
    }

    /** IPv4 and TCP with so many bytes of payload, whose checksum is left open. */
    private static byte[] tcp(int payload) {
        byte[] frame = frame(B, A, 40 + payload, 0x0800);
        frame[14] = 0x45;
        frame[16] = (byte) (40 + payload >> 8);
        frame[17] = (byte) (40 + payload);
        frame[20] = 0;
        frame[21] = 0;
        frame[22] = 64;
        frame[23] = 6;
        frame[46] = 0x50;
        return frame;
    }
}
