package net.weft.examples.system;

import static net.weft.examples.lab.Frames.BROADCAST;
import static net.weft.examples.lab.Frames.frame;
import static net.weft.examples.lab.Frames.tag;
import static net.weft.examples.lab.Frames.tagged;
import static net.weft.examples.system.Membership.access;
import static net.weft.examples.system.Membership.trunk;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Addresses learned, moved and limited (IEEE 802.1Q-2022 clause 8.7), and large frames, on real interfaces. */
@Tag("system")
@TestInstance(Lifecycle.PER_CLASS)
class LearningTest {
    private static final String MOVING = "02:00:00:00:0a:01";

    @AutoClose
    private final Segment segment = new Segment("learn");

    @Test
    void shouldFloodTheUnknownAndSendTheKnownToOnePort() {
        segment.apply(access(10), access(10), access(10), access(20));
        String station = "02:00:00:00:0b:01";
        segment.send(1, frame(station, segment.mac(1), "unknown"));
        segment.settle(1);
        assertThat(segment.reached("unknown")).containsExactly(2, 3);

        segment.send(3, frame(BROADCAST, station, "hello"));
        segment.settle(3);
        segment.send(1, frame(station, segment.mac(1), "known"));
        segment.settle(1);
        assertThat(segment.reached("known")).containsExactly(3);
    }

    @Test
    void shouldFollowAnAddressThatMoves() {
        segment.apply(access(10), access(10), access(10), trunk(10));
        segment.send(1, frame(BROADCAST, MOVING, "first"));
        segment.settle(1);
        assertThat(segment.weft().whereIs(MOVING, 10)).isEqualTo("p1");
        segment.send(3, frame(MOVING, segment.mac(3), "control"));
        segment.settle(3);
        assertThat(segment.reached("control")).containsExactly(1);

        segment.send(4, tagged(BROADCAST, MOVING, "moved", tag(10)));
        segment.settle(4);
        assertThat(segment.weft().whereIs(MOVING, 10)).isEqualTo("p4");
        segment.send(3, frame(MOVING, segment.mac(3), "follow"));
        segment.settle(3);
        assertThat(segment.reached("follow")).containsExactly(4);
    }

    @Test
    void shouldForgetAddressesOfAPortThatLeavesTheVlan() {
        segment.apply(access(10), access(10), access(10), access(10));
        segment.send(1, frame(BROADCAST, "02:00:00:00:0c:09", "hello"));
        segment.settle(1);

        segment.apply(access(20), access(10), access(10), access(10));

        segment.send(2, frame("02:00:00:00:0c:09", segment.mac(2), "flooded"));
        segment.settle(2);
        assertThat(segment.reached("flooded")).as("it is unknown in VLAN 10 now").containsExactly(3, 4);
    }

    @Test
    void shouldHoldNoMoreAddressesThanThePortMay() {
        segment.apply(access(30).with("mac-limit: 4"), access(30), access(30), access(30));
        segment.settle(1);
        long refused = segment.weft().drops("p1", "mac-limit");
        sendFrom(1, 10, "02:00:00:01:00:%02x");
        assertThat(learnedAt("p1")).isEqualTo(4);
        assertThat(segment.weft().drops("p1", "mac-limit")).isEqualTo(refused + 7);

        segment.apply(access(30), access(30).with("mac-limit: 100"), access(30), access(30));
        sendFrom(2, 10, "02:00:00:02:00:%02x");
        assertThat(learnedAt("p2")).isEqualTo(11);
    }

    @Test
    void shouldDropFramesLargerThanThePortTheyLeaveBy() {
        segment.apply(access(10), access(10), access(10), access(10));
        segment.mtu(1, 9000);
        segment.mtu(3, 9000);
        segment.weft().await("p3 carries 9000 bytes", () -> oversizeReaches(), reached -> reached.equals("[3]"));
        long before = segment.weft().drops("p2", "oversize");
        segment.send(1, Arrays.copyOf(frame(BROADCAST, segment.mac(1), "large"), 4014));
        segment.send(1, Arrays.copyOf(frame(BROADCAST, segment.mac(1), "fits"), 1514));
        segment.settle(1);
        assertThat(segment.reached("large")).containsExactly(3);
        assertThat(segment.only(3, "large")).hasSize(4014);
        assertThat(segment.reached("fits")).containsExactly(2, 3, 4);
        assertThat(segment.weft().drops("p2", "oversize")).isEqualTo(before + 1);
    }

    private String oversizeReaches() {
        segment.send(1, Arrays.copyOf(frame(BROADCAST, segment.mac(1), "probe"), 4014));
        segment.settle(1);
        return segment.reached("probe").toString();
    }

    private void sendFrom(int port, int stations, String pattern) {
        for (int i = 0; i < stations; i++) {
            segment.send(port, frame(BROADCAST, pattern.formatted(i), "station"));
        }
        segment.settle(port);
    }

    private long learnedAt(String port) {
        return segment.weft().show("macs").stream()
                .filter(row -> row.path("port").asString().equals(port) && row.path("vlan").asInt() == 30).count();
    }
}
