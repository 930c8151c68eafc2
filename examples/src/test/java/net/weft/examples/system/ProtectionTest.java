package net.weft.examples.system;

import static net.weft.examples.system.Membership.access;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import net.weft.examples.lab.Frames;
import net.weft.examples.lab.Transfer;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Limits and spanning tree on real interfaces, each beside the same traffic without protection. */
@Tag("system")
@TestInstance(Lifecycle.PER_CLASS)
class ProtectionTest {
    private static final String BRIDGES = "01:80:c2:00:00:00";
    private static final int FLOOD = 3000;
    private static final int BYTES = 12 << 20;
    private static final long RATE_MBIT = 40;

    @AutoClose
    private final Segment segment = new Segment("protect");

    @Test
    void shouldLimitAStormAndLeaveAPortWithoutLimitAlone() {
        segment.apply(access(10).with("storm-limit: 500"), access(10), access(10), access(10));
        segment.settle(1);
        long limited = flood(1);
        assertThat(limited).isBetween(64L, FLOOD / 2L);
        assertThat(segment.weft().drops("p1", "storm-limit")).isGreaterThan(FLOOD / 2);

        segment.apply(access(10), access(10), access(10), access(10));
        long before = count(1, "rx-packets");
        assertThat(flood(1)).as("without").isEqualTo(count(1, "rx-packets") - before).isGreaterThan(FLOOD / 2);
    }

    /** How many of a flood's broadcasts leave by p2, by its counter. They are sent as fast as they go. */
    private long flood(int port) {
        long before = count(port, "rx-packets");
        long sentBefore = count(2, "tx-packets");
        for (int n = 0; n < FLOOD; n++) {
            segment.broadcast(port, "storm");
        }
        AtomicLong last = new AtomicLong(before);
        segment.weft().await("the flood is over", () -> count(port, "rx-packets"),
                now -> now > before && last.getAndSet(now) == now);
        return count(2, "tx-packets") - sentBefore;
    }

    private long count(int port, String what) {
        return segment.weft().port("p" + port).path(what).asLong();
    }

    @Test
    void shouldHoldTcpToTheRateOfEitherDirection() {
        Transfer.serve(segment.lab(), segment.host(2).namespace());
        segment.apply(access(10), access(10), access(10), access(10));
        assertThat(megabits()).as("without").isGreaterThan(3 * RATE_MBIT);

        segment.apply(access(10).with("rate-limit: {ingress: " + RATE_MBIT + "mbit}"), access(10), access(10),
                access(10));
        assertThat(megabits()).as("into the switch").isBetween(RATE_MBIT / 4, RATE_MBIT * 115 / 100);
        assertThat(segment.weft().drops("p1", "rate-limit")).isPositive();

        segment.apply(access(10), access(10).with("rate-limit: {egress: " + RATE_MBIT + "mbit}"), access(10),
                access(10));
        assertThat(megabits()).as("out of the switch").isBetween(RATE_MBIT / 4, RATE_MBIT * 115 / 100);
        assertThat(segment.weft().drops("p2", "rate-limit")).isPositive();
    }

    private long megabits() {
        byte[] payload = Transfer.payload(7, BYTES);
        long startNs = System.nanoTime();
        String digest = Transfer.send(segment.host(1).namespace(), segment.host(2).endpoint(Transfer.DIGEST_PORT),
                payload);
        long megabits = BYTES * 8L * 1000 / (System.nanoTime() - startNs);
        assertThat(digest).isEqualTo(Transfer.digest(payload));
        System.out.println(megabits + " Mbit/s");
        return megabits;
    }

    @Test
    void shouldDropForwardOrGuardSpanningTree() {
        segment.apply(access(10), access(10), access(10).with("bpdu: forward"), access(10).with("bpdu: forward"));
        segment.send(1, bpdu(1));
        segment.send(3, bpdu(3));
        segment.settle(1);
        segment.settle(3);
        assertThat(bpdus(4)).as("from p3, which forwards, and not from p1").containsExactly(3);
        assertThat(bpdus(2)).isEmpty();
        assertThat(segment.weft().drops("p1", "guard-bpdu")).isOne();

        segment.apply(access(10), access(10).with("bpdu: guard"), access(10), access(10));
        segment.send(2, bpdu(2));
        segment.weft().awaitPort("p2", "down", "bpdu-guard");
        segment.apply(access(10), access(10).with("mtu: 1400"), access(10), access(10)); // its device is made anew
    }

    private static byte[] bpdu(int mark) {
        byte[] frame = ByteBuffer.allocate(60).put(Frames.mac(BRIDGES)).put(Frames.mac("02:00:00:00:0b:0" + mark))
                .putShort((short) 38).putShort((short) 0x4242).put((byte) 3).array();
        frame[59] = (byte) mark;
        return frame;
    }

    private int[] bpdus(int port) {
        return segment.frames(port, frame -> Arrays.equals(Arrays.copyOf(frame, 6), Frames.mac(BRIDGES))).stream()
                .mapToInt(frame -> frame[59]).toArray();
    }
}
