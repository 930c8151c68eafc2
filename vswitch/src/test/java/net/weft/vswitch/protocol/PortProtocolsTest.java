package net.weft.vswitch.protocol;

import static net.weft.vswitch.Frames.BROADCAST;
import static net.weft.vswitch.Frames.frame;
import static net.weft.vswitch.Frames.untagged;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.weft.testing.Spin;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.SwitchOptions;
import net.weft.vswitch.VirtualSwitch;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.port.PortStatus;
import net.weft.vswitch.port.Protection;
import net.weft.vswitch.port.Protection.Bpdu;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Loop probes and BPDU guard through the switch's threads: the test is the cable that closes the loop. */
@Timeout(60)
class PortProtocolsTest {
    private static final String A = "02:00:00:00:00:0a";
    private static final Protection PROBED = new Protection(0, 0, 0, Bpdu.DROP, true);

    @TempDir
    private Path state;
    private final Map<String, MemoryLink> links = new LinkedHashMap<>();
    private final List<PortSpec> specs = new ArrayList<>();
    private VirtualSwitch lab;

    @BeforeEach
    void start() {
        lab = new VirtualSwitch(new SwitchOptions(List.of(), false, state, 300, 1));
        VlanMembership trunk = VlanMembership.trunk(VlanSet.of(10, 20), 0);
        port("t1", trunk, PROBED);
        port("t2", trunk, PROBED);
        port("guest", VlanMembership.access(10), new Protection(0, 0, 0, Bpdu.GUARD, false));
        port("other", VlanMembership.access(10), Protection.NONE);
        lab.apply(specs);
    }

    @AfterEach
    void stop() {
        lab.close();
        links.values().forEach(MemoryLink::close);
    }

    private void port(String name, VlanMembership membership, Protection protection) {
        MemoryLink link = new MemoryLink(name, 1024, 2048, ~0);
        links.put(name, link);
        specs.add(PortSpec.of(name, specs.size(), new DeviceSpec.InMemory(link), membership).with(protection));
    }

    private MemoryLink link(String name) {
        return Objects.requireNonNull(links.get(name));
    }

    private PortStatus status(String name) {
        return lab.ports().stream().filter(port -> port.spec().name().equals(name)).findFirst().orElseThrow();
    }

    private void bridge(String from, String to) {
        byte[] frame = link(from).receive();
        if (frame.length > 0) {
            link(to).send(frame, 0);
        }
    }

    private boolean isShut(String port, PortReason reason) {
        if (Thread.interrupted()) {
            throw new AssertionError("what the test waits for did not come: " + lab.ports());
        }
        var failure = status(port).failure();
        return failure != null && failure.reason() == reason;
    }

    @Test
    void shouldShutTheHigherOfTwoPortsOnOneLoopWithinASecond() {
        long startNs = System.nanoTime();
        while (!isShut("t2", PortReason.LOOP_DETECTED)) {
            bridge("t1", "t2");
            bridge("t2", "t1");
        }
        assertThat(System.nanoTime() - startNs).isLessThan(1_000_000_000L);
        assertThat(Objects.requireNonNull(status("t2").failure()).message()).contains("t1").contains("t2");
        assertThat(status("t1").failure()).isNull();
        long punted = status("t2").counters().punted();
        while (status("t2").counters().punted() == punted) {
            bridge("t1", "t2");
            bridge("t2", "t1");
        }
        assertThat(status("t1").failure()).as("a probe that a shut port receives shuts no other").isNull();
    }

    @Test
    void shouldCarryNothingThroughAShutPortAndLeaveOthersAlone() {
        while (!isShut("t1", PortReason.LOOP_DETECTED)) {
            bridge("t1", "t1");
        }
        link("t1").send(frame(BROADCAST, A, 46, 0x8100, 10, 0x88b5), 0);
        Spin.until("a frame is dropped as a loop", () -> status("t1").counters().ingressDrops(DropReason.LOOP) > 0);
        assertThat(link("other").receive()).isEmpty();
        link("guest").send(untagged(BROADCAST, A), 0);
        Spin.until("the frame arrives", () -> link("other").receive().length > 0);
        byte[] leaves = link("t1").receive();
        while (leaves.length > 0) {
            assertThat(leaves[16] << 8 | leaves[17] & 0xFF).as("nothing but probes").isEqualTo((short) 0x88B6);
            leaves = link("t1").receive();
        }
    }

    @Test
    void shouldShutAGuardedPortThatSpeaksSpanningTree() {
        link("guest").send(frame("01:80:c2:00:00:00", A, 43, 38, 0x4242, 0x0300), 0);
        Spin.until("the port is shut", () -> isShut("guest", PortReason.BPDU_GUARD));
        assertThat(status("other").failure()).isNull();
        link("guest").send(untagged(BROADCAST, A), 0);
        Spin.until("the second frame is dropped",
                () -> status("guest").counters().ingressDrops(DropReason.GUARD_BPDU) >= 2);
        assertThat(link("other").receive()).isEmpty();
    }

    @Test
    void shouldOpenAShutPortWhenItIsDisabledAndEnabled() {
        link("guest").send(frame("01:80:c2:00:00:00", A, 43, 38, 0x4242, 0x0300), 0);
        Spin.until("the port is shut", () -> isShut("guest", PortReason.BPDU_GUARD));
        lab.apply(specs.subList(0, 2));
        lab.apply(specs);
        assertThat(status("guest").failure()).isNull();
    }
}
