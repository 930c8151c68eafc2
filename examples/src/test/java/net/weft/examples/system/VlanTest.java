package net.weft.examples.system;

import static net.weft.examples.lab.Frames.BROADCAST;
import static net.weft.examples.lab.Frames.TPID_8021Q;
import static net.weft.examples.lab.Frames.firstTag;
import static net.weft.examples.lab.Frames.frame;
import static net.weft.examples.lab.Frames.tag;
import static net.weft.examples.lab.Frames.tagged;
import static net.weft.examples.lab.Frames.tags;
import static net.weft.examples.system.Membership.access;
import static net.weft.examples.system.Membership.nativeTrunk;
import static net.weft.examples.system.Membership.trunk;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Membership and tags on the wire, IEEE 802.1Q-2022 clauses 6.9 and 8.6. */
@Tag("system")
@TestInstance(Lifecycle.PER_CLASS)
class VlanTest {
    @AutoClose
    private final Segment segment = new Segment("vlan");

    @Test
    void shouldKeepAnAccessPortToItsVlan() {
        segment.apply(access(10), access(10), access(20), trunk(10, 20));
        segment.broadcast(1, "to-10");
        segment.settle(1);
        assertThat(segment.reached("to-10")).containsExactly(2, 4);
        assertThat(tags(segment.only(2, "to-10"))).isZero();
        assertThat(firstTag(segment.only(4, "to-10"))).isEqualTo(tag(10));

        segment.apply(access(10), access(10), access(10), trunk(10, 20));
        segment.broadcast(1, "control");
        segment.settle(1);
        assertThat(segment.reached("control")).containsExactly(2, 3, 4);
    }

    @Test
    void shouldCarryOnlyTheAllowedVlansOverATrunk() {
        segment.apply(access(10), access(20), access(20), trunk(10));
        long refused = segment.weft().drops("p4", "not-member");
        segment.broadcast(4, "in-20", tag(20));
        segment.broadcast(2, "out-20");
        segment.broadcast(4, "in-10", tag(10));
        segment.settle(4);
        segment.settle(2);
        assertThat(segment.reached("in-20")).isEmpty();
        assertThat(segment.reached("out-20")).containsExactly(3);
        assertThat(segment.reached("in-10")).containsExactly(1);
        assertThat(segment.weft().drops("p4", "not-member")).isEqualTo(refused + 1);

        segment.apply(access(10), access(20), access(20), trunk(10, 20));
        segment.broadcast(4, "control-in", tag(20));
        segment.broadcast(2, "control-out");
        segment.settle(4);
        segment.settle(2);
        assertThat(segment.reached("control-in")).containsExactly(2, 3);
        assertThat(segment.reached("control-out")).containsExactly(3, 4);
    }

    @Test
    void shouldCarryTheNativeVlanUntagged() {
        segment.apply(access(20), access(10), access(10), nativeTrunk(20, 10));
        segment.broadcast(1, "out");
        segment.broadcast(4, "in");
        segment.broadcast(4, "tagged-in", tag(20));
        segment.settle(1);
        segment.settle(4);
        assertThat(tags(segment.only(4, "out"))).isZero();
        assertThat(segment.reached("in")).containsExactly(1);
        assertThat(segment.reached("tagged-in")).containsExactly(1);

        segment.apply(access(20), access(10), access(10), trunk(20, 10));
        segment.broadcast(1, "control-out");
        segment.broadcast(4, "control-in");
        segment.settle(1);
        segment.settle(4);
        assertThat(firstTag(segment.only(4, "control-out"))).isEqualTo(tag(20));
        assertThat(segment.reached("control-in")).isEmpty();
    }

    @Test
    void shouldTakeAPriorityTagAsUntagged() {
        segment.apply(access(10), access(10), access(20), nativeTrunk(20, 10));
        segment.broadcast(1, "priority", tag(TPID_8021Q, 5, 0));
        segment.broadcast(4, "native-priority", tag(TPID_8021Q, 5, 0));
        segment.settle(1);
        segment.settle(4);
        assertThat(segment.reached("priority")).containsExactly(2, 4);
        assertThat(tags(segment.only(2, "priority"))).isZero();
        assertThat(firstTag(segment.only(4, "priority"))).as("the priority goes along")
                .isEqualTo(tag(TPID_8021Q, 5, 10));
        assertThat(segment.reached("native-priority")).containsExactly(3);

        segment.apply(access(10), access(10), access(20), trunk(20, 10));
        segment.broadcast(4, "control", tag(TPID_8021Q, 5, 0));
        segment.settle(4);
        assertThat(segment.reached("control")).as("without a native VLAN").isEmpty();
    }

    /** VLAN hopping: an outer tag that the first switch takes off, an inner one that the next one would believe. */
    @Test
    void shouldNotLetADoubleTagChangeTheVlan() {
        segment.apply(access(10), access(10), access(20), nativeTrunk(10, 20));
        segment.broadcast(1, "hop-own", tag(10), tag(20));
        segment.broadcast(1, "hop-priority", tag(0), tag(20));
        segment.broadcast(1, "tagged", tag(20));
        segment.settle(1);
        assertThat(segment.reached("hop-own")).isEmpty();
        assertThat(segment.reached("hop-priority")).isEmpty();
        assertThat(segment.reached("tagged")).isEmpty();

        segment.apply(trunk(10, 20), trunk(10, 20), access(20), access(10));
        segment.broadcast(1, "control", tag(20));
        segment.broadcast(1, "control-double", tag(10), tag(20));
        segment.settle(1);
        assertThat(segment.reached("control")).containsExactly(2, 3);
        assertThat(segment.reached("control-double")).as("not where the outer tag would be taken off")
                .containsExactly(2);
        assertThat(tags(segment.only(2, "control-double"))).isEqualTo(2);
    }

    @Test
    void shouldRefuseTheReservedVid() {
        segment.apply(trunk(10, 4094), trunk(10, 4094), access(10), access(4094));
        segment.broadcast(1, "vid-4095", tag(4095));
        segment.broadcast(1, "control", tag(4094));
        segment.settle(1);
        assertThat(segment.reached("vid-4095")).isEmpty();
        assertThat(segment.reached("control")).containsExactly(2, 4);
    }

    @Test
    void shouldIsolateUnicastOfOneVlanFromAnother() {
        segment.apply(access(10), access(10), access(20), access(20));
        segment.broadcast(3, "here-i-am");
        segment.settle(3);
        segment.send(1, frame(segment.mac(3), segment.mac(1), "to-p3"));
        segment.settle(1);
        assertThat(segment.reached("to-p3")).as("unknown in VLAN 10, flooded there").containsExactly(2);

        segment.apply(access(10), access(10), access(10), access(20));
        segment.broadcast(3, "control-hello");
        segment.settle(3);
        segment.send(1, frame(segment.mac(3), segment.mac(1), "control"));
        segment.settle(1);
        assertThat(segment.reached("control")).containsExactly(3);
    }

    @Test
    void shouldNeverSendAFrameBackWhereItCameFrom() {
        segment.apply(access(10), access(10), access(10), trunk(10));
        segment.broadcast(1, "flood");
        segment.send(1, frame("02:00:00:00:ff:01", segment.mac(1), "unknown"));
        segment.send(1, frame(segment.mac(1), "02:00:00:00:ff:02", "to-itself"));
        segment.settle(1);
        assertThat(segment.reached("flood")).containsExactly(2, 3, 4);
        assertThat(segment.reached("unknown")).containsExactly(2, 3, 4);
        assertThat(segment.reached("to-itself")).isEmpty();
        assertThat(segment.at(4, "flood")).as("each once").hasSize(1);

        segment.send(2, frame(segment.mac(1), segment.mac(2), "control"));
        segment.settle(2);
        assertThat(segment.reached("control")).containsExactly(1);
        assertThat(segment.at(1, "control")).hasSize(1);
    }

    @Test
    void shouldNotForwardFramesForTheNearestBridge() {
        segment.apply(access(10), access(10), access(20), trunk(10));
        for (int last = 0; last < 16; last++) {
            segment.send(1,
                    frame("01:80:c2:00:00:%02x".formatted(last), segment.mac(1), "reserved-%02x".formatted(last)));
        }
        segment.send(1, frame("01:80:c2:00:00:10", segment.mac(1), "control-10"));
        segment.send(1, frame("01:80:c2:00:01:00", segment.mac(1), "control-100"));
        segment.settle(1);
        for (int last = 0; last < 16; last++) {
            assertThat(segment.reached("reserved-%02x".formatted(last))).isEmpty();
        }
        assertThat(segment.reached("control-10")).containsExactly(2, 4);
        assertThat(segment.reached("control-100")).containsExactly(2, 4);
        assertThat(segment.weft().drops("p1", "reserved-address")).isGreaterThanOrEqualTo(16);
    }

    @Test
    void shouldTakeNoSourceThatIsNoStation() {
        segment.apply(access(10), access(10), access(10), access(10));
        segment.send(1, frame(BROADCAST, "03:00:00:00:00:01", "multicast-source"));
        segment.send(1, frame(BROADCAST, "02:00:00:00:0c:01", "control"));
        segment.settle(1);
        assertThat(segment.reached("multicast-source")).isEmpty();
        assertThat(segment.weft().whereIs("03:00:00:00:00:01", 10)).isEmpty();
        assertThat(segment.reached("control")).containsExactly(2, 3, 4);
        assertThat(segment.weft().whereIs("02:00:00:00:0c:01", 10)).isEqualTo("p1");
    }

    @Test
    void shouldLetTheSameAddressStandInTwoVlans() {
        segment.apply(access(10), access(20), access(10), access(20));
        String shared = "02:00:00:00:0d:01";
        segment.send(1, frame(BROADCAST, shared, "hello-10"));
        segment.send(2, frame(BROADCAST, shared, "hello-20"));
        segment.settle(1);
        segment.settle(2);
        assertThat(segment.weft().whereIs(shared, 10)).isEqualTo("p1");
        assertThat(segment.weft().whereIs(shared, 20)).isEqualTo("p2");
        segment.send(3, frame(shared, segment.mac(3), "to-10"));
        segment.send(4, tagged(shared, segment.mac(4), "to-20"));
        segment.settle(3);
        segment.settle(4);
        assertThat(segment.reached("to-10")).containsExactly(1);
        assertThat(segment.reached("to-20")).containsExactly(2);
    }
}
