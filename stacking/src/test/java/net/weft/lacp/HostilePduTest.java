package net.weft.lacp;

import static net.weft.lacp.LagBench.AGREEING;
import static net.weft.lacp.LagBench.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import net.weft.packet.MacAddress;
import org.junit.jupiter.api.Test;

/** Slow-protocol frames that nobody should send. */
class HostilePduTest {
    private static final MacAddress PEER = new MacAddress(2);

    private static byte[] lacpdu() {
        return SlowFrames.write(new Lacpdu(LagBench.partnerOf(1, AGREEING), PortInfo.UNKNOWN, 0), PEER);
    }

    private static long faults(LagBench bench, PduFault fault) {
        return bench.view(1).faults().getOrDefault(fault, 0L);
    }

    @Test
    void shouldCountTruncatedFramesOfEveryLength() {
        for (byte[] frame : new byte[][]{lacpdu(), SlowFrames.write(new Marker(false, 1, PEER, 1), PEER)}) {
            LagBench bench = LagBench.active(1).up();
            for (int length = 0; length < frame.length; length++) {
                bench.deliver(1, Arrays.copyOf(frame, length));
            }
            assertThat(faults(bench, PduFault.TRUNCATED)).isEqualTo(frame.length);
            assertThat(bench.view(1).lacpdusReceived() + bench.view(1).markersReceived()).isZero();
        }
    }

    @Test
    void shouldCountOtherSubtypesLengthsAddressesAndMarkerTypes() {
        LagBench bench = LagBench.active(1).up();
        for (int subtype = 0; subtype < 256; subtype++) {
            byte[] frame = lacpdu();
            frame[14] = (byte) subtype;
            if (subtype != 1 && subtype != 2) {
                bench.deliver(1, frame);
            }
        }
        assertThat(faults(bench, PduFault.UNKNOWN_SUBTYPE)).isEqualTo(254);
        for (int at : new int[]{0, 5, 6, 12, 17, 37}) {
            byte[] frame = lacpdu();
            frame[at] ^= 1;
            bench.deliver(1, frame);
        }
        assertThat(faults(bench, PduFault.NOT_SLOW_PROTOCOL)).isEqualTo(4);
        assertThat(faults(bench, PduFault.BAD_LENGTH)).isEqualTo(2);
        byte[] marker = SlowFrames.write(new Marker(false, 1, PEER, 1), PEER);
        marker[16] = 3;
        bench.deliver(1, marker);
        assertThat(faults(bench, PduFault.UNKNOWN_MARKER)).isEqualTo(1);
        assertThat(bench.machines(1).receive.state()).isEqualTo(ReceiveMachine.State.EXPIRED);
    }

    @Test
    void shouldBoundWhatAPartnerThatFlipsAtLineRateCauses() {
        LagBench bench = LagBench.active(2).up();
        bench.agree(4, 1, 2);
        bench.forget();
        int seconds = 20;
        for (int i = 0; i < seconds * 10_000; i++) {
            bench.now += SECOND / 10_000;
            bench.hear(2, i % 2 == 0 ? AGREEING : AGREEING & ~PortState.SYNCHRONIZATION);
            if (i % 10_000 == 0) {
                bench.hear(1, AGREEING);
            }
        }
        assertThat(faults(bench, PduFault.TOO_MANY)).isZero();
        assertThat(bench.view(2).faults().get(PduFault.TOO_MANY)).isGreaterThan(seconds * 9_900L);
        assertThat(bench.sent(2)).hasSizeLessThanOrEqualTo(3 * seconds + 3);
        assertThat(bench.events).as("damped").hasSizeLessThan(40);
        assertThat(bench.calls.stream().filter(call -> call.contains("ing 1"))).as("the other leg").isEmpty();
    }

    @Test
    void shouldAnswerAtMostTenMarkersInASecond() {
        LagBench bench = LagBench.active(1).up();
        bench.pass(4 * SECOND);
        bench.forget();
        for (int i = 0; i < 1_000; i++) {
            bench.deliver(1, SlowFrames.write(new Marker(false, 1, PEER, i), PEER));
        }
        assertThat(bench.sent(1)).hasSize(10);
    }

    @Test
    void shouldCountFramesOfPortsThatAreNoLegs() {
        LagBench bench = LagBench.active(1).up();
        bench.deliver(9, lacpdu());
        assertThat(bench.aggregation.strayFrames()).isEqualTo(1);
    }

    @Test
    void shouldThrowForNothingThatComesIn() {
        long seed = Long.getLong("weft.seed", System.nanoTime());
        System.out.println("HostilePduTest: -Dweft.seed=" + seed);
        Random random = new Random(seed);
        LagBench bench = LagBench.active(2).up();
        for (int i = 0; i < 50_000; i++) {
            byte[] frame = random.nextBoolean()
                    ? lacpdu()
                    : SlowFrames.write(new Marker(random.nextBoolean(), 1, PEER, 1), PEER);
            for (int flips = random.nextInt(6); flips > 0; flips--) {
                frame[random.nextInt(frame.length)] = (byte) random.nextInt();
            }
            bench.now += random.nextLong(SECOND / 5);
            bench.deliver(1 + random.nextInt(2),
                    Arrays.copyOf(frame, random.nextInt(8) == 0 ? random.nextInt(200) : frame.length));
        }
        assertThat(bench.view(1).faults()).containsKeys(PduFault.TRUNCATED, PduFault.UNKNOWN_SUBTYPE,
                PduFault.BAD_LENGTH);
        assertThat(bench.view(1).lacpdusReceived()).isGreaterThan(5_000);
    }
}
