package net.weft.examples.system;

import static org.assertj.core.api.Assertions.assertThat;

import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.PacketStream;
import net.weft.examples.lab.WeftProcess;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * One controller with a switch and two members without, each in a namespace of its own, joined by trunks in a chain: a guest
 * behind each reaches the others, whatever happens to the controller.
 */
@Tag("system")
@Tag("alone")
class MembersTest {
    private static final int RATE = 1000;
    private static final String CONTROLLER = "172.31.2.1:47800";

    @AutoClose
    private final Lab lab = Lab.open("members");
    private final Namespace one = lab.namespace("one");
    private final Namespace two = lab.namespace("two");
    private final Namespace three = lab.namespace("three");
    private Host first;
    private Host second;
    private Host third;
    private WeftProcess controller;
    private WeftProcess near;
    private WeftProcess far;

    @BeforeEach
    void start() {
        lab.cable(one, "to2", two, "mgmt");
        lab.cable(one, "to3", three, "mgmt");
        one.ip("address", "add", "172.31.2.1/24", "dev", "to2");
        one.ip("address", "add", "172.31.3.1/24", "dev", "to3");
        two.ip("address", "add", "172.31.2.2/24", "dev", "mgmt");
        three.ip("address", "add", "172.31.3.2/24", "dev", "mgmt");
        three.ip("route", "add", "172.31.2.0/24", "via", "172.31.3.1");
        lab.cable(one, "t12", two, "t21");
        lab.cable(two, "t23", three, "t32");
        first = lab.host("g1", one, "10.10.0.1/24");
        second = lab.host("g2", two, "10.10.0.2/24");
        third = lab.host("g3", three, "10.10.0.3/24");
        controller = WeftProcess.controller(lab, one, fabric("10"), "0.0.0.0:47800");
        near = WeftProcess.member(lab, two, 2, CONTROLLER, token(2));
        far = WeftProcess.member(lab, three, 3, CONTROLLER, token(3));
    }

    @Test
    void shouldBeOneSwitchThatForwardsWithAndWithoutItsController() throws Exception {
        assertThat(first.reaches(third.address(), 5)).as("across two trunks").isTrue();
        assertThat(second.reaches(third.address(), 5)).isTrue();
        controller.await("all members are up", () -> controller.show("members"),
                rows -> rows.stream().filter(row -> row.path("state").asString().equals("up")).count() == 3);
        assertThat(controller.show("ports")).extracting(row -> row.path("name").asString())
                .containsExactlyInAnyOrder("g1", "t12", "g2", "t21", "t23", "g3", "t32");
        controller.await("the third guest is behind trunk and port", () -> controller.show("macs").stream()
                .filter(row -> row.path("mac").asString().equals(third.mac())).map(row -> row.path("port").asString())
                .toList(), ports -> ports.contains("g3") && ports.contains("t23"));

        try (PacketStream stream = PacketStream.start(second, third, RATE)) {
            controller.kill();
            assertThat(near.weft("show", "ports", "-o", "json").out()).contains("\"g2\"");
            controller.restart();
            controller.await("all members are back", () -> controller.show("members"),
                    rows -> rows.stream().filter(row -> row.path("state").asString().equals("up")).count() == 3);
            assertUndisturbed(stream);
        }

        controller.kill();
        far.kill();
        far.restart();
        assertThat(second.reaches(third.address(), 20)).as("a member that was restarted without a controller").isTrue();
        try (PacketStream stream = PacketStream.start(second, third, RATE)) {
            controller.restart();
            assertThat(controller.apply(fabric("20")).err()).isEmpty();
            assertUndisturbed(stream);
        }

        try (PacketStream stream = PacketStream.start(second, third, RATE)) {
            far.kill();
            assertThat(second.reaches(third.address(), 1)).isFalse();
            assertThat(stream.stopAndCountLost()).as("control: a member that is killed loses packets").isPositive();
        }
    }

    private static void assertUndisturbed(PacketStream stream) throws InterruptedException {
        assertThat(stream.stopAndCountLost()).as("lost of " + stream.sent()).isZero();
        assertThat(stream.sent()).isGreaterThan(RATE);
        assertThat(stream.doubled()).isZero();
    }

    private String token(int member) {
        return controller.weft("member", "token", Integer.toString(member)).orThrow().out().strip();
    }

    /** @param also a VLAN that the trunks carry beside VLAN 10, so that a change of it disturbs nobody */
    private static String fabric(String also) {
        String trunk = "trunk: {allowed: [10, " + also + "]}";
        return """
                fabric: lab
                members: {1: {}, 2: {}, 3: {}}
                ports:
                  g1: {type: nic, device: g1, access: 10}
                  t12: {type: nic, device: t12, %1$s}
                  g2: {member: 2, type: nic, device: g2, access: 10}
                  t21: {member: 2, type: nic, device: t21, %1$s}
                  t23: {member: 2, type: nic, device: t23, %1$s}
                  g3: {member: 3, type: nic, device: g3, access: 10}
                  t32: {member: 3, type: nic, device: t32, %1$s}
                """.formatted(trunk.replace("[10, 10]", "[10]"));
    }
}
