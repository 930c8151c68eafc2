package net.weft.examples.system;

import static net.weft.examples.lab.Fabric.nic;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.FrameSocket;
import net.weft.examples.lab.Frames;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Limit;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.PacketStream;
import net.weft.examples.lab.WeftProcess;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two ports of the switch on one Linux bridge: a loop. How long it lives is seen by how long a broadcast goes round in it. */
@Tag("system")
@Tag("alone")
class LoopTest {
    private static final Duration QUIET = Duration.ofMillis(500);
    private static final Duration A_SECOND = Duration.ofSeconds(1);

    @AutoClose
    private final Lab lab = Lab.open("loop");
    private final Namespace namespace = lab.namespace("switch");
    private final Namespace bridge = lab.namespace("bridge");
    private final Host witness = lab.host("p1", namespace, "10.10.0.1/24");
    private final Host left = lab.host("p2", namespace, "10.20.0.1/24");
    private final Host right = lab.host("p3", namespace, "10.20.0.2/24");

    private WeftProcess loop(String keys) {
        return loop(keys, keys);
    }

    private WeftProcess loop(String keys, String others) {
        bridge.ip("link", "add", "br0", "type", "bridge");
        bridge.ip("link", "set", "br0", "up");
        for (String cable : new String[]{"t1", "t2"}) {
            lab.cable(namespace, cable, bridge, cable);
        }
        bridge.ip("link", "set", "t1", "master", "br0");
        return WeftProcess.up(lab, namespace,
                Fabric.of(nic("p1", "access: 10, loop-probes: off"), nic("p2", "access: 20"),
                        nic("p3", "access: 20"), nic("t1", keys), nic("t2", others)));
    }

    private long packets() {
        return witness.packetsReceived();
    }

    /** Closes the loop, has a broadcast go round, and measures until no more of it come, at most {@code limit}. */
    private Duration stormAfterClosingTheLoop(Duration limit) throws Exception {
        bridge.ip("link", "set", "t2", "master", "br0");
        long startNs = System.nanoTime();
        long lastNs = startNs;
        long before = packets();
        long seen = before;
        while ((seen == before || System.nanoTime() - lastNs < QUIET.toNanos())
                && System.nanoTime() - startNs < limit.toNanos()) {
            if (seen == before) { // the bridge forwards only once its port is up
                try (FrameSocket socket = witness.frames()) {
                    socket.send(Frames.frame(Frames.BROADCAST, witness.mac(), "round"));
                }
            }
            LockSupport.parkNanos(5_000_000);
            long now = packets();
            if (now != seen) {
                seen = now;
                lastNs = System.nanoTime();
            }
        }
        return Duration.ofNanos(lastNs - startNs);
    }

    @ParameterizedTest
    @ValueSource(strings = {"trunk: {allowed: [10, 30]}", "access: 10"})
    void shouldShutAndNameALoopSoonAndLeaveTheRestAlone(String keys) throws Exception {
        WeftProcess weft = loop(keys);
        try (PacketStream stream = PacketStream.start(left, right, 1000)) {
            Duration storm = stormAfterClosingTheLoop(Limit.held(A_SECOND).plusSeconds(1));
            Limit.hold("the loop lived for", storm, A_SECOND);
            weft.awaitPort("t2", "down", "loop-detected");
            assertThat(weft.port("t2").path("message").asString()).contains("t1 in VLAN 10").contains("t2 in VLAN 10");
            assertThat(weft.port("t1").path("state").asString()).isEqualTo("up");
            assertThat(stream.stopAndCountLost()).as("of a stream in another VLAN").isZero();
        }
        if (keys.startsWith("trunk")) { // how a port comes back does not depend on its VLANs, and takes seconds
            bridge.ip("link", "set", "t1", "nomaster");
            weft.awaitPort("t2", "up", "");
        }
    }

    /** A guest that bridges two VLANs is shut unless it says that it means to. */
    @Test
    void shouldNameBothVlansOfABridgeBetweenThem() {
        WeftProcess weft = loop("access: 10", "access: 30");
        bridge.ip("link", "set", "t2", "master", "br0");
        weft.awaitPort("t2", "down", "loop-detected");
        assertThat(weft.port("t2").path("message").asString()).contains("t1 in VLAN 10").contains("t2 in VLAN 30");
        weft.weft("port", "set", "t1", "loop-probes=off").orThrow();
        weft.weft("port", "set", "t2", "loop-probes=off").orThrow();
        weft.awaitPort("t2", "up", "");
        try (FrameSocket socket = witness.frames()) {
            socket.send(Frames.frame(Frames.BROADCAST, witness.mac(), "joined"));
            weft.await("VLAN 30 has learned it", () -> weft.whereIs(witness.mac(), 30), "t2"::equals);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        assertThat(weft.port("t2").path("state").asString()).isEqualTo("up");
        bridge.ip("link", "set", "t2", "nomaster");
    }

    /** The control: what nobody probes goes round and round. */
    @Test
    void shouldSeeTheStormOfALoopThatNobodyLooksFor() throws Exception {
        loop("access: 10, loop-probes: off, storm-limit: off");
        assertThat(stormAfterClosingTheLoop(Duration.ofSeconds(3))).isGreaterThan(Duration.ofMillis(2500));
        bridge.ip("link", "set", "t2", "nomaster");
    }

    /** If no port is probed, the default storm limit leaves the processors to others. */
    @Test
    void shouldLimitTheStormOfALoopThatNobodyLooksFor() throws Exception {
        WeftProcess weft = loop("access: 10, loop-probes: off");
        stormAfterClosingTheLoop(Duration.ofSeconds(2));
        weft.await("the limit holds", () -> weft.drops("t1", "storm-limit") + weft.drops("t2", "storm-limit"),
                drops -> drops > 0);
        bridge.ip("link", "set", "t2", "nomaster");
    }
}
