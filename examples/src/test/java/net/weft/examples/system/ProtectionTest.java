package net.weft.examples.system;

import static net.weft.examples.system.Membership.access;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import net.weft.examples.lab.Accounts;
import net.weft.examples.lab.Frames;
import net.weft.examples.lab.Transfer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Limits and spanning tree on real interfaces, each beside the same traffic without protection. */
@Tag("system")
@Tag("alone")
@TestInstance(Lifecycle.PER_CLASS)
class ProtectionTest {
    private static final String BRIDGES = "01:80:c2:00:00:00";
    private static final int FLOOD = 3000;
    private static final long STORM_LIMIT = 500;
    private static final int BYTES = 12 << 20;
    private static final long RATE_MBIT = 40;

    @AutoClose
    private final Segment segment = new Segment("protect");

    @Test
    void shouldLimitAStormAndLeaveAPortWithoutLimitAlone() {
        segment.apply(access(10).with("storm-limit: " + STORM_LIMIT), access(10), access(10), access(10));
        long startNs = System.nanoTime();
        Storm limited = storm();
        long allowed = STORM_LIMIT * (1 + (System.nanoTime() - startNs) / 1_000_000_000 + 1);
        assertThat(limited.dropped()).as("dropped").isPositive();
        assertThat(limited.passed()).as("passed").isBetween(1L, allowed);

        segment.apply(access(10), access(10), access(10), access(10));
        Storm unlimited = storm();
        assertThat(unlimited.dropped()).as("dropped without a limit").isZero();
        assertThat(unlimited.passed()).as("passed without a limit").isGreaterThanOrEqualTo(unlimited.received());
        Accounts.assertBalance(segment.weft());
    }

    /** Counters of one flood of broadcasts: received from p1, passed towards the port that watches, dropped at p1 by its storm limit. */
    private record Storm(long received, long passed, long dropped) {
        Storm minus(Storm before) {
            return new Storm(received - before.received, passed - before.passed, dropped - before.dropped);
        }
    }

    /** Sends a flood, as fast as it goes, and returns when all of it that the port received is accounted for. */
    private Storm storm() {
        Storm before = counters();
        for (int n = 0; n < FLOOD; n++) {
            segment.broadcast(1, "storm");
        }
        segment.settleByUnicast(1);
        return segment.weft().await("every frame passed or dropped", () -> counters().minus(before),
                storm -> storm.passed + storm.dropped >= storm.received);
    }

    private Storm counters() {
        return new Storm(count("p1", "rx-packets"),
                count("watch", "tx-packets") + segment.weft().drops("watch", "ring-full"),
                segment.weft().drops("p1", "storm-limit"));
    }

    private long count(String port, String what) {
        return segment.weft().port(port).path(what).asLong();
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
